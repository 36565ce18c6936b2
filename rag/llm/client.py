"""Asks the configured models in order: retries, fallbacks and one deadline over everything.

How one call is made and timed is `call.py`'s business; which failure is worth another try,
`failures.py`'s.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import product
from typing import Any

from rag.errors import LlmError, LlmInterruptedError, LlmRateLimitedError, LlmTimeoutError
from rag.llm import gateway, models
from rag.llm.call import call_model
from rag.llm.failures import CallFailedError
from rag.llm.types import Deadlines, Finished, Message, ModelConfig, TextDelta

logger = logging.getLogger("dalil.llm")

_FIRST_BACKOFF = 0.25
_LONGEST_BACKOFF = 2.0


class LlmClient:
    """Models that may be asked, the preferred one first. Any thread and event loop may use it.

    Loading LiteLLM takes seconds, once in a process, and deadlines count from its end: a server
    calls `prepare` when it starts.
    """

    def __init__(self, models: Sequence[ModelConfig], deadlines: Deadlines, retries: int) -> None:
        """`retries` is how many times one model may be asked again, 0 or more."""
        if not models:
            raise ValueError("no model to ask")
        self._models = tuple(models)
        self._deadlines = deadlines
        self._retries = retries

    @property
    def name(self) -> str:
        """The name of the preferred model."""
        return self._models[0].model

    def prepare(self) -> None:
        """Load what the first call would load; blocks for seconds, once in a process."""
        gateway.load()

    def deadline(self) -> float:
        """When all that is begun now must be over, on the running event loop's clock."""
        return asyncio.get_running_loop().time() + self._deadlines.total

    async def stream(
        self, messages: Sequence[Message], ends_at: float | None = None
    ) -> AsyncGenerator[TextDelta | Finished, None]:
        """The answer as it is written, and then one `Finished`.

        `ends_at` is a `deadline` that this call shares with others; None begins a new one.

        A model that fails is asked again where that may help, and then the next one is asked,
        but only until the first text: what was shown is never repeated. When the iterator is
        closed or its task cancelled, the provider's connection is closed.

        Raises:
            LlmInterruptedError: the answer broke off after its first text.
            LlmError: no model answered; it is the failure of the last one that was asked.
        """
        if not gateway.is_loaded():
            await asyncio.to_thread(gateway.load)
        clock = asyncio.get_running_loop().time
        if ends_at is None:
            ends_at = self.deadline()
        calls, given_up = 0, -1
        error: LlmError = LlmTimeoutError("no time to ask a model; set a longer total deadline")
        for (place, config), attempt in product(enumerate(self._models), range(self._retries + 1)):
            if place == given_up or clock() >= ends_at:
                continue
            calls += 1
            spoken = False
            try:
                call = call_model(config, messages, self._deadlines, ends_at)
                async with aclosing(call) as parts:
                    async for part in parts:
                        if isinstance(part, TextDelta):
                            spoken = True
                            yield part
                        else:
                            yield _finished(config.model, part, calls)
                            return
            except CallFailedError as failed:
                failure = failed
            logger.warning("call %d failed: %s", calls, failure)
            if spoken:
                raise LlmInterruptedError(f"{config.model}: the answer broke off; ask again")
            error = failure.error
            wait = _wait(error, attempt)
            last = place == len(self._models) - 1
            # The reader waits, too: a model that is free now is better than one that is later.
            patience = ends_at - clock() if last else _LONGEST_BACKOFF
            if not failure.again or wait > patience:
                given_up = place
            elif attempt < self._retries:
                await asyncio.sleep(wait)
        raise error

    async def complete(
        self, messages: Sequence[Message], ends_at: float | None = None
    ) -> tuple[str, Finished]:
        """The whole answer at once, by the rules of `stream` and with its errors."""
        texts: list[str] = []
        async with aclosing(self.stream(messages, ends_at)) as parts:
            async for part in parts:
                if isinstance(part, Finished):
                    return "".join(texts), part
                texts.append(part.text)
        raise AssertionError("a stream ends with Finished or with an error")

    def context_tokens(self) -> int:
        """Tokens that prompt and answer may take together in the smallest of the models.

        From its settings, else from LiteLLM's table, else `models.DEFAULT_CONTEXT_TOKENS`.
        """
        return models.smallest_context(self._models)

    def count_tokens(self, text: str) -> int:
        """Tokens of this text in the model that spends most on it.

        Exact for models whose tokenizer is on disk (OpenAI's); for others an over-estimate,
        up to three times the truth in Arabic. Not for pieces: their sum is more than the whole.
        """
        return models.most_tokens(self._models, text)

    async def aclose(self) -> None:
        """Close the connections that this event loop keeps to providers; no call may be open."""
        await gateway.close_connections()


def _wait(error: LlmError, attempt: int) -> float:
    """Seconds until the next try: what the provider asks for, or a jittered backoff."""
    backoff = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0**attempt) * random.uniform(0.5, 1.0)
    if isinstance(error, LlmRateLimitedError) and error.retry_after is not None:
        return max(error.retry_after, backoff)
    return backoff


def _finished(model: str, usage: Any, calls: int) -> Finished:
    if usage is None:
        return Finished(model, None, None, None, calls)
    return Finished(
        model, usage.prompt_tokens, usage.completion_tokens, models.price(model, usage), calls
    )
