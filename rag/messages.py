"""What Dalil itself says to a reader, in the languages that it speaks."""

from rag.types import Language

_ABSTENTION = {
    "ar": "لم أجد في المقالات جوابًا عن هذا السؤال.",
    "en": "I could not find an answer to this question in the articles.",
}
_FOREIGN_QUOTE = {
    "ar": "الجواب في مقال بلغة أخرى، وهذا نصّه كما ورد:",
    "en": "The answer is in an article in another language; quoted as it stands:",
}


def abstention(language: Language) -> str:
    """That there is no answer. "ar" → Arabic; a language that Dalil does not speak → English."""
    return _ABSTENTION.get(language, _ABSTENTION["en"])


def foreign_quote(language: Language) -> str:
    """That what follows is quoted in another language than the question's."""
    return _FOREIGN_QUOTE.get(language, _FOREIGN_QUOTE["en"])
