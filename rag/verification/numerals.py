"""Finds the numbers of a text, in digits and in words, in Arabic and in English.

Input is folded text (`rag.text.fold`), so every kind of digit is 0-9 already. Dates are
`dates.py`'s: what it has taken is not looked at here. Fractions and dual nouns
(«مرصدان», "half") are not numbers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.text import fold

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_CLITIC = re.compile(r"^[وف]?[بلك]?(?:ال|لل)?")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")


def _numbers(words: str) -> dict[str, int]:
    """ "one=1 two=2" → {"one": 1, "two": 2}; several forms of one number are cut by "|"."""
    pairs = (item.split("=") for item in words.split())
    return {fold(form): int(value) for forms, value in pairs for form in forms.split("|")}


_SMALL: Mapping[str, int] = _numbers(
    """
    one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11
    twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18
    nineteen=19 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 eleventh=11
    twelfth=12 thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17
    eighteenth=18 nineteenth=19
    واحد|واحدة|أول|أولى|حادي|حادية=1 اثنان|اثنين|اثنتان|اثنتين|اثنا|اثني|اثنتا|اثنتي|ثاني|ثانية=2
    ثلاث|ثلاثة|ثالث|ثالثة=3 أربع|أربعة|رابع|رابعة=4 خمس|خمسة|خامس|خامسة=5
    ست|ستة|سادس|سادسة=6 سبع|سبعة|سابع|سابعة=7 ثمان|ثماني|ثمانية|ثامن|ثامنة=8
    تسع|تسعة|تاسع|تاسعة=9 عشر|عشرة|عاشر|عاشرة=10
    """
)
_TENS: Mapping[str, int] = _numbers(
    """
    twenty|twentieth=20 thirty|thirtieth=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80
    ninety=90 عشرون|عشرين=20 ثلاثون|ثلاثين=30 أربعون|أربعين=40 خمسون|خمسين=50 ستون|ستين=60
    سبعون|سبعين=70 ثمانون|ثمانين=80 تسعون|تسعين=90
    """
)
_HUNDREDS: Mapping[str, int] = _numbers(
    """
    مئة|مائة=100 مئتان|مئتين|مائتان|مائتين|مئتي|مائتي=200 ثلاثمئة|ثلاثمائة=300
    أربعمئة|أربعمائة=400 خمسمئة|خمسمائة=500 ستمئة|ستمائة=600 سبعمئة|سبعمائة=700
    ثمانمئة|ثمانمائة|ثمانيمئة=800 تسعمئة|تسعمائة=900
    """
)
_DUAL_SCALES: Mapping[str, int] = _numbers(
    "ألفان|ألفين|ألفي=2000 مليونان|مليونين|مليوني=2000000 ملياران|مليارين=2000000000"
)
_SCALES: Mapping[str, int] = _numbers(
    """
    hundred=100 thousand=1000 million=1000000 billion=1000000000 bn=1000000000
    ألف|ألفا|آلاف=1000 مليون|مليونا|ملايين=1000000 مليار|مليارا|مليارات=1000000000
    """
)
_DECADES: Mapping[str, int] = _numbers(
    """
    عشرينيات|عشرينات=1920 ثلاثينيات|ثلاثينات=1930 أربعينيات|أربعينات=1940
    خمسينيات|خمسينات=1950 ستينيات|ستينات=1960 سبعينيات|سبعينات=1970
    ثمانينيات|ثمانينات=1980 تسعينيات|تسعينات=1990
    twenties=1920 thirties=1930 forties=1940 fifties=1950 sixties=1960 seventies=1970
    eighties=1980 nineties=1990
    """
)
_TEEN_MARK = frozenset(map(fold, ("عشر", "عشرة")))
_ELEVEN_UNIT = frozenset(map(fold, ("أحد", "إحدى", "حادي", "حادية")))
_HUNDRED_MARK = frozenset(map(fold, ("مئة", "مائة")))
_CENTURIES = frozenset(map(fold, ("centuries", "قرون")))
_MONDAY = frozenset(map(fold, ("الاثنين", "الإثنين")))
# These have another meaning («ألّف كتابًا», "no one"), so alone they claim nothing.
_UNSURE_ALONE = frozenset(map(fold, ("ألف", "آلاف", "ملايين", "مليارات", "ألفا", "hundred",
                                     "thousand", "واحد", "واحدة", "أول", "أولى", "ثاني",
                                     "ثانية", "حادي", "حادية", "one", "عشر")))  # fmt: skip
_AND = "و"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text. `values` are the ways to state it: «ثمانية قرون» is "8" or "800".

    `sure` is False for words that need not count anything: "one", «ثاني».
    `word_two` tells "two" in words, which Arabic states by the dual alone.
    """

    values: frozenset[str]
    sure: bool = True
    word_two: bool = False


def numbers_of(folded: str) -> tuple[Number, ...]:
    """Every number of a folded text, in order.

    "٦٨ ألف كم" → 68000 · "أربعين" → 40 · "forty" → 40 · "two thousand and five" → 2005
    """
    tokens = TOKEN.findall(folded)
    return tuple(_read(tokens))


def _read(tokens: list[str]) -> Iterator[Number]:
    position = 0
    while position < len(tokens):
        token = tokens[position]
        taken, value, worded = _group(tokens, position)
        if not taken:
            decade = _lookup(_DECADES, token)
            if decade is not None:
                yield Number(frozenset({str(decade)}))
            position += 1
            continue
        alone = taken == 1
        position += taken
        # "1,200 and five" is no number; «ألفين وخمسمئة» and "two hundred and five" are.
        while worded and value >= 100:
            more, added, _ = _continuation(tokens, position, value)
            if not more:
                break
            position, value = position + more, value + added
        values = {_canonical(value)}
        following = tokens[position] if position < len(tokens) else ""
        if following in _CENTURIES:
            values.add(_canonical(value * 100))
        yield Number(
            frozenset(values),
            sure=not (worded and alone and not _UNSURE_ALONE.isdisjoint((token, _bare(token)))),
            word_two=worded and value == 2,
        )


def _group(tokens: list[str], position: int) -> tuple[int, float, bool]:
    """How many tokens make one number below a scale, times its scale; (0, 0, _) if none do."""
    token = tokens[position]
    if token[0].isdigit():
        scale = _scale(tokens, position + 1)
        return (1, _digits(token), False) if scale is None else (2, _digits(token) * scale, False)
    taken, value = _worded(tokens, position)
    if not taken:
        return 0, 0, True
    scale = _scale(tokens, position + taken)
    if scale is not None:
        return taken + 1, value * scale, True
    return taken, value, True


def _worded(tokens: list[str], position: int) -> tuple[int, int]:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else ""
    if token in _MONDAY:
        return 0, 0
    if _bare(token) in _ELEVEN_UNIT and following in _TEEN_MARK:
        return 2, 11
    for table in (_HUNDREDS, _DUAL_SCALES):
        value = _lookup(table, token)
        if value is not None:
            return 1, value
    tens = _lookup(_TENS, token)
    if tens is not None:
        unit = _SMALL.get(following, 0)
        return (2, tens + unit) if 0 < unit < 10 and following.isascii() else (1, tens)
    small = _lookup(_SMALL, token)
    if small is not None:
        if small < 10 and following in _TEEN_MARK:
            return 2, small + 10
        if small < 10 and following in _HUNDRED_MARK:
            return 2, small * 100
        if small < 10 and following.startswith(_AND) and (ten := _lookup(_TENS, following)):
            return 2, small + ten
        return 1, small
    scale = _lookup(_SCALES, token)
    return (1, scale) if scale is not None else (0, 0)


def _continuation(tokens: list[str], position: int, value: float) -> tuple[int, float, bool]:
    """The smaller part that follows with "and" or «و»; none if there is no such part."""
    if position >= len(tokens):
        return 0, 0, True
    skip = 1 if tokens[position] == "and" else 0
    if position + skip >= len(tokens):
        return 0, 0, True
    joined = tokens[position + skip].startswith(_AND) or skip or value >= 1000
    taken, added, worded = _group(tokens, position + skip)
    smallest = 1000 if value >= 1000 and value % 1000 == 0 else 100
    fits = bool(taken) and joined and worded and added < smallest and value % smallest == 0
    return (taken + skip, added, True) if fits else (0, 0, True)


def _scale(tokens: list[str], position: int) -> int | None:
    if position >= len(tokens):
        return None
    token = tokens[position]
    return None if token.startswith(_AND) else _SCALES.get(token)


def _lookup(table: Mapping[str, int], token: str) -> int | None:
    """The word's number, with or without the particles written onto it."""
    found = table.get(token)
    return found if found is not None else table.get(_bare(token))


def _bare(token: str) -> str:
    return _CLITIC.sub("", token) or token


def _digits(token: str) -> float:
    return float(_parse(token))


def _parse(token: str) -> str:
    plain = _THOUSANDS.sub("", token).replace(",", ".")
    whole, _, rest = plain.partition(".")
    # "14.9.2013" is no decimal; its first part stands for it.
    return f"{whole}.{rest}" if rest and "." not in rest else whole


def _canonical(value: float) -> str:
    """ "68000.0" → "68000" · "2.50" → "2.5"; long digit strings are kept to 15 digits."""
    text = f"{value:.4f}".rstrip("0").rstrip(".") if value < 1e15 else f"{value:.14e}"
    return _LEADING_ZEROS.sub("", text)
