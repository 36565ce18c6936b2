"""The real server over a real collection, with a scripted model behind it, and clients of it."""

import http.client
import json
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from rag.events import Event
from rag.llm import LlmClient
from rag.service import Service
from rag.settings import load_settings
from server.app import create_app
from tests.fakes import Engine
from tests.llm.service import written_by
from tests.server.running import Address, serving
from tests.server.sse import Sent, parse_events

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"
ASKED = {"ar": ASKED_AR, "en": ASKED_EN}
OPENED = {"ar": OPENED_AR, "en": OPENED_EN}


class Slots:
    """A service that counts the answers that are being made."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.running = 0

    async def stream(self, *args: Any, **options: Any) -> AsyncIterator[Event]:
        self.running += 1
        try:
            async with aclosing(self._service.stream(*args, **options)) as events:
                async for event in events:
                    yield event
        finally:
            self.running -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)


@dataclass(frozen=True)
class Served:
    """A running server, and what it is doing."""

    address: Address
    slots: Slots

    @property
    def url(self) -> str:
        return "http://{}:{}/v1".format(*self.address)

    def post(self, path: str, body: dict[str, Any]) -> "Replied":
        """Ask, and read the reply to its end, whatever that is."""
        return self._request("POST", path, json.dumps(body).encode())

    def get(self, path: str) -> "Replied":
        return self._request("GET", path, None)

    def _request(self, method: str, path: str, content: bytes | None) -> "Replied":
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        try:
            headers = {"Content-Type": "application/json"} if content else {}
            connection.request(method, path, content, headers)
            reply = connection.getresponse()
            return Replied(reply.status, reply.getheaders(), reply.read().decode())
        finally:
            connection.close()

    def send(self, path: str, body: dict[str, Any]) -> socket.socket:
        """Ask, and leave the reply unread."""
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        client = socket.create_connection(self.address, timeout=60)
        client.sendall(head.encode() + content)
        return client


@dataclass(frozen=True)
class Replied:
    """A whole reply."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def events(self) -> list[Sent]:
        return parse_events(self.text)


@contextmanager
def served_by(client: LlmClient, engine: Engine) -> Iterator[Served]:
    """A server over the engine's collection that lets these models write."""
    slots = Slots(written_by(client, engine))
    with serving(create_app(load_settings(), cast(Any, slots))) as address:
        yield Served(address, slots)


def reset(client: socket.socket) -> None:
    """Go away without a word of farewell."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
