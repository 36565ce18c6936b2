"""The lines of a PDF's pages → paragraphs, without what every page repeats.

It goes by where lines stand and end; what is in a line is `pdf_lines.py`'s.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from rag.loading.pdf_lines import Line
from rag.text import fold

_FEWEST_PAGES = 3
_MOST_PAGES_SHARE = 0.6
_EDGE_LINES = 2
_EDGE_GAP = 1.6
_PARAGRAPH_GAP = 1.2
_OTHER_SIZE = 0.15
_INDENT = 0.8

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:(?:page|صفحه|الصفحه|ص)[\s.:]*)?\d{1,3}(?:\s*(?:/|of|من)\s*\d{1,3})?[-–—|\s]*"
)
_LIST_ITEM = re.compile(r"[-•●▪◦*–]\s|\d{1,2}[.)-]\s|[أ-ي][.)-]\s")
_LEADER = re.compile(r"(?:\.\s?){4,}\d*$")
_FINISHED = re.compile(r"[.!?؟…:;؛][\"”»’)\]]*$")


def join_pages(pages: Sequence[Sequence[Line]]) -> str:
    """The text of all pages, paragraphs parted by a blank line."""
    furniture = _repeated(pages)
    paragraphs: list[list[Line]] = []
    for lines in (_without(page, furniture) for page in pages):
        for block in _blocks(lines):
            parts = _split(block)
            if paragraphs and _goes_on(paragraphs[-1], parts[0]):
                paragraphs[-1] += parts.pop(0)
            paragraphs += parts
    return "\n\n".join(_join(lines) for lines in paragraphs)


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Running heads and feet: what stands at the edge of most pages, but for numbers."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    counts = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    least = max(_FEWEST_PAGES, _MOST_PAGES_SHARE * len(pages))
    return {key for key, count in counts.items() if count >= least}


def _edges(page: Iterable[Line]) -> list[Line]:
    """The lines at the top and bottom of a page that stand apart from its text."""
    downwards = sorted(page, key=lambda line: -line.bottom)
    return _edge(downwards) + _edge(downwards[::-1])


def _edge(inwards: Sequence[Line]) -> list[Line]:
    for count, (line, after) in enumerate(pairwise(inwards[: _EDGE_LINES + 1]), 1):
        if abs(line.bottom - after.bottom) > _EDGE_GAP * line.height:
            return list(inwards[:count])
    return []


def _key(line: Line) -> str:
    return _DIGITS.sub("#", fold(line.text)).strip()


def _without(page: Sequence[Line], furniture: set[str]) -> list[Line]:
    edges = {id(line) for line in _edges(page)}
    return [
        line
        for line in page
        if id(line) not in edges
        or not (_key(line) in furniture or _PAGE_NUMBER.fullmatch(fold(line.text).strip()))
    ]


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of one size, set evenly below each other."""
    steps = [one.bottom - other.bottom for one, other in pairwise(lines)]
    pitch = median([step for step in steps if step > 0] or [0.0])
    blocks: list[list[Line]] = []
    for index, line in enumerate(lines):
        same = index > 0 and 0 < steps[index - 1] <= _PARAGRAPH_GAP * pitch
        if same and _same_size(lines[index - 1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.height - other.height) <= _OTHER_SIZE * max(one.height, other.height)


def _split(block: Sequence[Line]) -> list[list[Line]]:
    left, right = min(line.left for line in block), max(line.right for line in block)
    indents = [right - line.right if line.rtl else line.left - left for line in block]
    parts = [[block[0]]]
    for index, line in enumerate(block[1:], 1):
        before = block[index - 1]
        if (
            _LIST_ITEM.match(line.text)
            or _LEADER.search(before.text)
            or _ends_early(before, line, left, right)
            or _is_indented(indents[index - 1 : index + 2], line.height)
        ):
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _is_indented(indents: Sequence[float], height: float) -> bool:
    """Whether the middle of three lines begins a paragraph, further in than its neighbours.

    In a list's item all lines but the first are further in, and none of them begins one.
    """
    if len(indents) < 3:
        return False
    before, indent, after = indents
    return indent - max(before, after) > _INDENT * height


def _ends_early(line: Line, after: Line, left: float, right: float) -> bool:
    """Whether the next line's first word would have fitted: then the break was meant."""
    if line.hyphenated or not line.text:
        return False
    room = line.left - left if line.rtl else right - line.right
    per_char = (line.right - line.left) / len(line.text)
    return room > per_char * (len(after.text.partition(" ")[0]) + 1)


def _goes_on(paragraph: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether a paragraph was cut by the end of a page or column."""
    last, first = paragraph[-1], after[0]
    if last.hyphenated:
        return True
    cut = first.bottom >= last.bottom
    full = len(paragraph) == 1 or last.right - last.left > 0.8 * _width(paragraph)
    unfinished = not (_FINISHED.search(last.text) or _LIST_ITEM.match(first.text))
    several = len(after) + len(paragraph) > 2
    return cut and full and unfinished and several and _same_size(last, first)


def _width(lines: Sequence[Line]) -> float:
    return max(line.right - line.left for line in lines)


def _join(lines: Sequence[Line]) -> str:
    parts = [line.text if line.hyphenated else f"{line.text} " for line in lines]
    return "".join(parts).strip()
