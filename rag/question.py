"""What kind of answer a question asks for, and whether a sentence offers that kind.

A sentence that only repeats the question's own numbers and names offers nothing new, so
those do not count. Everything here is evidence for ranking, never a reason to refuse.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.terms import tokenise
from rag.text import fold


class AnswerKind(StrEnum):
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_KIND_PATTERNS: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            AnswerKind.DATE,
            r"\b(?:متي|امتي|ايمتي|اي (?:عام|سنه|تاريخ|يوم|شهر|قرن|عقد)|ما (?:هو )?تاريخ|"
            r"when|(?:what|which) (?:year|date|day|month|century|decade))\b",
        ),
        (
            AnswerKind.NUMBER,
            r"\b(?:كم|بكم|قديش|كام|"
            r"ما (?:هو |هي )?(?:عدد|نسبه|مقدار|متوسط|طول|ارتفاع|مساحه|سعر|حجم)|"
            r"how (?:many|much|long|tall|far|old|large|big|high|often|fast|deep)|"
            r"what (?:is the )?(?:percentage|percent|number|population|amount|proportion))\b",
        ),
        (
            AnswerKind.PERSON,
            r"(?:^|، )(?:و?من|مين|منو) |\b(?:من (?:هو|هي|هم|الذي|الذين|كان)|who|whom|whose)\b",
        ),
        (AnswerKind.PLACE, r"\b(?:اين|وين|فين|اي (?:مدينه|بلد|دوله|مكان)|where|"
                           r"(?:what|which) (?:city|country|place|state))\b"),
        (AnswerKind.REASON, r"\b(?:لماذا|ليش|ليه|ما (?:هو |هي )?(?:سبب|اسباب)|why|what caused?)\b"),
    )
)  # fmt: skip

_MONTHS = frozenset(
    fold(word)
    for word in """
    يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
    كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين جانفي فيفري أفريل جوان جويلية أوت
    محرم صفر ربيع جمادى رجب شعبان رمضان شوال
    january february march april may june july august september october november december
    """.split()
)
_TIME_WORDS = frozenset(
    fold(word)
    for word in """
    عام سنة قرن القرن عقد يوم الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
    century year monday tuesday wednesday thursday friday saturday sunday decade
    """.split()
)
_NUMBER_WORDS = frozenset(
    fold(word)
    for word in """
    واحد واحدة اثنان اثنين اثنتان اثنتين ثلاث ثلاثة أربع أربعة خمس خمسة ست ستة سبع سبعة
    ثماني ثمانية تسع تسعة عشر عشرة عشرون عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون
    ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مئة مائة مئات مئتان مئتين ألف آلاف ألفان ألفين
    مليون ملايين مليار مليارات نصف ثلث ربع ثلثي ضعف مرتين عشرات
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred hundreds thousand thousands million millions billion billions half third quarter
    twice double dozen dozens percent
    """.split()
)
_REASON_WORDS = frozenset(
    fold(word)
    for word in """
    لأن لأنه لأنها لأنهم بسبب نتيجة نظرا لذلك لكي بهدف بغية إذ سبب أسباب أدى أدت يعود ويعود
    بفضل جراء حتى
    because due since therefore so caused cause causes led result reason reasons owing thanks
    """.split()
)
_PLACE_WORDS = frozenset(
    fold(word)
    for word in """
    مدينة عاصمة العاصمة بلدة قرية دولة جمهورية مقاطعة محافظة ولاية منطقة شمال جنوب شرق غرب
    قرب يقع تقع مقر
    city capital town village country republic province state region north south east west
    near located
    """.split()
)
_YEAR = re.compile(r"(?:1\d|20)\d\d")


@dataclass(frozen=True, slots=True)
class Question:
    """The kind of answer wanted, and the folded tokens that the question itself holds."""

    kind: AnswerKind
    tokens: frozenset[str]


def analyse_question(text: str) -> Question:
    """Tell what a question asks for.

    "كم عدد الدول الأعضاء؟" → number · "متى عُقدت القمة؟" → date · "Who chaired it?" → person
    """
    folded = fold(text)
    kind = next((k for k, pattern in _KIND_PATTERNS if pattern.search(folded)), AnswerKind.OTHER)
    return Question(kind, frozenset(fold(token) for token in tokenise(text)))


def offers(question: Question, sentence: str) -> bool:
    """Whether a sentence holds something new of the kind that the question asks for.

    "متى عُقدت القمة؟", «عُقدت القمة في 23 أيلول 2013.» → True · «عُقدت القمة في سوتشي.» → False
    """
    if question.kind is AnswerKind.OTHER:
        return False
    tokens = [(fold(token), token) for token in tokenise(sentence)]
    new = [token for folded, token in tokens if folded not in question.tokens]
    folded = [folded for folded, _token in tokens if folded not in question.tokens]
    match question.kind:
        case AnswerKind.NUMBER:
            return any(token[0].isdigit() or token in _NUMBER_WORDS for token in folded)
        case AnswerKind.DATE:
            return any(
                _YEAR.fullmatch(token) or token in _MONTHS or token in _TIME_WORDS
                for token in folded
            )
        case AnswerKind.PERSON:
            return any(token[0].isupper() for token in new[1:])
        case AnswerKind.REASON:
            return any(token in _REASON_WORDS for token in folded)
        case AnswerKind.PLACE:
            return any(
                token in _PLACE_WORDS or original[0].isupper()
                for token, original in zip(folded, new, strict=True)
            )
