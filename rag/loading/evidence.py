"""How much a decoded text looks like something a person wrote in Arabic or Latin letters.

Used to choose between encodings. It judges letters only; which encodings to try is
`decode.py`'s, undoing a wrong decoding is `mojibake.py`'s.
"""

import re
from itertools import islice

_WORDS = 5000
_ENOUGH_WORDS = 8
_USUAL_COMMON_SHARE = 0.12
_DOUBTFUL = 0.6
_PUNCTUATION_ONLY = 0.9

_MARKS = dict.fromkeys([*range(0x064B, 0x0653), 0x0640, 0x0670])
_TOKEN = re.compile(r"[^\W\d_]+")
# ة and ى only end a word: a wrong table breaks this at once.
_ENDS_ONLY = re.compile(r"[ةى](?=.)")
_ARABIC_LETTERS = re.compile(r"[ء-غف-ي]+")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_LONE_LATIN = frozenset("àâéèêôùóáíúñöäüåøÀÁÉÔÓÖÄÜÅØ")
_ARTICLE = re.compile(r"[وفبكل]?ال[ء-غف-ي]{2,}|لل[ء-غف-ي]{2,}")
_COMMON_WORDS = (
    "في من على إلى الى عن أن ان إن أو او لا ما لم لن هو هي هذا هذه ذلك تلك التي الذي كان كانت "
    "قد قال كل بعد قبل بين مع عند غير حتى أي ثم كما وقد وفي ومن وهو وهي منذ خلال اليوم عام"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def plausibility(text: str) -> float:
    """From 0 (a wrong decoding) to 1 (plain prose), judged by the words beyond ASCII.

    "السلام عليكم" → 1.0 · "ÇáÓáÇã Úáíßã" → 0.0 · "déjà vu" → 1.0 · "“quoted”" → 0.9
    """
    words = [word for word in _words(text) if not word.isascii()]
    if not words:
        return _PUNCTUATION_ONLY
    arabic = [word for word in words if _ARABIC_LETTERS.fullmatch(word)]
    latin = sum(_is_latin(word) for word in words)
    return (_arabic_weight(arabic) + latin) / len(words)


def _words(text: str) -> list[str]:
    tokens = _TOKEN.finditer(text.translate(_MARKS))
    return [match.group() for match in islice(tokens, _WORDS)]


def _arabic_weight(words: list[str]) -> float:
    """The number of well-formed words, lowered where the everyday ones are missing."""
    if not words:
        return 0.0
    well_formed = sum(_ENDS_ONLY.search(word) is None for word in words)
    common = sum(word in _COMMON or _ARTICLE.fullmatch(word) is not None for word in words)
    if len(words) < _ENOUGH_WORDS:
        usual = 1.0 if common else _DOUBTFUL
    else:
        usual = min(1.0, common / len(words) / _USUAL_COMMON_SHARE)
    return well_formed * usual


def _is_latin(word: str) -> bool:
    if _LATIN_WORD.fullmatch(word) is None:
        return False
    if not any(char.isascii() for char in word):
        return word in _LONE_LATIN
    # "cafÉ" with a capital inside is how a wrong table shows itself.
    return word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())
