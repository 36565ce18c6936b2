"""Text hygiene that every format shares: line ends, spaces, characters nobody can see.

It changes nothing a reader would notice: harakat, tatweel, digits and spelling stay.
Removing lines is `boilerplate.py`'s, normalising for search is `rag/text.py`'s. Linear
in the text's length, and a second pass changes nothing.
"""

import re
import unicodedata
from itertools import groupby

from rag.loading.presentation import fold_presentation_forms

_LONGEST_MARK_RUN = 8
# Beyond it only variation selectors are marks, and those are dropped.
_LAST_PLANE_WITH_MARKS = 0x20000

# Direction controls could reorder what is shown around a quote, tag characters and
# variation selectors can carry hidden text, and lone surrogates cannot be stored.
_INVISIBLE = [
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0x00AD,
    0x061C,
    0x180E,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    *range(0xFDD0, 0xFDF0),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
    *range(0xE0000, 0xE01F0),
]
_SPACES = [0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_TABLE: dict[int, str | None] = {**dict.fromkeys(_INVISIBLE), **dict.fromkeys(_SPACES, " ")}

_LINE_END = re.compile("\r\n?|[\v\x1c\x1d\x1e\x85\u2028]")
_PARAGRAPH_END = re.compile("[\f\u2029]")
_SPACE_RUN = re.compile("[ \t]{2,}|\t")
_LINE_EDGE = re.compile("(?m)^ +| +$")
_BLANK_LINES = re.compile("\n{3,}")


def _mark_class() -> str:
    """All combining marks as the ranges of a regular expression's class."""
    codes = range(_LAST_PLANE_WITH_MARKS)
    marks = groupby(codes, key=lambda code: unicodedata.category(chr(code)) in ("Mn", "Me", "Mc"))
    runs = [list(run) for is_mark, run in marks if is_mark]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


_MARKS = _mark_class()
# `unicodedata.normalize` sorts a run of marks in quadratic time, so nothing downstream
# may meet a long one. No writing system stacks more than a few.
_LONG_MARK_RUN = re.compile(f"([{_MARKS}]{{{_LONGEST_MARK_RUN}}})[{_MARKS}]+")


def clean(text: str) -> str:
    """The text as it is stored.

    "قمة\\u200f  عربية\\r\\n\\r\\n\\r\\nنص" → "قمة عربية\\n\\nنص" · "ﺳﻼﻡ" → "سلام"
    """
    text = unify_line_ends(text).translate(_TABLE)
    text = fold_presentation_forms(text)
    text = _LONG_MARK_RUN.sub(r"\1", text)
    text = _LINE_EDGE.sub("", _SPACE_RUN.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """The same for what must be one line: a title, a name. "قمة\\n عربية" → "قمة عربية"."""
    return " ".join(clean(text).split())


def unify_line_ends(text: str) -> str:
    """Every line end as "\\n"; a form feed or paragraph separator as a blank line."""
    return _LINE_END.sub("\n", _PARAGRAPH_END.sub("\n\n", text))
