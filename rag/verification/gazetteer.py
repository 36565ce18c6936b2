"""Names that Arabic and English do not spell alike: countries, peoples, cities, bodies.

The list is `places.py`. Where a name is only transliterated («بوتين», "Putin") its
consonants tell (`name_index.py`), and it need not be in the list.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.terms import is_arabic, tokenise
from rag.text import fold
from rag.verification.places import PLACES

_ADJECTIVE_ENDINGS = (
    "ي", "ية", "يا", "يين", "يون", "يان", "يتين", "يتان", "يات", "",
)  # fmt: skip
_LONGEST_NAME = 5
_PREFIXES = (
    "", "و", "ف", "ب", "ك", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "فلل", "وب",
    "ول", "فب", "فل", "وبال", "فبال",
)  # fmt: skip
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Place:
    """A name's id, and the ids it stands for: "Moscow" may be said for Russia."""

    id: str
    stands_for: frozenset[str]


def _read() -> Mapping[tuple[str, ...], tuple[Place, ...]]:
    found: dict[tuple[str, ...], tuple[Place, ...]] = {}
    for line in PLACES.strip().splitlines():
        fields = [field.strip() for field in line.split(";")] + [""]
        place = Place(fields[0], frozenset(fields[5].split()))
        arabic = [stem + end for stem in fields[4].split("|") if stem for end in _ADJECTIVE_ENDINGS]
        for name in [name for part in fields[1:4] for name in part.split("|") if name] + arabic:
            words = _words(name)
            # A bare stem is a word of its own («ترك»), which only its endings make a name.
            if name in fields[4].split("|") and name not in fields[3].split("|"):
                continue
            if place not in found.get(words, ()):
                found[words] = (*found.get(words, ()), place)
    return found


def _words(name: str) -> tuple[str, ...]:
    """A name's words, folded, without the article: its forms are tried on the text's side."""
    return tuple(fold(token.removeprefix("ال")) for token in tokenise(name))


def _forms(token: str) -> tuple[str, ...]:
    """«والروسية» → («والروسيه», «الروسيه», …, «روسيه») · "Russia's" → ("russia",)."""
    folded = fold(token)
    if not is_arabic(token):
        return (_POSSESSIVE.sub("", folded),)
    return tuple(folded[len(p) :] for p in _PREFIXES if folded.startswith(p) and folded != p)


_NAMES = _read()
_BEGINNINGS = frozenset(words[:n] for words in _NAMES for n in range(1, len(words) + 1))


def known_names(tokens: list[str]) -> list[tuple[int, int, tuple[Place, ...]]]:
    """Known names among tokens: first position, one past the last, and what it may mean.

    ["سوريا", "وروسيا"] → syria at 0-1, russia at 1-2 · the longest name at a place wins
    """
    forms = [_forms(token) for token in tokens]
    found = []
    position = 0
    while position < len(tokens):
        length, places = _longest(forms, position)
        if length:
            found.append((position, position + length, places))
        position += max(length, 1)
    return found


def _longest(forms: list[tuple[str, ...]], position: int) -> tuple[int, tuple[Place, ...]]:
    """How many words the longest name here has, and what it may mean; 0 if there is none."""
    longest: tuple[int, tuple[Place, ...]] = (0, ())
    partial: list[tuple[str, ...]] = [()]
    for length, words in enumerate(forms[position : position + _LONGEST_NAME], start=1):
        partial = [(*head, word) for head in partial for word in words]
        partial = [head for head in partial if head in _BEGINNINGS]
        for head in partial:
            if head in _NAMES:
                longest = length, _NAMES[head]
        if not partial:
            break
    return longest


def states(source: Iterable[Place], claim: tuple[Place, ...]) -> bool:
    """Whether the places of a source state one that a claim may mean.

    A source's "Moscow" states Russia; a source's "Russia" does not state Moscow.
    """
    wanted = {place.id for place in claim}
    return any(place.id in wanted or place.stands_for & wanted for place in source)
