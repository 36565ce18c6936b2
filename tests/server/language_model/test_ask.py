"""`POST /v1/ask` of a server whose answers a model writes: over real sockets, both ways."""

from collections.abc import Iterator
from typing import Any

import pytest

from rag.llm import Deadlines
from rag.types import Language
from tests.fakes import ARTICLES, Engine
from tests.llm.replies import (
    Reply,
    answer,
    cut_after,
    empty,
    failure,
    hang,
    hang_after,
    keep_alives,
    malformed,
)
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import MODEL, asking, model_at
from tests.server.language_model.served import (
    ASKED,
    ASKED_AR,
    ASKED_EN,
    OPENED,
    OPENED_EN,
    Served,
    served_by,
)
from tests.server.sse import Sent

DEADLINES = Deadlines(total=10.0, first_token=0.5, stall=0.5)
MARGIN = 1.0
LONG = {"ar": "ويبلغ طول القناة 193 كيلومترًا", "en": "It is 193 km long"}
BY_ID = {article.id: article.text for article in ARTICLES}


@pytest.fixture(scope="module")
def served(llm: ScriptedLlm, engine: Engine) -> Iterator[Served]:
    """A server that waits half a second for a model."""
    with served_by(asking(llm, deadlines=DEADLINES, retries=1), engine) as served:
        yield served


def _say(llm: ScriptedLlm, language: Language) -> str:
    """Let the model write two sentences; the text that the reader is to get."""
    text = f"{OPENED[language]} [1]. {LONG[language]} [1]."
    llm.script(answer(*[text[at : at + 7] for at in range(0, len(text), 7)], every=0.005))
    return f"{OPENED[language]}. [1] {LONG[language]}. [2]"


def _assert_exact(citations: list[dict[str, Any]]) -> None:
    for citation in citations:
        assert citation["quote"]
        text = BY_ID[citation["article_id"]]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def _of(events: list[Sent], name: str) -> list[Sent]:
    return [event for event in events if event.name == name]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_answer_comes_whole(served: Served, llm: ScriptedLlm, language: Language) -> None:
    text = _say(llm, language)
    reply = served.post("/v1/ask", {"question": ASKED[language]})

    assert reply.status == 200
    got = reply.json
    assert (got["answer"], got["status"], got["language"]) == (text, "answered", language)
    assert (got["model"], got["degraded"]) == (MODEL, False)
    assert [citation["marker"] for citation in got["citations"]] == [1, 2]
    _assert_exact(got["citations"])
    assert got["usage"] == {
        "prompt_tokens": 100, "completion_tokens": 10, "cost_usd": None, "calls": 1,
    }  # fmt: skip
    assert 0 <= got["timings_ms"]["first_text"] <= got["timings_ms"]["answer"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_answer_comes_in_events_that_end_with_the_whole(
    served: Served, llm: ScriptedLlm, language: Language
) -> None:
    text = _say(llm, language)
    events = served.post("/v1/ask", {"question": ASKED[language], "stream": True}).events

    assert [event.id for event in events] == [str(n) for n in range(1, len(events) + 1)]
    assert (events[0].name, events[-1].name) == ("passages", "done")
    assert {event.name for event in events[1:-1]} == {"delta", "citation"}
    deltas = _of(events, "delta")
    assert len(deltas) > 5
    done = events[-1].data
    assert "".join(event.data["text"] for event in deltas) == done["answer"] == text
    citations = _of(events, "citation")
    assert [event.data for event in citations] == done["citations"]
    for event in citations:
        before = events[events.index(event) - 1]
        assert before.data["text"].endswith(f"[{event.data['marker']}]")
    _assert_exact(done["citations"])


def test_text_comes_while_the_model_still_writes(served: Served, llm: ScriptedLlm) -> None:
    llm.script(hang_after(f"{OPENED_EN} [1]. ", "It is 193 km"))
    client = served.send("/v1/ask", {"question": ASKED_EN, "stream": True})
    read = b""
    while b"event: citation" not in read:
        more = client.recv(65_536)
        assert more, "it has ended"
        read += more
    assert llm.open_calls == 1
    client.close()
    assert llm.wait_until(lambda: llm.open_calls == 0)


def test_a_follow_up_tells_what_was_searched_for(served: Served, llm: ScriptedLlm) -> None:
    llm.script(answer(ASKED_AR), answer(f"{OPENED['ar']} [1]."))
    history = [
        {"role": "user", "content": "ما هي قناة السويس؟"},
        {"role": "assistant", "content": "ممر مائي في مصر. [1]"},
    ]
    got = served.post("/v1/ask", {"question": "ومتى افتُتحت؟", "history": history}).json

    assert (got["question"], got["rewritten"]) == ("ومتى افتُتحت؟", ASKED_AR)
    assert got["usage"]["calls"] == 2
    assert got["usage"]["prompt_tokens"] == 200


@pytest.mark.parametrize("stream", [True, False])
def test_what_nobody_answers_is_an_abstention(
    served: Served, llm: ScriptedLlm, stream: bool
) -> None:
    llm.script(answer("NO_", "ANSWER"))
    reply = served.post("/v1/ask", {"question": ASKED_AR, "stream": stream})
    got = reply.events[-1].data if stream else reply.json

    assert (got["status"], got["model"], got["degraded"]) == ("abstained", MODEL, False)
    assert got["related"]
    assert "ANSWER" not in reply.text


OUTAGES = {
    "401": failure(401), "429": failure(429, retry_after="60"), "500": failure(500),
    "empty": empty(), "malformed": malformed(), "hang": hang(),
    "headers": hang(after_headers=True), "keep-alives": keep_alives(), "reset": cut_after(),
}  # fmt: skip
ADDRESSES = {"refused": "http://127.0.0.1:9/v1", "dns": "http://no-such-host.invalid/v1"}


def _assert_quoted(got: dict[str, Any]) -> None:
    assert (got["status"], got["degraded"], got["model"]) == ("answered", True, "extractive")
    assert got["answer"] == f"{OPENED[got['language']]}. [1]"
    assert len(got["citations"]) == 1
    _assert_exact(got["citations"])


def _assert_quotes_are_told(served: Served, question: str) -> None:
    whole = served.post("/v1/ask", {"question": question})
    assert whole.status == 200
    _assert_quoted(whole.json)
    streamed = served.post("/v1/ask", {"question": question, "stream": True})
    assert streamed.status == 200
    events = streamed.events
    assert [event.name for event in events] == ["passages", "delta", "citation", "done"]
    _assert_quoted(events[-1].data)
    assert events[1].data["text"] == events[-1].data["answer"]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_is_a_cited_answer_with_200(
    served: Served, llm: ScriptedLlm, language: Language, outage: str
) -> None:
    llm.script(OUTAGES[outage])

    _assert_quotes_are_told(served, ASKED[language])
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize("outage", ADDRESSES)
def test_a_model_that_is_not_there_is_a_cited_answer_with_200(engine: Engine, outage: str) -> None:
    client = asking(model_at(ADDRESSES[outage]), deadlines=DEADLINES, retries=1)
    with served_by(client, engine) as served:
        _assert_quotes_are_told(served, ASKED_AR)


@pytest.mark.parametrize(
    "broken",
    [
        cut_after(f"{OPENED_EN} [1].", " It", " is", " 193", " km"),
        cut_after(f"{OPENED_EN} [1].", " It", " is", " 193", " km", rude=False),
        hang_after(f"{OPENED_EN} [1].", " It", " is", " 193", " km"),
    ],
    ids=["reset", "closed", "hang"],
)
def test_a_cut_stream_ends_in_an_error_and_repeats_nothing(
    served: Served, llm: ScriptedLlm, broken: Reply
) -> None:
    llm.script(broken)
    reply = served.post("/v1/ask", {"question": ASKED_EN, "stream": True})
    events = reply.events

    assert (reply.status, events[-1].name) == (200, "error")
    assert not _of(events, "done")
    text = "".join(event.data["text"] for event in _of(events, "delta"))
    assert text.startswith(f"{OPENED_EN}. [1]")
    assert f"{OPENED_EN}. [1] It is 193 km".startswith(text)
    assert len(_of(events, "citation")) == 1
    told = events[-1].data["error"]
    assert (told["code"], set(told)) == ("llm_interrupted", {"code", "message", "request_id"})
    assert events[-1].id == str(len(events))
    assert len(llm.requests) == 1


def test_an_answer_that_is_cut_unseen_is_a_cited_answer_with_200(
    served: Served, llm: ScriptedLlm
) -> None:
    llm.script(cut_after(f"{OPENED_EN} [1].", " It is"))
    reply = served.post("/v1/ask", {"question": ASKED_EN})

    assert reply.status == 200
    _assert_quoted(reply.json)


def test_text_that_proves_nothing_is_followed_by_the_answer_in_its_place(
    served: Served, llm: ScriptedLlm
) -> None:
    llm.script(answer("Napoleon dug it", " with ten thousand", " elephants [1]."))
    events = served.post("/v1/ask", {"question": ASKED_EN, "stream": True}).events

    assert [event.name for event in events][-1] == "done"
    assert not _of(events, "citation")
    _assert_quoted(events[-1].data)
