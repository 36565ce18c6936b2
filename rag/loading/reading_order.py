"""The glyphs of one printed line → its text in reading order.

It undoes what the Unicode bidirectional algorithm (UAX #9) does when a line is printed.
Which glyphs make a line is `pdf_lines.py`'s to say.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

# UAX #9 keeps these with the digits on both sides, and no other sign: 87.5 and 12/4 are
# printed left to right inside Arabic, while in 2020-2021 the first year stands right.
_IN_NUMBERS = frozenset(".,:/٫٬")
_NEIGHBOURS = 3

# A bracket that PDFium mirrored once too often faces away from the words that it holds.
_FACING = str.maketrans("()[]{}«»", ")(][}{»«")
_OPENS_WRONGLY = re.compile(r"(?<!\S)[)\]}»](?=[\w«(\"“])")
_CLOSES_WRONGLY = re.compile(r"(?<=[^\s(\[{«])[(\[{«](?![\w\"“])")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and the box in which it is printed."""

    char: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def same_place(self, other: "Glyph") -> bool:
        """Whether two characters are printed by one glyph, a ligature."""
        return self.right > self.left and (self.left, self.right) == (other.left, other.right)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What moves as one: a letter with its marks, or the letters of a ligature."""

    text: str
    middle: float


def is_rtl(char: str) -> bool:
    """Whether a character is a letter of Arabic or another script from the right."""
    return unicodedata.bidirectional(char) in ("R", "AL")


def is_latin(char: str) -> bool:
    """Whether a character is a letter of a script from the left."""
    return unicodedata.bidirectional(char) == "L"


def has_rtl(glyphs: Iterable[Glyph]) -> bool:
    return any(is_rtl(glyph.char) for glyph in glyphs)


def reading_order(glyphs: Sequence[Glyph], *, rtl: bool, swapped: bool) -> str:
    """The line's text as it is read.

    `rtl` is the direction of the line as a whole; `swapped` says that the letters of each
    Arabic ligature come in the wrong order.
    """
    units = sorted(_units(glyphs, swapped=swapped), key=lambda unit: unit.middle)
    forward = _forward(units, rtl=rtl)
    runs = [
        (ahead, [unit.text for unit, _ in run])
        for ahead, run in groupby(zip(units, forward, strict=True), key=lambda pair: pair[1])
    ]
    if rtl:
        runs.reverse()
    text = "".join("".join(run if ahead else reversed(run)) for ahead, run in runs)
    return _turn_brackets(text) if rtl else text


def _units(glyphs: Sequence[Glyph], *, swapped: bool) -> list[_Unit]:
    bases = [glyph for glyph in glyphs if not unicodedata.combining(glyph.char)]
    marks = _marks(glyphs, bases)
    units: list[_Unit] = []
    group: list[int] = []
    for index, glyph in enumerate(bases):
        group.append(index)
        after = bases[index + 1] if index + 1 < len(bases) else None
        if after is not None and is_rtl(glyph.char) and glyph.same_place(after):
            continue
        letters = [bases[member].char for member in group]
        if swapped and "".join(letters) != "الله":
            letters.reverse()
        units.append(_Unit("".join(letters) + "".join(marks.get(index, [])), glyph.middle))
        group = []
    return units


def _marks(glyphs: Sequence[Glyph], bases: Sequence[Glyph]) -> dict[int, list[str]]:
    """Each mark with the letter it stands over, by the letter's place among the bases.

    PDFium may put a mark after the full stop that follows its letter.
    """
    found: dict[int, list[str]] = {}
    seen = 0
    for glyph in glyphs:
        if not unicodedata.combining(glyph.char):
            seen += 1
            continue
        near = range(max(0, seen - _NEIGHBOURS), min(len(bases), seen + _NEIGHBOURS))
        letters = [index for index in near if bases[index].char.isalpha()] or list(near)
        if letters:
            owner = min(letters, key=lambda i: (abs(bases[i].middle - glyph.middle), -i))
            found.setdefault(owner, []).append(glyph.char)
    return found


def _forward(units: Sequence[_Unit], *, rtl: bool) -> list[bool]:
    """For each unit from left to right, whether it is read in that direction."""
    kinds = [_kind(unit.text) for unit in units]
    forward = [kind in "LN" for kind in kinds]
    for start, end in _gaps(kinds):
        before = kinds[start - 1] if start else ""
        after = kinds[end] if end < len(kinds) else ""
        if rtl:
            inside = before == "L" and after in ("L", "N")
            number = before == after == "N" and end - start == 1
            ahead = inside or (number and units[start].text in _IN_NUMBERS)
        else:
            ahead = not before == after == "R"
        forward[start:end] = [ahead] * (end - start)
    return forward


def _gaps(kinds: Sequence[str]) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []
    for kind, run in groupby(range(len(kinds)), key=lambda index: kinds[index]):
        if kind == "S":
            members = list(run)
            gaps.append((members[0], members[-1] + 1))
    return gaps


def _kind(text: str) -> str:
    """R and L for letters, N for digits, S for signs and spaces."""
    char = text[0]
    if is_rtl(char):
        return "R"
    if char.isdigit():
        return "N"
    return "L" if is_latin(char) else "S"


def _turn_brackets(text: str) -> str:
    for wrong in (_OPENS_WRONGLY, _CLOSES_WRONGLY):
        text = wrong.sub(lambda match: match[0].translate(_FACING), text)
    return text
