"""Readers who go away, over real sockets: what was made for them stops."""

import json
import socket
import struct
from typing import Any

import pytest

from tests.server.fakes import ANSWERABLE_AR, FakeService, Pace
from tests.server.running import Address, running, wait_until

RESETS = 200
FAR = 60.0
ASK = ("/v1/ask", {"question": ANSWERABLE_AR})
CHAT = (
    "/v1/chat/completions",
    {"model": "dalil", "messages": [{"role": "user", "content": ANSWERABLE_AR}]},
)


def _send(address: Address, path: str, body: dict[str, Any]) -> socket.socket:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    client = socket.create_connection(address, timeout=30)
    client.sendall(head.encode() + content)
    return client


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("path", "body"), [ASK, CHAT])
def test_two_hundred_resets_before_the_first_byte_leave_nothing_running(
    path: str, body: dict[str, Any], stream: bool
) -> None:
    service = FakeService(Pace(before_the_first=FAR))
    with running(service) as address:
        clients = [_send(address, path, body | {"stream": stream}) for _ in range(RESETS)]
        wait_until(lambda: service.running == RESETS)
        for client in clients:
            _reset(client)
        assert wait_until(lambda: service.running == 0) < 2


@pytest.mark.parametrize(("path", "body"), [ASK, CHAT])
def test_two_hundred_resets_after_the_first_byte_leave_nothing_running(
    path: str, body: dict[str, Any]
) -> None:
    service = FakeService(Pace(between=FAR))
    with running(service) as address:
        clients = [_send(address, path, body | {"stream": True}) for _ in range(RESETS)]
        for client in clients:
            assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
        assert service.running == RESETS
        for client in clients:
            _reset(client)
        assert wait_until(lambda: service.running == 0) < 2


def test_resets_in_the_middle_of_the_text_leave_nothing_running() -> None:
    service = FakeService(Pace(between=0.01))
    with running(service) as address:
        for count in range(RESETS):
            client = _send(address, "/v1/ask", {"question": ANSWERABLE_AR, "stream": True})
            for _ in range(count % 5):
                client.recv(1 + 97 * (count % 7))
            _reset(client)
        assert wait_until(lambda: service.running == 0) < 2
        assert service.started > 0


def test_a_reader_who_only_closes_is_noticed_too() -> None:
    service = FakeService(Pace(between=FAR))
    with running(service) as address:
        client = _send(address, "/v1/ask", {"question": ANSWERABLE_AR, "stream": True})
        client.recv(65_536)
        client.close()
        assert wait_until(lambda: service.running == 0) < 2


def test_a_connection_is_good_for_another_question_after_a_stream() -> None:
    with running(FakeService()) as address:
        client = _send(address, "/v1/ask", {"question": ANSWERABLE_AR, "stream": True})
        reply = b""
        while b"event: done" not in reply or not reply.endswith(b"0\r\n\r\n"):
            reply += client.recv(65_536)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        client.close()


def test_leaving_is_no_error_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    for pace in (Pace(before_the_first=FAR), Pace(between=FAR)):
        service = FakeService(pace)
        with running(service) as address:
            client = _send(address, "/v1/ask", {"question": ANSWERABLE_AR, "stream": True})
            wait_until(lambda service=service: service.running == 1)  # type: ignore[misc]
            _reset(client)
            wait_until(lambda service=service: service.running == 0)  # type: ignore[misc]

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
