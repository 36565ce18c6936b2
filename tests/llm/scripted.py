"""A language model on loopback that says what the test's script tells it to.

It speaks OpenAI's chat completions, streamed and not, over real sockets, from a thread of
its own. It judges nothing: tests look at `requests`, `open_calls` and `disconnects`.

    with ScriptedLlm() as llm:
        llm.script(failure(500), answer("It was opened ", "in 1869 [1]."))
        ...  # ask the model "openai/scripted" at llm.url
        assert len(llm.requests) == 2
"""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.llm.replies import Cut, Hang, Pause, Raw, Reasoning, Repeat, Reply, Step

_CREATED = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it arrived; header names are in lower case, `body` is the decoded JSON."""

    path: str
    headers: dict[str, str]
    body: Any


class ScriptedLlm:
    """The server. Its replies are taken in order, and the last one is given ever after.

    A reply may be a function of the request, for a script that quotes what it was shown.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.open_calls = 0
        self.disconnects = 0
        self.url = ""
        self._replies: deque[Reply | Callable[[Request], Reply]] = deque()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted-llm")
        self._connections: set[asyncio.Task[None]] = set()

    def script(self, *replies: Reply | Callable[[Request], Reply]) -> None:
        """Forget the old script and the old record, and give these replies from now on."""
        self.requests.clear()
        self.disconnects = 0
        self._replies = deque(replies)

    def wait_until(self, condition: Callable[[], bool], within: float = 2.0) -> bool:
        """Whether the condition comes true in this many seconds."""
        end = time.monotonic() + within
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._accept, "127.0.0.1", 0))
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _stop(self) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                if not await self._serve(request, reader, writer):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _serve(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Reply to one request; False when the connection is over."""
        self.open_calls += 1
        replying = asyncio.ensure_future(_send(self._next_reply(request), request, writer))
        # A client says nothing until it has its answer, so whatever ends this read early
        # is the client going away.
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({replying, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if replying.done() and not replying.exception():
                return replying.result()
            self.disconnects += 1
            return False
        finally:
            self.open_calls -= 1
            for task in (replying, leaving):
                task.cancel()
            await asyncio.gather(replying, leaving, return_exceptions=True)

    def _next_reply(self, request: Request) -> Reply:
        if not self._replies:
            raise AssertionError("the model was asked, but the test has no script for it")
        reply = self._replies.popleft() if len(self._replies) > 1 else self._replies[0]
        return reply if isinstance(reply, Reply) else reply(request)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip().split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(first.split()[1], headers, json.loads(body) if body else None)


async def _send(reply: Reply, request: Request, writer: asyncio.StreamWriter) -> bool:
    """Send the reply; False if it ends the connection."""
    streamed = bool(request.body and request.body.get("stream")) and reply.body is None
    if not streamed:
        body = reply.body if reply.body is not None else _whole(reply)
        data = body.encode()
        _head(writer, reply, "application/json", f"Content-Length: {len(data)}")
        writer.write(data)
        await writer.drain()
        return True
    cut = None
    begun = False
    async for step in _unrolled(reply.steps):
        if not begun:  # Silence before the first thing to send is silence before the headers.
            _head(writer, reply, "text/event-stream", "Transfer-Encoding: chunked")
            begun = True
        if isinstance(step, Cut):
            cut = step
            break
        writer.write(_chunked(step.data if isinstance(step, Raw) else _delta(step)))
        await writer.drain()
    if not begun:
        _head(writer, reply, "text/event-stream", "Transfer-Encoding: chunked")
    if cut is not None and cut.rude:
        await writer.drain()
        return False
    for event in _endings(reply, request) if cut is None else ():
        writer.write(_chunked(event))
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _head(writer: asyncio.StreamWriter, reply: Reply, media: str, framing: str) -> None:
    lines = [f"HTTP/1.1 {reply.status} Scripted", f"Content-Type: {media}", framing]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())


async def _unrolled(steps: tuple[Step, ...]) -> AsyncIterator[str | Reasoning | Raw | Cut]:
    """The steps that send something; silence happens here."""
    for step in steps:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
        elif isinstance(step, Hang):
            await asyncio.Event().wait()
        elif isinstance(step, Repeat):
            while True:
                async for inner in _unrolled(step.steps):
                    yield inner
        else:
            yield step


def _delta(step: str | Reasoning) -> bytes:
    delta = {"content": step} if isinstance(step, str) else {"reasoning_content": step.text}
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def _endings(reply: Reply, request: Request) -> list[bytes]:
    events = []
    if reply.finish:
        events.append(
            _event({"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        )
    if reply.usage and (request.body.get("stream_options") or {}).get("include_usage"):
        events.append(_event({"choices": [], "usage": _usage(reply.usage)}))
    return [*events, b"data: [DONE]\n\n"]


def _whole(reply: Reply) -> str:
    message = {
        "role": "assistant",
        "content": "".join(step for step in reply.steps if isinstance(step, str)),
    }
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    whole: dict[str, object] = {"object": "chat.completion", "choices": [choice]}
    if reply.usage:
        whole["usage"] = _usage(reply.usage)
    return json.dumps({"id": "scripted", "created": _CREATED, "model": "scripted", **whole})


def _usage(usage: tuple[int, int]) -> dict[str, int]:
    prompt, completion = usage
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _event(fields: dict[str, object]) -> bytes:
    chunk = {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": _CREATED,
        "model": "scripted",
    }
    return f"data: {json.dumps({**chunk, **fields}, ensure_ascii=False)}\n\n".encode()


def _chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
