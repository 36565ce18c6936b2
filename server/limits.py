"""Refuses request bodies that are too large, without holding them.

A declared length is refused at once, an undeclared one when the count passes the limit.
The reply is sent first and the rest of the body is then read and dropped for a bounded
while: closing on a client that still sends would reset the connection, and the reply
with it.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import error_response
from server.problem import Problem

_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64 * 1024 * 1024
_CLOSE = {"Connection": "close"}


class BodyLimit:
    """Pure ASGI middleware. `max_bytes` is the largest body that passes."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _CountedBody(receive, send, self.max_bytes)
        if _declared_length(scope) > self.max_bytes:
            body.refused = True
            problem = Problem(413, "body_too_large", _message(self.max_bytes))
            await error_response(scope, problem, _CLOSE)(scope, body.receive, body.send)
        else:
            await self.app(scope, body.receive, body.send)


class _CountedBody:
    """One request's `receive` and `send`, and how much of the body has come."""

    def __init__(self, receive: Receive, send: Send, max_bytes: int) -> None:
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._received = 0
        self._more = True
        self.refused = False

    async def receive(self) -> Message:
        message = await self._receive_counting()
        if self._received > self._max_bytes:
            self.refused = True
            raise HTTPException(413, _message(self._max_bytes), headers=_CLOSE)
        return message

    async def send(self, message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body", False)
        if not (ends and self.refused):
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        await self._drain()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while self._more and self._received < _DRAIN_BYTES:
                    await self._receive_counting()
        except TimeoutError:
            pass

    async def _receive_counting(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self._more = bool(message.get("more_body", False))
        return message


def _message(max_bytes: int) -> str:
    return f"the body is larger than {max_bytes} bytes"


def _declared_length(scope: Scope) -> int:
    """The Content-Length; 0 where there is none, for then the body is counted."""
    value = Headers(scope=scope).get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else 0
