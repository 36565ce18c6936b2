"""Says whether a source has a name, in its own script or in the other one.

Within a script the word itself must stand there; across scripts a known name
(`gazetteer.py`) or the consonants (`rag.transliteration`) tell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from simplemma import is_known

from rag.terms import analyse_token, is_arabic, tokenise
from rag.text import fold
from rag.transliteration import arabic_keys, latin_key
from rag.verification.dictionary import in_arabic_dictionary
from rag.verification.gazetteer import Place, known_names, states

MIN_FUZZY_KEY = 4
"""Shortest key that may differ in one consonant, or be two words written as one."""

_MIN_KEY = 3
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINED_PARTICLES = frozenset(("de", "al", "el"))
_PEOPLE_ENDING = re.compile(r"(?:aeans?|eans?|ians?|ans?|ites?|is|s)$")


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a name, or a whole known name, and how it can be met again."""

    text: str
    places: tuple[Place, ...]
    terms: frozenset[str]
    keys: frozenset[str]
    latin: bool
    common: bool
    """Whether it is an ordinary word as well, which another language may have translated."""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """What a source offers to meet a name: its known names, terms and consonant keys."""

    places: frozenset[Place]
    terms: frozenset[str]
    latin_keys: frozenset[str]
    arabic_keys: frozenset[str]
    unknown_keys: frozenset[str]
    """Keys of Arabic words that no dictionary has: a common word is not nearly a name."""

    joined_keys: frozenset[str]
    """Keys of two Arabic words as one, for a name may be one word elsewhere."""

    word_keys: frozenset[str]
    """Long keys of Latin words without a capital: «غرانوديوريت» is in no dictionary either."""

    def has(self, name: Name) -> bool:
        """Whether the source has a name, in whichever script.

        Within one script the word itself has to stand there; across scripts its key, give
        or take one consonant where it has at least four («بوركهارت», "Burckhardt").
        """
        if name.places and states(self.places, name.places):
            return True
        if name.terms & self.terms:
            return True
        if name.latin and any(len(k) >= MIN_FUZZY_KEY and k in self.joined_keys for k in name.keys):
            return True
        if name.keys & (self.arabic_keys if name.latin else self.latin_keys):
            return True
        if not name.latin and name.keys & self.word_keys:
            return True
        others = self.unknown_keys if name.latin else self.latin_keys
        return any(_near(key, other) for key in name.keys for other in others)


def _near(one: str, other: str) -> bool:
    """Whether two keys differ in at most one consonant, and both are long enough."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > 1:
        return False
    if max(len(one), len(other)) < MIN_FUZZY_KEY or min(len(one), len(other)) < _MIN_KEY:
        return False
    first = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if first is None:
        return True
    tails = ((first + 1, first + 1), (first, first + 1), (first + 1, first))
    return any(one[a:] == other[b:] for a, b in tails)


def make_name(words: Sequence[str], places: tuple[Place, ...]) -> Name:
    """The name that some words of a text are, with all by which it can be met."""
    latin = not is_arabic(words[0])
    if len(words) > 1:
        return Name(" ".join(words), places, frozenset(), frozenset(), latin, common=False)
    word = words[0]
    keys = _latin_keys(plain(word)) if latin else set(arabic_keys(word))
    return Name(
        plain(word),
        places,
        frozenset(analyse_token(word)),
        frozenset(key for key in keys if len(key) >= _MIN_KEY),
        latin,
        common=latin and not places and is_known(fold(plain(word)), lang="en"),
    )


def _latin_keys(word: str) -> set[str]:
    """ "Nabataeans" → the keys of "Nabataeans" and of "Nabat"."""
    return {latin_key(word), latin_key(_PEOPLE_ENDING.sub("", word))}


def plain(word: str) -> str:
    """A word without its possessive ending. "Putin's" → "Putin"."""
    return _POSSESSIVE.sub("", word)


@lru_cache(maxsize=20_000)
def index_names(text: str) -> NameIndex:
    """Everything in a source by which a name can be met."""
    tokens = [token for token in tokenise(text) if token[0].isalpha()]
    terms = {term for token in tokens for term in analyse_token(token)}
    words = [token for token in tokens if is_arabic(token) and analyse_token(token)]
    arabic = {key for token in words for key in arabic_keys(token)}
    unknown = {
        key for token in words if not in_arabic_dictionary(token) for key in arabic_keys(token)
    }
    latin = set[str]()
    for before, token in zip(["", *tokens], tokens, strict=False):
        if not is_arabic(token) and token[0].isupper():
            latin |= _latin_keys(plain(token))
            if before.lower() in _JOINED_PARTICLES:
                latin.add(latin_key(before + plain(token)))
    plain_words = {
        latin_key(token) for token in tokens if not is_arabic(token) and not token[0].isupper()
    }
    joined = {
        one + other
        for before, token in pairwise(tokens)
        if is_arabic(before) and is_arabic(token)
        for one in arabic_keys(before)
        for other in arabic_keys(token)
    }
    places = {place for _, _, found in known_names(tokens) for place in found}
    return NameIndex(
        frozenset(places),
        frozenset(terms),
        frozenset(key for key in latin if len(key) >= _MIN_KEY),
        frozenset(key for key in arabic if len(key) >= _MIN_KEY),
        frozenset(key for key in unknown if len(key) >= _MIN_KEY),
        frozenset(key for key in joined if len(key) >= MIN_FUZZY_KEY),
        frozenset(key for key in plain_words if len(key) >= MIN_FUZZY_KEY),
    )
