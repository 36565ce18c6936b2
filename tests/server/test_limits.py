"""Body limits, over a real server on the loopback: refused, small, and not held."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import MakeClient
from tests.server.fakes import FakeService
from tests.server.running import Address, running
from tests.server.shape import error_of

BLOCK = b" " * 65_536
BLOCKS = 763
FIFTY_MEGABYTES = BLOCKS * len(BLOCK)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with running(FakeService()) as address:
        yield address


def _peak_memory() -> int:
    """The largest resident size since the last reset, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _reset_peak_memory() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _post(address: Address, header: str, *, chunked: bool) -> bytes:
    """Send 50 MB whatever the server says meanwhile, then read its whole reply."""
    with closing(socket.create_connection(address, timeout=30)) as client:
        head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{header}"
        client.sendall(head.encode() + b"\r\n\r\n")
        for _ in range(BLOCKS):
            client.sendall(b"%x\r\n%b\r\n" % (len(BLOCK), BLOCK) if chunked else BLOCK)
        if chunked:
            client.sendall(b"0\r\n\r\n")
        return _read_to_end(client)


def _read_to_end(client: socket.socket) -> bytes:
    reply = b""
    while received := client.recv(65_536):
        reply += received
    return reply


@pytest.mark.parametrize(
    ("header", "chunked"),
    [(f"Content-Length: {FIFTY_MEGABYTES}", False), ("Transfer-Encoding: chunked", True)],
)
def test_fifty_megabytes_are_refused_in_a_small_reply_and_not_held_in_memory(
    address: Address, header: str, chunked: bool
) -> None:
    _reset_peak_memory()
    before = _peak_memory()
    reply = _post(address, header, chunked=chunked)

    assert reply.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in reply
    assert len(reply) < 1024
    assert _peak_memory() - before < 20_000_000


def test_a_client_that_waits_for_the_reply_gets_it_before_it_has_sent_the_body(
    address: Address,
) -> None:
    with closing(socket.create_connection(address, timeout=10)) as client:
        client.sendall(
            b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/json\r\nContent-Length: 50000000\r\n\r\n"
        )
        assert client.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_sends_nothing_more_is_dropped_after_a_while(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.limits._DRAIN_SECONDS", 0.2)
    with closing(socket.create_connection(address, timeout=10)) as client:
        client.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        reply = _read_to_end(client)

    assert reply.startswith(b"HTTP/1.1 413 ")


def test_the_server_answers_others_after_refusing(address: Address) -> None:
    with closing(socket.create_connection(address, timeout=10)) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_the_limit_is_the_setting_s_to_the_byte(
    make_client: MakeClient, service: FakeService
) -> None:
    client: TestClient = make_client(service, max_body_bytes=1024)
    headers = {"Content-Type": "application/json"}
    body = b'{"query": "\xd9\x82\xd9\x86\xd8\xa7\xd8\xa9"}'

    assert client.post("/v1/search", content=body.ljust(1024), headers=headers).status_code == 200
    error_of(client.post("/v1/search", content=body.ljust(1025), headers=headers), 413)


def test_a_body_without_a_length_is_counted(make_client: MakeClient, service: FakeService) -> None:
    client: TestClient = make_client(service, max_body_bytes=1024)
    chunks = iter([b'{"query": "a"}', b" " * 600, b" " * 600])
    response = client.post(
        "/v1/search", content=chunks, headers={"Content-Type": "application/json"}
    )

    assert error_of(response, 413)["message"] == "the body is larger than 1024 bytes"
