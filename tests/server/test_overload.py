"""More questions than the server takes at once: they are refused, and it stays reachable."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks.client import Load, run
from benchmarks.figures import latencies
from rag.admission import Admission
from rag.settings import load_settings
from server.app import create_app
from tests.crowd import GatedEncoder, SlowEncoder, another_question
from tests.fakes import ARTICLES, FakeEncoder, calibrated, open_engine
from tests.server.language_model.served import Replied, Served, Slots, reset
from tests.server.pages import parse
from tests.server.running import serving, wait_until

PLACES = 4
RESETS = 200
OPENAI_ERROR = {"message", "type", "code", "param"}


def _search() -> tuple[str, dict[str, Any]]:
    return "/v1/search", {"query": another_question()}


def _ask(stream: bool = False) -> tuple[str, dict[str, Any]]:
    return "/v1/ask", {"question": another_question(), "stream": stream}


def _complete(stream: bool = False) -> tuple[str, dict[str, Any]]:
    messages = [{"role": "user", "content": another_question()}]
    return "/v1/chat/completions", {"model": "dalil", "messages": messages, "stream": stream}


Way = Callable[[], tuple[str, dict[str, Any]]]
WAYS: dict[str, Way] = {
    "search": _search,
    "ask": _ask,
    "ask, streamed": lambda: _ask(True),
    "completion": _complete,
    "completion, streamed": lambda: _complete(True),
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@contextmanager
def _served(folder: Path, encoder: FakeEncoder, admission: Admission) -> Iterator[Served]:
    engine = open_engine(folder, calibrated(encoder))
    engine.ingester.add(ARTICLES)
    service = engine.service(admission=admission)
    slots = Slots(service)
    with serving(create_app(load_settings(home=folder), cast(Any, slots))) as address:
        yield Served(address, slots)
    service.close()


@pytest.fixture
def encoder() -> Iterator[GatedEncoder]:
    encoder = GatedEncoder()
    yield encoder
    encoder.gate.set()


@pytest.fixture
def admission() -> Admission:
    return Admission(PLACES)


@pytest.fixture
def served(tmp_path: Path, encoder: GatedEncoder, admission: Admission) -> Iterator[Served]:
    """A server that searches nothing before the encoder's gate opens."""
    with _served(tmp_path, encoder, admission) as served:
        yield served
        encoder.gate.set()


@contextmanager
def _full(served: Served, admission: Admission) -> Iterator[None]:
    """While every place is taken by somebody who waits for the gate."""
    clients = [served.send(*_ask()) for _ in range(PLACES)]
    wait_until(lambda: admission.taken == PLACES)
    try:
        yield
    finally:
        for client in clients:
            client.close()


def _assert_refused(reply: Replied, *, openai: bool) -> None:
    assert reply.status == 503, reply.text
    headers = {name.lower(): value for name, value in reply.headers}
    assert headers["retry-after"] == "1"
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-store"
    error = reply.json["error"]
    assert set(error) == (OPENAI_ERROR if openai else {"code", "message", "request_id"})
    assert error["code"] == "overloaded"
    assert "ask again" in error["message"]


@each_way
def test_one_question_too_many_is_refused_at_once_with_when_to_come_again(
    served: Served, admission: Admission, way: Way
) -> None:
    with _full(served, admission):
        path, body = way()
        started = time.monotonic()
        reply = served.post(path, body)
        assert time.monotonic() - started < 2
        _assert_refused(reply, openai="chat" in path)


@each_way
def test_those_who_came_first_are_answered(
    served: Served, encoder: GatedEncoder, admission: Admission, way: Way
) -> None:
    clients = [served.send(*way()) for _ in range(PLACES)]
    wait_until(lambda: admission.taken == PLACES)
    for _ in range(3 * PLACES):
        assert served.post(*_search()).status == 503
    encoder.gate.set()
    for client in clients:
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        client.close()
    wait_until(lambda: admission.taken == 0)
    assert served.post(*way()).status == 200


def test_a_search_on_the_page_is_refused_with_a_page(served: Served, admission: Admission) -> None:
    with _full(served, admission):
        reply = served.get("/articles?q=canal&lang=en")
    assert reply.status == 503
    assert ("retry-after", "1") in reply.headers
    assert parse(reply.text).one("h1").text == "Too many readers are searching at the moment"


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/readyz", "/", "/articles", "/articles/suez-ar", "/v1/articles",
     "/v1/articles/suez-ar", "/v1/models", "/widget.js", "/docs"],
)  # fmt: skip
def test_what_needs_no_search_is_answered_meanwhile(
    served: Served, admission: Admission, path: str
) -> None:
    with _full(served, admission):
        for _ in range(60):
            started = time.monotonic()
            assert served.get(path).status == 200
            assert time.monotonic() - started < 2


@each_way
def test_a_search_that_fails_gives_its_place_back(
    served: Served, encoder: GatedEncoder, admission: Admission, way: Way
) -> None:
    encoder.gate.set()
    encoder.failing = True
    for _ in range(3 * PLACES):
        assert served.post(*way()).status == 500
    assert admission.taken == 0


@each_way
def test_two_hundred_resets_leave_no_place_taken(
    tmp_path: Path, encoder: GatedEncoder, way: Way
) -> None:
    admission = Admission(RESETS, threads=2)
    with _served(tmp_path, encoder, admission) as served:
        clients = [served.send(*way()) for _ in range(RESETS)]
        wait_until(lambda: admission.taken == RESETS)
        for client in clients:
            reset(client)
        # Two have begun, and nobody can stop them; the others never will.
        wait_until(lambda: admission.taken == 2)
        encoder.gate.set()
        wait_until(lambda: admission.taken == 0)
        assert served.slots.running == 0


def test_resets_at_any_moment_leave_no_place_taken(tmp_path: Path) -> None:
    admission = Admission(PLACES)
    with _served(tmp_path, SlowEncoder(0.002), admission) as served:
        for count in range(RESETS):
            client = served.send(*list(WAYS.values())[count % len(WAYS)]())
            if count % 3:
                client.recv(1 + 97 * (count % 7))
            reset(client)
        wait_until(lambda: admission.taken == 0 and served.slots.running == 0)
        assert served.post(*_ask()).status == 200


@pytest.mark.slow
@pytest.mark.parametrize("way", [_search, _ask])
def test_at_ten_times_the_capacity_those_who_are_admitted_wait_at_most_twice_as_long(
    tmp_path: Path, way: Way
) -> None:
    """The search sleeps, so that what the clients take of the processor counts little. Nor does
    the first wave count, which finds a server that has refused nobody yet."""
    admission, few = Admission(8), 8
    with _served(tmp_path, SlowEncoder(0.1), admission) as served:
        path, port = way()[0], served.address[1]

        def load(clients: int, seconds: float) -> dict[str, Any]:
            bodies = tuple(json.dumps(way()[1]) for _ in range(1000))
            return asyncio.run(run(Load(port, path, bodies, clients, seconds)))

        load(10 * few, 1.0)
        usual, crowded = load(few, 3.0), load(10 * few, 6.0)
    assert usual["refused"] == 0
    assert crowded["refused"] > len(crowded["milliseconds"]) > 100
    assert latencies(crowded["milliseconds"]).p99 <= 2 * latencies(usual["milliseconds"]).p99
    assert admission.taken == 0
