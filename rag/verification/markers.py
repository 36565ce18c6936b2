"""Reads citation markers as language models write them, and takes them out of the text.

A marker is `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `[[1]]`, `【1†source】`, `[١]`, `[²]`, a label
and a number in brackets or parentheses (`[المصدر 1]`, `(Source 2)`), or a superscript (`¹`)
after anything but a number or a unit. A bare `(1)` is none: lists and laws are written so.
Numbers that were not shown are dropped; brackets with a number above 999 are text.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rag.sentences import split_sentences
from rag.types import Language

LONGEST_MARKER = 64
"""Code points between the brackets; whatever is longer is text."""

_LARGEST_NUMBER = 999
OPENERS = {"[": "]", "【": "】", "［": "］", "(": ")"}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

_LABEL = (
    r"(?:المصادر|المصدر|مصدر|المقاطع|المقطع|مقطع|المرجع|مرجع|المقالة|المقال|مقال|رقم|"
    r"sources?|passages?|refs?\.?|references?|citations?|cit\.?|docs?\.?|documents?|"
    r"articles?|notes?|no\.?|#|\^|№)"
)
_SEPARATOR = r"\s*(?:[,،;؛&+/]|\band\b|\bو)\s*|\s+"
_RANGE = r"\s*[-–—‑−]\s*"
_NUMBER = r"\d{1,9}"
_ITEM = rf"(?:{_LABEL}\s*:?\s*)*{_NUMBER}(?:{_RANGE}{_NUMBER})?"
_LIST = re.compile(rf"\s*{_ITEM}(?:(?:{_SEPARATOR}){_ITEM})*\s*(?:†.*)?", re.IGNORECASE)
_LABELLED = re.compile(rf"\s*{_LABEL}", re.IGNORECASE)
_FOREIGN_INDEX = re.compile(r"\s*\d+:\d+\s*†.*")
_ITEMS = re.compile(rf"({_NUMBER})(?:{_RANGE}({_NUMBER}))?")
_UNITS = frozenset("m km cm mm ft mi in م كم سم ملم متر".split())
_WORD_BEFORE = re.compile(r"([^\W_]+)$")
_TRAILING_SPACE = re.compile(r"[ \t\u00a0]+$")


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker: the shown passages that it names, maybe none, in its order."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers it cites, each once."""

    text: str
    cited: tuple[int, ...]


def read_marker(opener: str, content: str, shown: Collection[int]) -> Marker | None:
    """The marker that stands between brackets, or None if it is text.

    "1, 2" → (1, 2) · "١" → (1,) · "1-3" → (1, 2, 3) · "99" → () · "2021" → None
    """
    plain = " ".join("".join(map(_plain_digit, content)).split())
    if opener == "【" and _FOREIGN_INDEX.fullmatch(plain):
        return Marker(())
    if not _LIST.fullmatch(plain) or (opener == "(" and not _LABELLED.match(plain)):
        return None
    numbers: list[int] = []
    for match in _ITEMS.finditer(plain.partition("†")[0]):
        first, last = int(match[1]), int(match[2] or match[1])
        if max(first, last) > _LARGEST_NUMBER and not {first, last} <= set(shown):
            return None
        numbers.extend(n for n in sorted(shown) if first <= n <= last)
    return Marker(tuple(dict.fromkeys(numbers)))


def _plain_digit(char: str) -> str:
    """A digit of any script as 0-9, anything else as it is."""
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def read_superscript(before: str, digits: str, shown: Collection[int]) -> Marker | None:
    """The marker that superscript digits are, or None after a number or a unit (m², 10³)."""
    word = _WORD_BEFORE.search(before[-16:])
    if word is not None and (word[1][-1].isdigit() or word[1].lower() in _UNITS):
        return None
    number = int("".join(_plain_digit(char) for char in digits[:9]))
    return Marker((number,) if number in shown else ())


def assign_markers(
    events: Iterable[str | Marker], language: Language
) -> tuple[MarkedSentence, ...]:
    """Sentences and what they cite, from text and markers in their order.

    A marker belongs to the sentence that it stands in or that ends before it; one that
    opens a line belongs to the sentence after it.

    "A. [1] B [2]." → ("A.", cites 1), ("B.", cites 2)
    """
    text = ""
    places: list[tuple[int, Marker]] = []
    for event in events:
        if isinstance(event, Marker):
            places.append((len(text), event))
            continue
        if places and places[-1][0] == len(text) and event[:1] in _CLOSES:
            text = _TRAILING_SPACE.sub("", text)
            places[-1] = (len(text), places[-1][1])
        text += event
    spans = split_sentences(text, language)
    cited: list[list[int]] = [[] for _ in spans]
    index = 0
    for place, marker in places:
        while index + 1 < len(spans) and spans[index + 1].start < place:
            index += 1
        opens = bool(spans) and (spans[0].start >= place or _opens_line(text, place))
        target = (
            index + 1 if opens and index + 1 < len(spans) and spans[index].start < place else index
        )
        if target < len(spans):
            cited[target].extend(marker.numbers)
    return tuple(
        MarkedSentence(" ".join(span.of(text).split()), tuple(dict.fromkeys(numbers)))
        for span, numbers in zip(spans, cited, strict=True)
    )


def _opens_line(text: str, place: int) -> bool:
    """Whether a marker at a place stands before its line's text, and after none of it."""
    before = text[text.rfind("\n", 0, place) + 1 : place]
    end = text.find("\n", place)
    after = text[place : len(text) if end < 0 else end]
    return not before.strip() and bool(after.strip())


_CLOSES = tuple(".,;:!?،؛؟…»”)]} \n")
