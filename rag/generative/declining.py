"""Recognises a model that says, in whatever words, that it has no answer.

The prompt agrees on one word for it, which many models put into a sentence of their own.
What is done about it is `answerer.py`'s decision.
"""

import re

from rag.prompt import NO_ANSWER
from rag.text import fold

_WORD = re.compile(r"^[\W_]*no[\W_]?answer(?![^\W_])", re.IGNORECASE)
_BEGINNINGS = ("no_answer", "no answer", "noanswer")
_MARKER = re.compile(r"[\[【［][^\]】］]*(?:[\]】］]|$)")
_NOT_WORDS = re.compile(r"^[\W_]+")
_REFUSALS = re.compile(
    fold(
        r"\b(?:i'?m sorry|i am sorry|i apologi[sz]e|i can ?not|i can'?t|i am unable|i'?m unable"
        r"|(?:do|does|did) not (?:contain|mention|provide|state|say|include|hold|specify|answer)"
        r"|(?:don|doesn|didn)'?t (?:contain|mention|provide|state|say|include|hold|specify|answer)"
        r"|no (?:information|mention|passage|article|answer)"
        r"|عذر[اً]*|اعتذر|آسف|لا (?:استطيع|يمكنني|يمكن|تحتوي|تذكر|يذكر|تتضمن|تورد|تتوفر|تتوافر"
        r"|يوجد|توجد|يرد|ترد|تجيب|تتناول|اجد)|لم (?:يرد|ترد|تذكر|يذكر|اجد|تتناول|تتطرق)"
        r"|غير (?:مذكور|متوفر|وارد)|ليس(?:ت)? (?:في|هناك|لدي))"
    )
)


def begins_declining(text: str, *, final: bool) -> bool:
    """Whether a text begins with the agreed word, and if not `final`, whether that is certain.

    "NO_ANSWER." → True · "NO_ANSWER" → True if final · "No, answers differ" → False
    """
    text = _MARKER.sub("", text)
    word = _WORD.match(text)
    return word is not None and (final or word.end() < len(text))


def may_yet_decline(text: str) -> bool:
    """Whether a text may be the beginning of the agreed word. "no_" → True · "" → True"""
    begun = _NOT_WORDS.sub("", _MARKER.sub("", text)).casefold()
    return any(word.startswith(begun) for word in _BEGINNINGS)


def declines_in_words(text: str) -> bool:
    """Whether a text speaks of having no answer; it may also be one that is partial.

    «عذرًا، لا أستطيع الإجابة» → True · "The passages do not mention it." → True
    """
    return _REFUSALS.search(fold(text)) is not None


class WithoutTheWord:
    """Text in, text without the agreed word out, wherever a model has put it."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """What is settled by one more piece of text; what may become the word waits."""
        self._held = (self._held + text).replace(NO_ANSWER, "")
        waiting = next(
            n for n in range(len(NO_ANSWER) - 1, -1, -1) if self._held.endswith(NO_ANSWER[:n])
        )
        settled = self._held[: len(self._held) - waiting]
        self._held = self._held[len(settled) :]
        return settled

    def close(self) -> str:
        """What is left when the model has stopped."""
        held, self._held = self._held, ""
        return held
