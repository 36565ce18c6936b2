"""What Dalil itself says to a reader, in the languages that it speaks."""

from rag.types import Language, Problem

_ABSTENTION = {
    "ar": "لم أجد في المقالات جوابًا عن هذا السؤال.",
    "en": "I could not find an answer to this question in the articles.",
}
_FOREIGN_QUOTE = {
    "ar": "الجواب في مقال بلغة أخرى، وهذا نصّه كما ورد:",
    "en": "The answer is in an article in another language; quoted as it stands:",
}

_WITHDRAWN = {
    "ar": "تعذّر إثبات ما سبق من المقالات، وهذا جوابٌ بدلًا منه:",
    "en": "What stands above could not be proved from the articles; this is in its place:",
}
_REASONS = {
    "ar": {
        Problem.NO_MARKER: "لا تحيل إلى مقطع، ولم يوجد لها سند قوي",
        Problem.WRONG_PASSAGE: "تحيل إلى غير المقطع الذي يذكرها",
        Problem.NUMBER: "فيها عدد أو تاريخ لا يرد في المقاطع",
        Problem.NAME: "فيها اسم لا يرد في المقاطع",
        Problem.QUOTE: "فيها اقتباس لا يرد في المقاطع",
        Problem.NEGATION: "تخالف ما تقوله المقاطع",
        Problem.NOT_STATED: "لا تقولها المقاطع",
    },
    "en": {
        Problem.NO_MARKER: "it names no passage, and there is no strong evidence for it",
        Problem.WRONG_PASSAGE: "it names another passage than the one that states it",
        Problem.NUMBER: "it has a number or a date that the passages do not have",
        Problem.NAME: "it has a name that the passages do not have",
        Problem.QUOTE: "it quotes words that the passages do not have",
        Problem.NEGATION: "it contradicts the passages",
        Problem.NOT_STATED: "the passages do not state it",
    },
}


def abstention(language: Language) -> str:
    """That there is no answer. "ar" → Arabic; a language that Dalil does not speak → English."""
    return _ABSTENTION.get(language, _ABSTENTION["en"])


def foreign_quote(language: Language) -> str:
    """That what follows is quoted in another language than the question's."""
    return _FOREIGN_QUOTE.get(language, _FOREIGN_QUOTE["en"])


def withdrawn(language: Language) -> str:
    """That the text before this could not be proved, and another answer follows."""
    return _WITHDRAWN.get(language, _WITHDRAWN["en"])


def reason(problem: Problem, language: Language) -> str:
    """Why a sentence is not supported, as half a sentence."""
    return _REASONS.get(language, _REASONS["en"])[problem]
