"""One call to one model, held to its deadlines; what comes next is `client.py`'s business.

What counts for the deadlines is what the reader gets. The first-token deadline ends with the
first text that is not blank: comments, empty deltas and the role are what a proxy sends
while nothing happens, and of the model's thinking nothing is shown, so a promise to the reader
cannot hang on it. A model that is to think first needs a longer deadline. After the first text
thinking does count as a sign of life, for then the reader has something, and a model that works
is not one that hangs.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Any, TypeVar

from rag.errors import LlmBadResponseError, LlmTimeoutError, LlmUnavailableError
from rag.llm import gateway
from rag.llm.failures import CallFailedError, bad_response, diagnose
from rag.llm.types import Deadlines, Message, ModelConfig, TextDelta

T = TypeVar("T")

# An answer with its finish reason is whole. Its token counts are worth a short wait, no more.
_WAIT_FOR_USAGE = 2.0
# Added to the total deadline for LiteLLM's own, which is to catch what slips through ours.
_LEAK_GUARD = 30.0


async def call_model(
    config: ModelConfig, messages: Sequence[Message], deadlines: Deadlines, ends_at: float
) -> AsyncGenerator[TextDelta | Any, None]:
    """Text as it comes, and in the end LiteLLM's usage object, or None without one.

    `ends_at` is the total deadline on the event loop's clock. Whatever ends the iteration, the
    connection is closed with it.

    Raises:
        CallFailedError: with the reason; text may have come before.
    """
    clock = asyncio.get_running_loop().time
    until = min(ends_at, clock() + deadlines.first_token)
    timeout = deadlines.total + _LEAK_GUARD
    stream = await _next(gateway.open_stream(config, messages, timeout), until, config.model)
    if stream is None:  # what LiteLLM returns after a 422, which it has answered with a second try
        raise diagnose(_UnprocessableError(), config.model)
    try:
        spoken = False
        usage = None
        while True:
            try:
                chunk = await _next(_chunk(stream), until, config.model)
            except CallFailedError:
                if spoken and _is_whole(stream):
                    break
                raise
            if chunk is None:
                break
            usage = getattr(chunk, "usage", None) or usage
            text, thought = _content(chunk)
            text = text if spoken else text.lstrip()
            if text.strip() or (spoken and thought.strip()):
                spoken = True
                until = min(ends_at, clock() + deadlines.stall)
            if text:
                left = until - clock()
                yield TextDelta(text)
                until = min(ends_at, clock() + left)  # the reader's time is not the model's
            if _is_whole(stream):
                until = min(until, clock() + _WAIT_FOR_USAGE)
        if not spoken:
            raise CallFailedError(_empty(stream, config.model))
        if not _is_whole(stream):
            cut = f"{config.model}: the answer ended without an end; ask again"
            raise CallFailedError(LlmUnavailableError(cut))
        yield usage if _was_counted(stream) else None
    finally:
        await gateway.close_stream(stream)


class _UnprocessableError(Exception):
    status_code = 422


async def _next(work: Awaitable[T], until: float, model: str) -> T:
    """The result of this, or a failure: of the provider's making, or because time is up."""
    scope = asyncio.timeout_at(until)
    failure = None
    try:
        async with scope:
            return await work
    # LiteLLM lets its own and its libraries' exceptions through; `diagnose` tells them apart.
    except Exception as error:
        failure = _out_of_time(model) if scope.expired() else diagnose(error, model)
    raise failure  # outside of the handler, so that it does not carry the provider's exception


def _out_of_time(model: str) -> CallFailedError:
    silent = f"{model}: no text in time; ask again, or set a longer deadline"
    return CallFailedError(LlmTimeoutError(silent))


def _empty(stream: Any, model: str) -> LlmBadResponseError:
    if stream.received_finish_reason == "length":
        spent = f"{model}: spent all its output tokens before the answer; allow it more"
        return LlmBadResponseError(spent)
    return bad_response(model, "an empty answer")


async def _chunk(stream: Any) -> Any:
    return await anext(stream, None)


def _content(chunk: Any) -> tuple[str, str]:
    """The text and the thinking in a chunk."""
    if not chunk.choices:
        return "", ""
    delta = chunk.choices[0].delta
    return getattr(delta, "content", None) or "", getattr(delta, "reasoning_content", None) or ""


def _is_whole(stream: Any) -> bool:
    """Whether the provider gave a finish reason; in chunks, LiteLLM makes one up where none is."""
    return bool(stream.received_finish_reason or stream.intermittent_finish_reason)


def _was_counted(stream: Any) -> bool:
    """Whether the provider sent usage; LiteLLM estimates it otherwise."""
    return any(getattr(chunk, "usage", None) for chunk in stream.chunks)
