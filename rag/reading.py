"""Reads the events of an answer to their end, and always closes what they come from.

Closing is what stops a language model's call: an iterator that is only dropped goes on
until it is collected.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rag.errors import LlmBadResponseError
from rag.events import Done, Event
from rag.types import Answer


@asynccontextmanager
async def closed_after(events: AsyncIterator[Event]) -> AsyncIterator[AsyncIterator[Event]]:
    """The events, for a block that may leave early, fail or be cancelled."""
    try:
        yield events
    finally:
        if close := getattr(events, "aclose", None):
            await close()


async def read_answer(
    events: AsyncIterator[Event], see: Callable[[Event], None] = lambda _: None
) -> Answer:
    """The answer that the events end with; `see` is shown each of them as it comes.

    Raises whatever they raise.
    """
    async with closed_after(events):
        async for event in events:
            see(event)
            if isinstance(event, Done):
                return event.answer
    raise LlmBadResponseError("the answer broke off before its end; ask again")
