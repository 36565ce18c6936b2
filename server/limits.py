"""Refuses request bodies that are too large, without holding them.

A declared length is refused at once, an undeclared one when the count passes the limit.
Files that editors send may be larger than other bodies; who is no editor is told so before
his file is read.
The reply is sent first and the rest of the body is then read and dropped for a bounded
while: closing on a client that still sends would reset the connection, and the reply
with it.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.editors import Editors, is_upload
from server.errors import RefusedError, error_response
from server.problem import Problem

_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64 * 1024 * 1024
_CLOSE = {"Connection": "close"}
# What a form says around its file.
_AROUND_A_FILE = 16 * 1024


class BodyLimit:
    """Pure ASGI middleware. `max_bytes` is the largest body that passes, `max_upload_bytes`
    the largest file from one of the `editors`."""

    def __init__(
        self, app: ASGIApp, max_bytes: int, max_upload_bytes: int, editors: Editors
    ) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.max_upload_bytes = max_upload_bytes
        self.editors = editors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        max_bytes = self._limit(scope)
        body = _CountedBody(receive, send, max_bytes)
        refusal = self._refusal(scope, max_bytes)
        if refusal is None:
            await self.app(scope, body.receive, body.send)
            return
        body.refused = True
        reply = error_response(scope, refusal.problem, {**refusal.headers, **_CLOSE})
        await reply(scope, body.receive, body.send)

    def _limit(self, scope: Scope) -> int:
        return self.max_upload_bytes + _AROUND_A_FILE if is_upload(scope) else self.max_bytes

    def _refusal(self, scope: Scope, max_bytes: int) -> RefusedError | None:
        if is_upload(scope) and (refusal := self.editors.refusal(Headers(scope=scope))):
            return refusal
        if _declared_length(scope) > max_bytes:
            return RefusedError(Problem(413, "body_too_large", _message(max_bytes)))
        return None


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
