"""Cuts a text into search terms: lemma and stem for words, plain form for numbers.

Arabic and English words are each analysed in their own way, in one stream, so that one
lexical index holds both. An Arabic word gives the stem of its lemma, and the stem of
what is left without the particles written onto it, where the two differ: a lemmatiser
knows broken plurals («قادة» → «قائد»), stripping knows «وبالتعاون».
"""

import re
import threading
from functools import lru_cache

import Stemmer
from simplemma import lemmatize

from rag.text import fold

_TOKEN = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_MARKS = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_PROCLITICS = re.compile(r"^(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بكل]|[وف])")
_MIN_BARE_LETTERS = 3
_POSSESSIVE = re.compile(r"['’]s?$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_STOPWORDS = frozenset(
    fold(word)
    for word in """
    من ما ماذا متى أين كيف كم لماذا هل أي أية أيّ التي الذي الذين اللذين اللتين اللواتي
    في على إلى عن مع هذا هذه ذلك تلك هؤلاء هو هي هم هن كان كانت كانوا يكون تكون ليس ليست
    أن إن أنّ إنّ قد لقد ثم أو و ف ب ل ك لا لم لن بين عند بعد قبل كل بعض غير حيث كما عبر
    خلال منذ حول ضد نحو لدى بها به فيها فيه عليها عليه إليها إليه منها منه عنها عنه لها له
    لهم التى الذى مما بما فيما وما ومن وفي وعلى وهو وهي وكان وكانت بأن وأن وإن لأن مثل أيضا
    مين وين شو ايش ليش ليه ازاي إزاي امتى إمتى فين اللي دي ده ايه إيه شنو وش هاي هذي كيفاش
    a an the of in on at to for from by with and or but not no is are was were be been being
    am do does did has have had will would can could shall should may might must it its he
    she they them his her their this that these those what which who whom whose when where
    why how there here as if then than so such into about over under after before between
    during i you we my your our me us also s t
    """.split()
)

_stemmers = threading.local()


def _stem(word: str, algorithm: str) -> str:
    """Stem with a stemmer of this thread's own: a Snowball stemmer keeps state."""
    if not hasattr(_stemmers, algorithm):
        stemmer = Stemmer.Stemmer(algorithm)
        stemmer.maxCacheSize = 0
        setattr(_stemmers, algorithm, stemmer)
    stem: str = getattr(_stemmers, algorithm).stemWord(word)
    return stem


def tokenise(text: str) -> list[str]:
    """Words and numbers of a text, as written but for vowel marks and tatweel.

    "الأُمَمُ المتّحدة، ٢٠٢١" → ["الأمم", "المتحدة", "٢٠٢١"]
    "Putin's 1,190 men" → ["Putin's", "1,190", "men"]
    """
    return _TOKEN.findall(without_marks(text))


def without_marks(text: str) -> str:
    """A text without vowel marks and tatweel, which few people type.

    "مَتَى انْتَهَى بِنَاءُ السَّـدِّ؟" → "متى انتهى بناء السد؟" · "Who?" → "Who?"
    """
    return _MARKS.sub("", text)


def is_arabic(token: str) -> bool:
    """Whether a token is written in Arabic letters."""
    return _ARABIC_LETTER.search(token) is not None


def strip_proclitics(word: str) -> str:
    """An Arabic word without conjunction, preposition and article, if a word is left.

    "وبالتعاون" → "تعاون" · "للمنظمة" → "منظمة" · "بلد" → "بلد"
    """
    bare = _PROCLITICS.sub("", word)
    return bare if len(bare) >= _MIN_BARE_LETTERS else word


@lru_cache(maxsize=200_000)
def analyse_token(token: str) -> tuple[str, ...]:
    """The terms of one token; none for a stopword.

    "قادة" → ("قايد", "قاد") · "running" → ("run",) · "٢٠٢١" → ("2021",) · "في" → ()
    """
    folded = fold(token)
    if folded[:1].isdigit():
        return (_THOUSANDS.sub("", folded),)
    if folded in _STOPWORDS:
        return ()
    if is_arabic(token):
        forms = (lemmatize(token, lang="ar"), strip_proclitics(token))
        return tuple(dict.fromkeys(_stem(fold(form), "arabic") for form in forms))
    word = _POSSESSIVE.sub("", folded)
    return (_stem(lemmatize(word, lang="en").casefold(), "english"),)


def analyse(text: str) -> list[str]:
    """The terms of a text in order, stopwords left out.

    "ما هي منظمة معاهدة الأمن الجماعي؟" → ["منظم", "معاهد", "امن", "جماع", …]
    "Who chaired the summit?" → ["chair", "summit"]
    """
    return [term for token in tokenise(text) for term in analyse_token(token)]
