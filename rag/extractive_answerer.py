"""The answerer that needs no language model: quotes, told as events.

Which sentences are quoted is `extractive.py`'s job, and whether to abstain `answer.py`'s.
"""

from collections.abc import AsyncGenerator

from rag.answer import EXTRACTIVE, answer_extractively
from rag.answering import Find, Inquiry
from rag.events import Event, PassagesFound, replay
from rag.findings import Findings
from rag.followup import stand_alone
from rag.types import Answer, Language
from rag.weights import Weights


class ExtractiveAnswerer:
    """Satisfies `Answerer`. Holds no state, and fails only where the search does."""

    name = EXTRACTIVE

    def __init__(self, weights: Weights, min_confidence: float) -> None:
        self._weights = weights
        self._min_confidence = min_confidence

    async def answer(self, inquiry: Inquiry, find: Find) -> AsyncGenerator[Event, None]:
        def conclude(findings: Findings) -> tuple[PassagesFound, Answer]:
            language = inquiry.language or findings.query.language
            return PassagesFound(findings.passages()), self.quote(findings, language)

        found, answer = await find(stand_alone(inquiry.question, inquiry.history), conclude)
        yield found
        for event in replay(answer):
            yield event

    def quote(self, findings: Findings, language: Language) -> Answer:
        """The answer in quotes, or an abstention."""
        return answer_extractively(findings, self._weights, self._min_confidence, language)

    def prepare(self) -> None:
        """There is nothing to load."""

    async def aclose(self) -> None:
        """There is nothing to let go of."""
