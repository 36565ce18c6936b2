"""Finds the proper names that a sentence claims.

English names are known by their capitals. Arabic has none, so there a name is a known
one (`gazetteer.py`), a word that follows a title («الرئيس», «مدينة») or one that no
dictionary has. A name that a dictionary knows and nothing introduces is not seen here.
Whether a source has a name is `name_index.py`'s.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from simplemma import is_known

from rag.terms import analyse_token, is_arabic, tokenise
from rag.text import fold
from rag.verification.dictionary import in_arabic_dictionary
from rag.verification.gazetteer import Place, known_names
from rag.verification.name_index import MIN_FUZZY_KEY, Name, make_name, plain
from rag.verification.numerals import numbers_of

_SHORTEST_ARABIC_NAME = 3
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:؟]\s+)[\s\"“‘'«(\[*–—-]*([^\W\d_]+)")
_COMMON_CAPITALS = frozenset(
    """
    president king queen emperor empress minister prime foreign defence defense secretary
    general council committee commission assembly parliament government republic state states
    party organization organisation union league alliance summit conference convention treaty
    agreement protocol charter act article resolution statement declaration group city town
    river sea lake ocean gulf canal mountain mount island desert region province north south
    east west northern southern eastern western central university museum library institute
    court bank fund company project programme program war day century caliph sultan khedive
    pasha sheikh dr mr mrs ms sir lord prince princess professor general colonel envoy
    ambassador mission operation force forces army security national international new old
    great monday tuesday wednesday thursday friday saturday sunday i final first second third
    moon earth sun world cold bc ad january february march april may june july august
    september october november december
    """.split()
)
_TITLES = frozenset(
    fold(word)
    for word in """
    الرئيس الملك السلطان الإمبراطور الإمبراطورة الخليفة الأمير الوزير المبعوث الدبلوماسي
    المهندس المعماري المستشرق الضابط الشيخ الخديوي الحرفي القائد الكاتب العالم الرحالة
    الجنرال الفيزيائي السيد الدكتور
    """.split()
)
_PLACE_KINDS = frozenset(map(fold, "مدينة بلدة قرية جبل نهر معبد جزيرة بحيرة".split()))
_NAME_PARTICLES = frozenset(
    fold(word)
    for word in """
    أبو أبي ابن بن عبد آل بنو بني abd abdel abdul abu ibn bin al el de von van der saint st
    """.split()
)
_AFTER_TITLE = 2
_LOCATORS = frozenset(
    fold(w) for w in "in at near to from of into في إلى من قرب نحو مدينة العاصمة عاصمة".split()
)


def names_of(text: str, capitals: frozenset[str] = frozenset()) -> tuple[Name, ...]:
    """The names of a sentence; `capitals` are words that the passages write with a capital.

    "Putin spoke in Astana" → Putin, Astana · «زار زاس موسكو» → زاس, موسكو
    """
    tokens = tokenise(text)
    found: list[Name] = []
    taken: set[int] = set()
    for start, end, places in known_names(tokens):
        words = tokens[start:end]
        if not is_arabic(words[0]) and not words[0][0].isupper():
            continue
        taken.update(range(start, end))
        before = fold(tokens[start - 1]) if start else ""
        found.append(
            make_name(words, places if _is_location(before, words) else _governments(places))
        )
    openers = {match[1] for match in _OPENS_SENTENCE.finditer(text)}
    for position, token in enumerate(tokens):
        if position in taken or not token[0].isalpha():
            continue
        if is_arabic(token):
            sure = _is_arabic_name(tokens, position)
        else:
            sure = _is_english_name(token, token in openers, capitals)
        if sure:
            found.append(make_name([token], ()))
    return tuple(found)


def _is_location(before: str, words: Sequence[str]) -> bool:
    """Whether a place is where something happens: "in Moscow", «بواشنطن»."""
    return before in _LOCATORS or fold(words[0]).startswith("ب")


def _governments(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places, and those whose governments they may stand for: Washington's is the U.S."""
    extra = {name for place in places for name in place.stands_for}
    return (*places, *(Place(name, frozenset()) for name in sorted(extra)))


def name_of_word(word: str) -> Name | None:
    """A single word taken for a name, if it could be one in the other script.

    Every Arabic word could; a common word's key must be long to be worth comparing.
    """
    if not is_arabic(word) and not word[:1].isupper():
        return None
    known = known_names([word])
    name = make_name([word], known[0][2] if known else ())
    if known or not is_arabic(word) or not in_arabic_dictionary(word):
        return name
    return replace(name, keys=frozenset(k for k in name.keys if len(k) >= MIN_FUZZY_KEY))


def _is_english_name(token: str, opens: bool, capitals: frozenset[str]) -> bool:
    word = plain(token)
    folded = fold(word)
    if not word[0].isupper() or folded in _COMMON_CAPITALS or folded in _NAME_PARTICLES:
        return False
    if not analyse_token(word):
        return False
    if not opens:
        return True
    return word in capitals or not is_known(folded, lang="en")


def _is_arabic_name(tokens: Sequence[str], position: int) -> bool:
    token = tokens[position]
    folded = fold(token)
    if len(folded) < _SHORTEST_ARABIC_NAME or not analyse_token(token) or folded in _NAME_PARTICLES:
        return False
    before = fold(tokens[position - 1]) if position else ""
    if before in _NAME_PARTICLES or (before in _PLACE_KINDS and token.startswith("ال")):
        return True
    if _introduced(tokens, position):
        return True
    return not (token.startswith("ال") or numbers_of(folded) or in_arabic_dictionary(token))


def _introduced(tokens: Sequence[str], position: int) -> bool:
    """Whether a title stands before the word, with no more than one word between."""
    if _is_described(tokens[position]):
        return False
    before = tokens[max(0, position - _AFTER_TITLE) : position]
    for distance, word in enumerate(reversed(before), start=1):
        if fold(word) in _TITLES:
            return distance == 1 or _is_name_part(before[-1])
    return False


def _is_described(token: str) -> bool:
    """Whether the word describes rather than names: «الرئيس السابق», «الشيخ وأخوه»."""
    return fold(token).endswith("ه") or token.startswith("ال") or token[0] in "وفبل"


def _is_name_part(token: str) -> bool:
    return bool(analyse_token(token)) and (not _is_described(token) or bool(known_names([token])))


def capitals_of(texts: Iterable[str]) -> frozenset[str]:
    """Words that English texts write with a capital in mid-sentence."""
    found: set[str] = set()
    for text in texts:
        openers = {match[1] for match in _OPENS_SENTENCE.finditer(text)}
        found |= {
            plain(token) for token in tokenise(text) if token[0].isupper() and token not in openers
        }
    return frozenset(found)
