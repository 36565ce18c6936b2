"""The server as it really runs: uvicorn, on a port of its own on the loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import uvicorn

from rag.settings import load_settings
from server.app import create_app
from tests.server.fakes import FakeService

Address: TypeAlias = tuple[str, int]


@contextmanager
def serving(app: Any) -> Iterator[Address]:
    """An ASGI app's address, while it is served."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    # As the command does it; without, small replies wait for the reader's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join(timeout=30)
    assert not thread.is_alive()


@contextmanager
def running(service: FakeService) -> Iterator[Address]:
    """The address of a server with this service."""
    with serving(create_app(load_settings(), cast(Any, service))) as address:
        yield address


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """How many seconds it took to become true."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, "it did not become true"
        time.sleep(0.005)
    return time.monotonic() - started
