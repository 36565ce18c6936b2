"""The words around an answer, in the language of the question."""

from dataclasses import dataclass

from rag.types import Direction, Language


@dataclass(frozen=True, slots=True)
class Labels:
    """`direction` is that of the labels themselves."""

    direction: Direction
    sources: str
    article: str
    offsets: str
    score: str
    confidence: str
    related: str
    unsupported: str
    degraded: str
    nothing_found: str
    rewritten: str


_ARABIC = Labels(
    direction="rtl",
    sources="المصادر",
    article="المقال",
    offsets="الموضع",
    score="الدرجة",
    confidence="الثقة",
    related="أقرب المقاطع إلى السؤال، وليست دليلًا على جواب:",
    unsupported="جمل لم يثبتها اقتباس:",
    degraded="أجاب المجيب الاحتياطي بدل النموذج المختار.",
    nothing_found="لم يُعثر على مقاطع.",
    rewritten="فُهم السؤال هكذا",
)
_ENGLISH = Labels(
    direction="ltr",
    sources="Sources",
    article="article",
    offsets="offsets",
    score="score",
    confidence="Confidence",
    related="Nearest passages, which are not evidence for an answer:",
    unsupported="Sentences that no quote bears out:",
    degraded="A fallback answered in place of the chosen model.",
    nothing_found="No passages were found.",
    rewritten="Understood as",
)


def labels_for(language: Language) -> Labels:
    """ "ar" → Arabic; every other language → English."""
    return _ARABIC if language == "ar" else _ENGLISH
