"""Body limits, over a real server on the loopback: refused, small, and not held."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.settings import load_settings
from server.app import create_app
from tests.server.conftest import MakeClient
from tests.server.desk import KEY
from tests.server.fakes import FakeService
from tests.server.running import Address, running, serving
from tests.server.shape import error_of

BEARER = f"Authorization: Bearer {KEY}\r\n"
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


def _post(address: Address, header: str, *, chunked: bool, target: str = "/v1/ask") -> bytes:
    """Send 50 MB whatever the server says meanwhile, then read its whole reply."""
    with closing(socket.create_connection(address, timeout=30)) as client:
        head = f"POST {target} HTTP/1.1\r\nHost: x\r\n{header}"
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
    reply = _post(address, f"Content-Type: application/json\r\n{header}", chunked=chunked)

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


# Files that editors send may be larger.


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    service: Any = FakeService()
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(home=home, admin_key=KEY, max_upload_bytes=FIFTY_MEGABYTES - 1)
    with serving(create_app(settings, service)) as address:
        yield address


def _send_file(address: Address, headers: str, *, chunked: bool = False) -> bytes:
    form = "Content-Type: multipart/form-data; boundary=b\r\n"
    return _post(address, f"{form}{headers}", chunked=chunked, target="/v1/articles")


@pytest.mark.parametrize("key", ["", "Authorization: Bearer wrong\r\n"])
@pytest.mark.parametrize("chunked", [False, True])
def test_who_is_no_editor_is_told_so_before_his_file_is_read(
    desk: Address, key: str, chunked: bool
) -> None:
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {FIFTY_MEGABYTES}"
    _reset_peak_memory()
    before = _peak_memory()
    reply = _send_file(desk, key + length, chunked=chunked)

    assert reply.startswith(b"HTTP/1.1 401 ")
    assert b'"code":"key_wrong"' in reply if key else b'"code":"key_required"' in reply
    assert b"www-authenticate: Bearer\r\n" in reply
    assert _peak_memory() - before < 20_000_000


def test_the_refusal_does_not_wait_for_the_file(desk: Address) -> None:
    with closing(socket.create_connection(desk, timeout=10)) as client:
        client.sendall(b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 401 ")


def test_without_editors_no_address_takes_a_file(address: Address) -> None:
    reply = _send_file(address, f"{BEARER}Content-Length: {FIFTY_MEGABYTES}")

    assert reply.startswith(b"HTTP/1.1 404 ")


def test_an_editor_s_file_has_a_limit_of_its_own(make_client: MakeClient) -> None:
    service: Any = FakeService()
    changes = {"admin_key": SecretStr(KEY), "max_body_bytes": 1024, "max_upload_bytes": 4096}
    client: TestClient = make_client(service, **changes)

    def send(path: str, size: int) -> Any:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        return client.post(path, content=b" " * size, headers=headers)

    error_of(send("/v1/articles", 4096), 503)
    told = error_of(send("/v1/articles", 4096 + 16 * 1024 + 1), 413)
    assert told["code"] == "body_too_large"
    for path in ("/v1/ask", "/v1/feedback", "/v1/articles/", "/v1/uploads", "/V1/articles"):
        error_of(send(path, 1025), 413)
