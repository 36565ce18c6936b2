"""Sends an answer while it is made, and stops making it when its reader has gone.

uvicorn drops what is sent to a reader who has gone, without a word; only `receive` tells.
So each answer is a task of its own beside one that waits there. The events are read in
that one task from beginning to end, for what makes them may have deadlines, and those
hold in the task that set them. What the bytes look like is the `StreamFormat`'s business.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from rag.events import Event
from rag.reading import closed_after
from server.errors import error_content, problem_while_streaming

HEARTBEAT_SECONDS = 15.0
# uvicorn never cuts a reader who takes nothing.
_SEND_SECONDS = 30.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

T = TypeVar("T")


class StreamFormat(Protocol):
    """One reply's bytes, in order; b"" where there is nothing to say."""

    def event(self, event: Event) -> bytes: ...

    def error(self, content: dict[str, Any]) -> bytes: ...


async def unless_disconnected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled, and waited for, if the reader goes first.

    Raises ClientDisconnect then, and whatever `work` raises. The request's body must have
    been read.
    """
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_disconnection(receive))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        await _stop(working, watching)


async def _disconnection(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stop(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class EventStream(EventSourceResponse):
    """A reply that is 200 only once there is a first event.

    An error before it is raised, and becomes an ordinary error reply; one after it is told
    in the stream, which then ends.
    """

    def __init__(self, events: AsyncIterator[Event], form: StreamFormat) -> None:
        super().__init__((), headers=_HEADERS)
        self._events = events
        self._form = form
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await unless_disconnected(receive, self._stream(scope, send))
        except ClientDisconnect:
            if not self._started:
                raise

    async def _stream(self, scope: Scope, send: Send) -> None:
        async with closed_after(self._events) as events:
            first = await anext(events, None)
            if first is None:
                raise RuntimeError("the service's stream ended before it began")
            await self._start(send)
            async with _Body(send).beating() as body:
                await body.write(self._form.event(first))
                try:
                    async for event in events:
                        await body.write(self._form.event(event))
                except ClientDisconnect:
                    raise
                except Exception as error:
                    problem = problem_while_streaming(scope, error)
                    await body.write(self._form.error(error_content(scope, problem)))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _start(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        self._started = True
        await send(start)


class _Body:
    """The body of a reply; a comment goes out whenever nothing else has for a while."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._quiet_since = 0.0

    async def write(self, chunk: bytes) -> None:
        """Raises ClientDisconnect if the reader takes nothing for 30 seconds."""
        if not chunk:
            return
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        except (TimeoutError, OSError) as error:
            raise ClientDisconnect from error
        self._quiet_since = asyncio.get_running_loop().time()

    @asynccontextmanager
    async def beating(self) -> AsyncIterator["_Body"]:
        heart = asyncio.create_task(self._beat())
        try:
            yield self
        finally:
            await _stop(heart)

    async def _beat(self) -> None:
        clock = asyncio.get_running_loop().time
        self._quiet_since = clock()
        while True:
            await asyncio.sleep(self._quiet_since + HEARTBEAT_SECONDS - clock())
            if clock() - self._quiet_since >= HEARTBEAT_SECONDS:
                await self.write(KEEPALIVE_COMMENT)
