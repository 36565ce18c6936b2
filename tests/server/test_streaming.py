"""`POST /v1/ask` with `"stream": true`: the events, their order, and how they end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient
from starlette.types import Message

from rag.errors import LlmInterruptedError, LlmRateLimitedError, LlmTimeoutError, StoreError
from rag.events import Done, Event, PassagesFound, TextDelta
from server.formats import DalilEvents
from server.streaming import EventStream
from tests.server.conftest import MakeClient
from tests.server.fakes import (
    ANSWERABLE_AR,
    ANSWERABLE_EN,
    UNANSWERABLE_AR,
    FailingService,
    FakeService,
    Pace,
)
from tests.server.shape import error_of
from tests.server.sse import Sent, parse_events


def _ask(client: TestClient, question: str = ANSWERABLE_AR) -> Any:
    return client.post("/v1/ask", json={"question": question, "stream": True})


def _events(client: TestClient, question: str = ANSWERABLE_AR) -> list[Sent]:
    response = _ask(client, question)
    assert response.status_code == 200
    return parse_events(response.text)


@pytest.mark.parametrize("question", [ANSWERABLE_AR, ANSWERABLE_EN, UNANSWERABLE_AR])
def test_a_stream_ends_with_the_answer_that_would_have_come_without_it(
    client: TestClient, question: str
) -> None:
    events = _events(client, question)

    assert (events[0].name, events[-1].name) == ("passages", "done")
    whole = client.post("/v1/ask", json={"question": question}).json()
    assert list(events[-1].data.items()) == list(whole.items())
    assert "".join(e.data["text"] for e in events if e.name == "delta") == whole["answer"]
    assert [e.data for e in events if e.name == "citation"] == whole["citations"]


def test_a_quote_comes_right_after_the_text_that_points_at_it(client: TestClient) -> None:
    events = _events(client)
    at = next(i for i, event in enumerate(events) if event.name == "citation")

    assert events[at - 1].data["text"].startswith("[1]")


def test_the_passages_come_first_and_have_the_contract_s_fields(client: TestClient) -> None:
    first = _events(client)[0]
    found = client.post("/v1/search", json={"query": ANSWERABLE_AR}).json()

    assert set(first.data) == {"passages"}
    assert list(first.data["passages"][0]) == list(found["passages"][0])


def test_ids_count_from_one(client: TestClient) -> None:
    events = _events(client)

    assert [event.id for event in events] == [str(n) for n in range(1, len(events) + 1)]


def test_a_stream_is_neither_cached_nor_held_back_nor_escaped(client: TestClient) -> None:
    response = _ask(client)

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-request-id"]
    assert "content-length" not in response.headers
    assert "قناة السويس".encode() in response.content
    assert b"\\u0" not in response.content


def test_each_delta_is_one_event_with_its_text_unchanged() -> None:
    answer = FakeService().ask(ANSWERABLE_AR)
    pieces = ["قناةُ ", "\n", " [1]", "👩‍👩‍👧", "\u2028", "\x85", "\r\n", '"\\']
    form = DalilEvents()
    sent = b"".join(form.event(TextDelta(piece)) for piece in pieces).decode()

    assert [event.data["text"] for event in parse_events(sent)] == pieces
    # Python's clients split lines at more than the standard does.
    assert len(sent.splitlines()) == 4 * len(pieces)
    assert b"\n\n" not in form.event(Done(replace(answer, answer="a\n\nb")))[:-2]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("the store is damaged"), 503),
        (LlmTimeoutError("the model kept silent"), 504),
        (LlmInterruptedError("the model broke off"), 502),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_an_error_before_the_first_event_is_an_ordinary_error_reply(
    make_client: MakeClient, error: Exception, status: int, stream: bool
) -> None:
    client = make_client(FakeService(Pace(fails_after=0, error=error)))
    response = client.post("/v1/ask", json={"question": ANSWERABLE_AR, "stream": stream})

    assert error_of(response, status)["message"] == str(error)


def test_a_provider_that_says_when_to_come_back_is_passed_on(make_client: MakeClient) -> None:
    error = LlmRateLimitedError("too many requests", 2.4)
    response = _ask(make_client(FakeService(Pace(fails_after=0, error=error))))

    error_of(response, 503)
    assert response.headers["retry-after"] == "3"


def test_a_question_that_the_engine_refuses_is_a_422_when_streaming_too(
    client: TestClient,
) -> None:
    assert error_of(_ask(client, "؟!…"), 422)["code"] == "bad_question"


def test_an_unexpected_error_before_the_first_event_is_a_500_that_tells_nothing(
    make_client: MakeClient,
) -> None:
    response = _ask(make_client(FailingService(RuntimeError("sk-canary"))))

    assert error_of(response, 500)["code"] == "internal_error"


def test_a_stream_that_is_cut_ends_with_an_error_and_repeats_nothing(
    make_client: MakeClient,
) -> None:
    error = LlmInterruptedError("openai/gpt: broke off; ask again")
    client = make_client(FakeService(Pace(fails_after=6, error=error)))
    events = _events(client)

    assert [event.name for event in events] == ["passages", *["delta"] * 5, "error"]
    text = "".join(event.data["text"] for event in events[1:-1])
    assert FakeService().ask(ANSWERABLE_AR).answer.startswith(text)
    told = events[-1].data["error"]
    assert set(told) == {"code", "message", "request_id"}
    assert (told["code"], told["message"]) == ("llm_interrupted", str(error))
    assert told["request_id"]


def test_an_unexpected_error_in_a_stream_is_logged_and_tells_nothing(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(FakeService(Pace(fails_after=2, error=RuntimeError("sk-canary"))))
    events = _events(client)

    assert events[-1].name == "error"
    assert events[-1].data["error"]["code"] == "internal_error"
    assert "canary" not in str(events)
    (record,) = [r for r in caplog.records if r.name == "dalil.server"]
    assert events[-1].data["error"]["request_id"] in record.getMessage()
    assert record.exc_info is not None


def test_a_comment_is_sent_while_nothing_else_is(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.streaming.HEARTBEAT_SECONDS", 0.02)
    response = _ask(make_client(FakeService(Pace(between=0.1))))

    assert response.text.count(": ping\n\n") >= 5
    assert parse_events(response.text)[-1].name == "done"


def test_no_comment_is_sent_while_text_comes(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.streaming.HEARTBEAT_SECONDS", 0.3)
    response = _ask(make_client(FakeService(Pace(between=0.05))))

    assert ": ping" not in response.text


async def _one_task_s_events(seen: set[Any]) -> AsyncIterator[Event]:
    try:
        for event in (PassagesFound(()), TextDelta("قناة"), TextDelta(" السويس")):
            seen.add(asyncio.current_task())
            yield event
    finally:
        seen.add(asyncio.current_task())


async def _forever() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def test_the_events_are_read_and_closed_in_one_task() -> None:
    """Deadlines of `asyncio` hold in the task that sets them, and nowhere else."""
    seen: set[Any] = set()
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    stream = EventStream(_one_task_s_events(seen), DalilEvents())
    asyncio.run(stream({"type": "http"}, _forever, send))

    assert len(seen) == 1
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_a_reader_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.streaming._SEND_SECONDS", 0.05)
    seen: set[Any] = set()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    stream = EventStream(_one_task_s_events(seen), DalilEvents())
    asyncio.run(asyncio.wait_for(stream({"type": "http"}, _forever, send), 5))

    assert seen


def test_a_reader_who_leaves_before_the_first_event_ends_the_work() -> None:
    closed = asyncio.Event()

    async def slow() -> AsyncIterator[Event]:
        try:
            await asyncio.sleep(60)
            yield PassagesFound(())
        finally:
            closed.set()

    async def receive() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        raise AssertionError("there is nobody to send to")

    with pytest.raises(ClientDisconnect):
        asyncio.run(EventStream(slow(), DalilEvents())({"type": "http"}, receive, send))
    assert closed.is_set()
