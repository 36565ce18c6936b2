"""The normal form for search, with a map back to the stored text.

Folding works one code point at a time, so it is linear in the text's length, never
looks at its neighbours, and every folded character knows where it came from. Cutting
the normal form into terms is `terms.py`'s job.
"""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from rag.types import Span

_TATWEEL = "\u0640"

# Hamza on its seat needs no entry: it decomposes into the seat and a mark.
_ARABIC_FOLDS = str.maketrans(
    {
        **dict.fromkeys("ٱٲٳ", "ا"),
        **dict.fromkeys("ىیېےۍێ", "ي"),
        **dict.fromkeys("ۆۇۈۋ", "و"),
        **dict.fromkeys("ةۃەہھ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        "٫": ".",
        "٬": ",",
        "٪": "%",
    }
)

_DROPPED_CATEGORIES = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
_WHITESPACE = frozenset("\t\n\v\f\r\u0085")


def fold_char(char: str) -> str:
    """Fold one code point to zero or more characters.

    "أ" → "ا" · "ة" → "ه" · "٣" → "3" · "ﷺ" → "صلي الله عليه وسلم" · "É" → "e" · "َ" → ""
    """
    if char in _WHITESPACE:
        return " "
    if char == _TATWEEL:
        return ""
    return "".join(_fold_decomposed(part) for part in unicodedata.normalize("NFKD", char))


def _fold_decomposed(char: str) -> str:
    category = unicodedata.category(char)
    if category in _DROPPED_CATEGORIES or char == _TATWEEL:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    return char.translate(_ARABIC_FOLDS).casefold()


class _FoldTable(dict[int, str]):
    """A table for `str.translate` that learns each code point when it first meets it."""

    def __missing__(self, code_point: int) -> str:
        folded = fold_char(chr(code_point))
        self[code_point] = folded
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """The normal form of a text, where no map back is needed.

    "الأُمَمُ المُتَّحِدَة" → "الامم المتحده" · "Café ٢٠٢١" → "cafe 2021"
    """
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class NormalText:
    """A normal form whose every character knows the code point that it came from.

    `origins` has one entry for each character of `text`, never decreasing.
    """

    source: str
    text: str
    origins: tuple[int, ...]

    def source_span(self, start: int, end: int) -> Span:
        """The span of the source that a non-empty range of the normal form came from.

        It takes in the marks and tatweel that follow its last letter, so a quote never
        ends inside a letter with its vowel.

        Raises:
            ValueError: the range is empty or outside the normal form.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no characters in [{start}, {end}) of {len(self.text)}")
        last = self.origins[end - 1] + 1
        while last < len(self.source) and not _TABLE[ord(self.source[last])]:
            last += 1
        return Span(self.origins[start], last)

    def normal_span(self, start: int, end: int) -> Span:
        """The range of the normal form that a span of the source folds to."""
        return Span(bisect_left(self.origins, start), bisect_left(self.origins, end))


def normalise(text: str) -> NormalText:
    """Fold a text, keeping the map back.

    "مُحَمَّد" → text "محمد", origins (0, 2, 4, 7) · "ﬁt" → text "fit", origins (0, 0, 1)
    """
    folded = [_TABLE[ord(char)] for char in text]
    origins = [index for index, out in enumerate(folded) for _ in out]
    return NormalText(text, "".join(folded), tuple(origins))
