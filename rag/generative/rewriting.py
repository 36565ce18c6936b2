"""Makes a follow-up question stand alone with a language model, or by rule without one.

What the model is told is `rag/prompt.py`'s business, the rule `rag/followup.py`'s.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import LlmError
from rag.followup import stand_alone
from rag.language import detect_language
from rag.llm import Finished, LlmClient
from rag.prompt import rewrite_messages
from rag.types import Turn, Usage

logger = logging.getLogger("dalil.answer")

_LONGEST = 500
_QUOTES = "\"'«»“”`*"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to search for, and what it took. `outage` tells that no model answered."""

    question: str
    usage: Usage | None = None
    outage: bool = False


class Rewriter:
    """Rewrites with one client. Holds no state."""

    def __init__(self, client: LlmClient, longest: int) -> None:
        """`longest` is that of a question, in code points."""
        self._client = client
        self._longest = min(longest, _LONGEST)

    async def stand_alone(
        self, question: str, history: Sequence[Turn], ends_at: float
    ) -> Rewritten:
        """The question with what it points back at; as it is where nothing was asked before.

        A model that fails is not waited for a second time: the caller is told of the outage.
        """
        if not any(turn.role == "user" for turn in history):
            return Rewritten(question)
        language = detect_language(question)
        try:
            text, finished = await self._client.complete(
                rewrite_messages(question, history, language), ends_at
            )
        except LlmError as error:
            logger.warning("the follow-up is rewritten by rule: %s", error)
            return Rewritten(stand_alone(question, history), outage=True)
        rewritten = _first_line(text)
        if not self._is_usable(rewritten) or detect_language(rewritten) != language:
            rewritten = stand_alone(question, history)
        return Rewritten(rewritten, used(finished))

    def _is_usable(self, rewritten: str) -> bool:
        """Whether it may be searched for; what is far too long is no question."""
        return len(rewritten) <= self._longest and any(char.isalnum() for char in rewritten)


def used(finished: Finished) -> Usage:
    """What a call took."""
    return Usage(
        finished.prompt_tokens, finished.completion_tokens, finished.cost_usd, finished.calls
    )


def _first_line(text: str) -> str:
    lines = (line.strip().strip(_QUOTES).strip() for line in text.splitlines())
    return next((" ".join(line.split()) for line in lines if line), "")
