"""Holds back a model's first words until it is clear that they are an answer to show.

A model that declines, or answers in the wrong language, is noticed before the reader has
seen anything. An ordinary answer passes from its first letter on.
"""

import re
import unicodedata
from enum import Enum, auto

from rag.generative.declining import begins_declining, may_yet_decline
from rag.language import detect_language
from rag.types import Language

_ENOUGH = 160
"""Code points that tell the language where the first word does not."""

_MARKERS = re.compile(r"[\[【［][^\]】］]*[\]】］]")
_SPOKEN = ("ar", "en")


class Verdict(Enum):
    """What the first words are."""

    WAITING = auto()
    ANSWER = auto()
    DECLINED = auto()
    FOREIGN = auto()


class Opening:
    """Takes a model's text piece by piece; `verdict` tells what has become of it."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._held = ""
        self.verdict = Verdict.WAITING

    def feed(self, text: str) -> str:
        """What may go on: nothing while the verdict is open, or against showing it."""
        if self.verdict is Verdict.ANSWER:
            return text
        if self.verdict is Verdict.WAITING:
            self._held += text
            self.verdict = self._judge(final=False)
        return self._release()

    def close(self) -> str:
        """What is left when the model has stopped."""
        if self.verdict is Verdict.WAITING:
            self.verdict = self._judge(final=True)
        return self._release()

    def _release(self) -> str:
        if self.verdict is not Verdict.ANSWER:
            return ""
        held, self._held = self._held, ""
        return held

    def _judge(self, *, final: bool) -> Verdict:
        if begins_declining(self._held, final=final):
            return Verdict.DECLINED
        if may_yet_decline(self._held) and not final:
            return Verdict.WAITING
        said = _MARKERS.sub("", self._held[:_ENOUGH])
        letters = [char for char in said if char.isalpha()]
        if not letters:
            if not final:
                return Verdict.WAITING
            return Verdict.ANSWER if any(map(str.isalnum, said)) else Verdict.DECLINED
        if self._language not in _SPOKEN or _script(letters[0]) == self._language:
            return Verdict.ANSWER
        if not final and len(self._held) < _ENOUGH:
            return Verdict.WAITING
        found = detect_language(self._held)
        return Verdict.ANSWER if found in (self._language, "und") else Verdict.FOREIGN


def _script(letter: str) -> Language:
    return "ar" if unicodedata.name(letter, "").startswith("ARABIC") else "en"
