"""A server with a script in place of a collection, and pages that embed the widget.

It serves the widget's own files and answers `/v1/ask` with the bytes that a test gives,
cut where the test says. What the real server sends is tested in `tests/server/`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

WIDGET = Path(__file__).resolve().parents[3] / "server" / "widget"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none';"
)


@dataclass
class Pause:
    """Silence in the middle of a stream, until the test lets it go on."""

    over: Callable[[], bool]


@dataclass
class Cut:
    """The connection breaks here."""


@dataclass
class Refusal:
    """A reply that is an error."""

    status: int
    code: str
    headers: dict[str, str] = field(default_factory=dict)


Step = bytes | Pause | Cut
Reply = Sequence[Step] | Refusal


class ScriptedServer:
    """Gives its replies in order, the last one ever after; remembers what it was asked."""

    def __init__(self) -> None:
        self.forget()
        self._app = Starlette(
            routes=[
                Route("/", self._index),
                Route("/widget.js", _loader),
                Route("/v1/ask", self._ask, methods=["POST"]),
                Route("/v1/feedback", self._feedback, methods=["POST"]),
                Route("/v1/articles/{id}", self._article),
            ]
        )
        self._app.mount("/widget", StaticFiles(directory=WIDGET))

    def forget(self) -> None:
        self.page = ""
        self.articles: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.feedback: list[dict[str, Any]] = []
        self.feedback_refusal: Refusal | None = None
        self.paths: list[str] = []
        self._replies: list[Reply] = []

    def script(self, *replies: Reply) -> None:
        self._replies = list(replies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.paths.append(scope["path"])
        await self._app(scope, receive, send)

    async def _index(self, _request: Request) -> Response:
        return HTMLResponse(self.page, headers={"Content-Security-Policy": CSP})

    async def _ask(self, request: Request) -> Response:
        self.asked.append(await request.json())
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Refusal):
            return error(reply)
        return StreamingResponse(self._stream(reply), media_type="text/event-stream")

    async def _stream(self, steps: Sequence[Step]) -> AsyncIterator[bytes]:
        for step in steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, Pause):
                while not step.over():
                    await asyncio.sleep(0.01)
            else:
                raise ConnectionError("as the test wants it")

    async def _article(self, request: Request) -> Response:
        article = self.articles.get(request.path_params["id"])
        return JSONResponse(article) if article else error(Refusal(404, "article_not_found"))

    async def _feedback(self, request: Request) -> Response:
        if self.feedback_refusal:
            return error(self.feedback_refusal)
        self.feedback.append(await request.json())
        return Response(status_code=204)


async def _loader(_request: Request) -> Response:
    return Response((WIDGET / "widget.js").read_bytes(), media_type="text/javascript")


def error(refusal: Refusal) -> Response:
    content = {"error": {"code": refusal.code, "message": "no", "request_id": "r1"}}
    return JSONResponse(content, refusal.status, headers=refusal.headers)


def event(name: str, value: Any, number: int = 1) -> bytes:
    """One server-sent event, as the server writes it."""
    data = json.dumps(value, ensure_ascii=False)
    return f"event: {name}\ndata: {data}\nid: {number}\n\n".encode()


def stream(answer: dict[str, Any], *, pieces: Sequence[str] | None = None) -> list[bytes]:
    """The events of an answer: its passages, its text piece by piece, its quotes, its end."""
    passages = [{"article_id": c["article_id"]} for c in answer["citations"]]
    events = [event("passages", {"passages": passages})]
    told: set[int] = set()
    shown = ""
    for piece in pieces if pieces is not None else answer["answer"].split("§"):
        shown += piece
        events.append(event("delta", {"text": piece}))
        for citation in answer["citations"]:
            if citation["marker"] not in told and f"[{citation['marker']}]" in shown:
                told.add(citation["marker"])
                events.append(event("citation", citation))
    return [*events, event("done", answer)]
