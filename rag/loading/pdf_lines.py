"""One page of a PDF → its lines, each in reading order, with where it stands.

PDFium finds the characters and their boxes, and orders them well in one direction. Where
Arabic meets Latin letters, digits and brackets its order cannot be relied on, so lines
with Arabic are put in order anew from where the glyphs stand. Joining lines into
paragraphs is `pdf_paragraphs.py`'s.
"""

import ctypes
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.loading.reading_order import Glyph, has_rtl, is_latin, is_rtl, reading_order

_HYPHEN = "\x02"
_SAME_LINE = 0.7
_WIDEST_GAP = 0.5
_WORD_GAP = 0.15


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, in points from the page's lower left corner.

    `hyphenated` says that its last word goes on in the next line.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    rtl: bool = False
    hyphenated: bool = False

    @property
    def height(self) -> float:
        return self.top - self.bottom


def page_lines(page: pdfium.PdfTextPage) -> list[Line]:
    """The lines of a page in the order in which its file draws them."""
    rows = _merge(_rows(_glyphs(page)))
    letters = [glyph.char for row in rows for glyph in row]
    rtl_page = sum(map(is_rtl, letters)) > sum(map(is_latin, letters))
    swapped = _ligatures_are_swapped(rows)
    lines = (_line(row, rtl_page=rtl_page, swapped=swapped) for row in rows)
    return [line for line in lines if line.text.strip()]


def _glyphs(page: pdfium.PdfTextPage) -> list[Glyph]:
    box = pdfium_c.FS_RECTF()
    glyphs: list[Glyph] = []
    high = 0
    for index in range(page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(page.raw, index)
        # PDFium counts in UTF-16 units; each half comes as a character of its own.
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        pdfium_c.FPDFText_GetLooseCharBox(page.raw, index, ctypes.byref(box))
        glyphs.append(Glyph(chr(code), box.left, box.right, box.bottom, box.top))
    return glyphs


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = [[]]
    for glyph in glyphs:
        if glyph.char not in "\r\n":
            rows[-1].append(glyph)
        if glyph.char in ("\n", _HYPHEN):
            rows.append([])
    return [row for row in rows if any(not glyph.char.isspace() for glyph in row)]


def _merge(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put back together an Arabic line that PDFium tore at a bracket or number."""
    merged: list[list[Glyph]] = []
    for row in rows:
        if merged and _is_torn(merged[-1], row):
            merged[-1] = merged[-1] + _gap_between(merged[-1], row) + row
        else:
            merged.append(row)
    return merged


def _is_torn(row: list[Glyph], after: list[Glyph]) -> bool:
    if row[-1].char == _HYPHEN or not (has_rtl(row) or has_rtl(after)):
        return False
    one, other = _extent(row), _extent(after)
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    if shared < _SAME_LINE * min(one.height, other.height):
        return False
    return _gap(one, other) < _WIDEST_GAP * one.height


def _gap_between(row: list[Glyph], after: list[Glyph]) -> list[Glyph]:
    one, other = _extent(row), _extent(after)
    if _gap(one, other) < _WORD_GAP * one.height:
        return []
    middle = (max(one.left, other.left) + min(one.right, other.right)) / 2
    return [Glyph(" ", middle, middle, one.bottom, one.top)]


def _gap(one: Glyph, other: Glyph) -> float:
    return max(one.left, other.left) - min(one.right, other.right)


def _extent(row: list[Glyph]) -> Glyph:
    """The box of a row: as wide as all its glyphs, as high as most of them.

    A single sign in another font must not make a line look taller than its neighbours,
    and PDFium gives the spaces that it adds no height.
    """
    solid = [glyph for glyph in row if not glyph.char.isspace()] or row
    return Glyph(
        "",
        min(glyph.left for glyph in solid),
        max(glyph.right for glyph in solid),
        median(glyph.bottom for glyph in solid),
        median(glyph.top for glyph in solid),
    )


def _ligatures_are_swapped(rows: list[list[Glyph]]) -> bool:
    """Whether this page's ligatures come letter by letter from the wrong end.

    PDFium turns Arabic runs around by character, also inside one glyph that stands for
    two: lam-alef becomes alef-lam («الثالثاء» for «الثلاثاء»). Alef joins no letter after
    it, so a glyph of alef and then lam cannot be.
    """
    right = wrong = 0
    for row in rows:
        for one, other in pairwise(row):
            if one.same_place(other):
                right += one.char == "ل" and other.char in "اأإآ"
                wrong += other.char == "ل" and one.char in "اأإآ"
    return wrong > right


def _line(row: list[Glyph], *, rtl_page: bool, swapped: bool) -> Line:
    hyphenated = row[-1].char == _HYPHEN
    row = [glyph for glyph in row if glyph.char != _HYPHEN] or row
    box = _extent(row)
    arabic, latin = sum(is_rtl(g.char) for g in row), sum(is_latin(g.char) for g in row)
    rtl = arabic > 0 and (rtl_page or arabic > latin)
    text = reading_order(row, rtl=rtl, swapped=swapped) if arabic else "".join(g.char for g in row)
    if not (arabic or latin):
        rtl = rtl_page
    return Line(text.strip(), box.left, box.right, box.bottom, box.top, rtl, hyphenated)
