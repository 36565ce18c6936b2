"""The client that puts load on a server, and the questions that it asks."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.client import Load, run
from benchmarks.questions import different_questions
from benchmarks.serving import serving_table

_REMEMBERED = 512
FIGURES = ("requests_per_second", "refused_per_second", "p50_ms", "p95_ms", "p99_ms")


@contextmanager
def _server(
    status: int, *, retry_after: str | None = None, refused: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Replies with `status`, but to the first `refused` requests with 503."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(503 if len(bodies) <= refused else status)
            if retry_after is not None:
                self.send_header("Retry-After", retry_after)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, bodies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_all_clients_together_send_the_bodies_in_turns() -> None:
    with _server(200) as (port, bodies):
        load = Load(port, "/x", ('{"q": "نعم"}', '{"q": "no"}'), 2, 0.2)
        found = asyncio.run(run(load))
    assert len(found["milliseconds"]) == len(bodies) >= 4
    assert found["refused"] == 0
    # They are sent in turns; what is on its way at the same time may overtake.
    assert set(bodies) == set(load.bodies)
    first, second = (bodies.count(body) for body in load.bodies)
    assert abs(first - second) <= load.clients


def test_a_reply_that_is_no_success_ends_the_run() -> None:
    with _server(503) as (port, _bodies), pytest.raises(ConnectionError, match="503"):
        asyncio.run(run(Load(port, "/x", ("{}",), 1, 0.2)))


def test_a_client_that_is_refused_comes_again_and_is_counted_apart() -> None:
    with _server(200, retry_after="1", refused=2) as (port, bodies):
        found = asyncio.run(run(Load(port, "/x", ("{}",), 1, 2.5)))
    assert found["refused"] == 2
    assert len(found["milliseconds"]) == len(bodies) - 2 >= 1
    # What a client waited is not what the server took.
    assert max(found["milliseconds"]) < 500


def test_a_client_that_waits_ends_with_the_run() -> None:
    with _server(503, retry_after="60") as (port, bodies):
        found = asyncio.run(run(Load(port, "/x", ("{}",), 3, 0.2)))
    assert (found["refused"], found["milliseconds"]) == (len(bodies), [])
    assert found["seconds"] < 2


def test_the_table_tells_what_was_refused() -> None:
    load = dict(zip(FIGURES, (62.0, 85.5, 200.0, 290.0, 333.0), strict=True))
    table = serving_table(
        {"load": {"/v1/ask, different, 64": load}, "encoder_questions_per_second": {"64": 124.0}}
    )
    assert "| clients | requests/s | refused/s | p50, ms |" in table
    assert "| /v1/ask | different | 64 | 62.0 | 85.5 | 200 | 290 | 333 | 50 % |" in table


def test_a_load_is_read_as_it_was_written(tmp_path: Path) -> None:
    load = Load(1, "/x", ("{}",), 8, 0.5)
    load.write(tmp_path / "load.json")
    assert Load.read(tmp_path / "load.json") == load


def test_there_are_more_different_questions_than_a_server_remembers() -> None:
    questions = different_questions()
    assert len(set(questions)) == len(questions) > 4 * _REMEMBERED
