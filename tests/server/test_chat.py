"""`POST /v1/chat/completions` and `GET /v1/models`, asked by OpenAI's own client."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from starlette.testclient import TestClient

from rag.errors import EmptyIndexError, LlmInterruptedError, LlmTimeoutError, StoreError
from rag.types import Turn
from rag.wire import answer_to_dict
from server.openai_schemas import ChatRequest
from tests.server.conftest import MakeClient
from tests.server.fakes import (
    ANSWERABLE_AR,
    ANSWERABLE_EN,
    UNANSWERABLE_AR,
    FailingService,
    FakeService,
    Pace,
)
from tests.server.running import running
from tests.server.sse import parse_events

QUESTIONS = [ANSWERABLE_AR, ANSWERABLE_EN]
SOURCES = {
    ANSWERABLE_AR: "\n\n[1] قناة السويس — https://example.org/ar/suez",
    ANSWERABLE_EN: "\n\n[1] The Suez Canal — https://example.org/en/suez",
}
EXTENSION = ["citations", "status", "confidence", "rewritten"]


@pytest.fixture(scope="module")
def served() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def url(served: FakeService) -> Iterator[str]:
    with running(served) as (host, port):
        yield f"http://{host}:{port}/v1"


@pytest.fixture
def gpt(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=url, api_key="unused", max_retries=0) as client:
        yield client


def _messages(*contents: str) -> list[Any]:
    roles = ("user", "assistant")
    return [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]


def _whole(question: str) -> dict[str, Any]:
    return answer_to_dict(FakeService().ask(question))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_completion_is_the_answer_with_its_sources_and_its_evidence(
    gpt: OpenAI, question: str
) -> None:
    completion = gpt.chat.completions.create(model="dalil", messages=_messages(question))
    (choice,) = completion.choices
    evidence = (choice.message.model_extra or {})["dalil"]

    assert choice.message.content == _whole(question)["answer"] + SOURCES[question]
    assert (choice.message.role, choice.finish_reason) == ("assistant", "stop")
    assert list(evidence) == EXTENSION
    assert evidence == {name: _whole(question)[name] for name in EXTENSION}
    assert completion.usage is not None
    assert completion.usage.total_tokens == 0
    assert completion.id.startswith("chatcmpl-")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stream_says_the_same_piece_by_piece(gpt: OpenAI, question: str) -> None:
    whole = gpt.chat.completions.create(model="dalil", messages=_messages(question))
    chunks = list(
        gpt.chat.completions.create(model="dalil", messages=_messages(question), stream=True)
    )
    deltas = [chunk.choices[0].delta for chunk in chunks]

    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len(deltas) > 5
    assert deltas[-1].model_extra == whole.choices[0].message.model_extra
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + [
        "stop"
    ]
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_asynchronous_client_gets_the_same(url: str, gpt: OpenAI, question: str) -> None:
    async def ask() -> tuple[Any, str]:
        async with AsyncOpenAI(base_url=url, api_key="unused", max_retries=0) as client:
            whole = await client.chat.completions.create(
                model="dalil", messages=_messages(question)
            )
            stream = await client.chat.completions.create(
                model="dalil", messages=_messages(question), stream=True
            )
            pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
            return whole, "".join(pieces)

    whole, text = asyncio.run(ask())
    expected = gpt.chat.completions.create(model="dalil", messages=_messages(question))
    assert whole.choices[0].message == expected.choices[0].message
    assert text == expected.choices[0].message.content


def test_the_client_s_own_accumulator_reads_the_stream(gpt: OpenAI) -> None:
    with gpt.chat.completions.stream(model="dalil", messages=_messages(ANSWERABLE_AR)) as stream:
        final = stream.get_final_completion()

    content = final.choices[0].message.content
    assert content == _whole(ANSWERABLE_AR)["answer"] + SOURCES[ANSWERABLE_AR]


def test_usage_comes_in_a_chunk_of_its_own_where_it_is_wanted(gpt: OpenAI) -> None:
    *others, last = gpt.chat.completions.create(
        model="dalil",
        messages=_messages(ANSWERABLE_AR),
        stream=True,
        stream_options={"include_usage": True},
    )

    assert last.choices == []
    assert last.usage is not None
    assert last.usage.prompt_tokens == 0
    assert all(chunk.usage is None for chunk in others)


def test_an_abstention_has_no_sources(gpt: OpenAI) -> None:
    completion = gpt.chat.completions.create(model="dalil", messages=_messages(UNANSWERABLE_AR))
    message = completion.choices[0].message

    assert message.content == "لم أجد جوابًا."
    evidence = (message.model_extra or {})["dalil"]
    assert (evidence["status"], evidence["citations"]) == ("abstained", [])


def test_the_conversation_is_the_history_and_an_answer_may_be_sent_back_as_it_came(
    gpt: OpenAI, served: FakeService
) -> None:
    messages = _messages(ANSWERABLE_AR)
    first = gpt.chat.completions.create(model="dalil", messages=messages)
    messages += [
        first.choices[0].message.model_dump(),
        {"role": "system", "content": "أجب بالفرنسية"},
        {"role": "user", "content": [{"type": "text", "text": "ومتى؟"}]},
    ]
    second = gpt.chat.completions.create(
        model="dalil", messages=[{"role": "system", "content": "كن مهذبًا"}, *messages]
    )

    answer = _whole(ANSWERABLE_AR)["answer"]
    assert served.history == (Turn("user", ANSWERABLE_AR), Turn("assistant", answer))
    evidence = (second.choices[0].message.model_extra or {})["dalil"]
    assert evidence["rewritten"] == f"ومتى؟ ({ANSWERABLE_AR})"


def test_only_the_last_twenty_turns_are_handed_on(gpt: OpenAI, served: FakeService) -> None:
    said = [f"قناة السويس {n}" for n in range(60)]
    gpt.chat.completions.create(model="dalil", messages=_messages(*said, ANSWERABLE_AR))

    assert [turn.content for turn in served.history] == said[-20:]


def test_the_models_are_listed_and_looked_up(gpt: OpenAI) -> None:
    assert [model.id for model in gpt.models.list()] == ["dalil"]
    assert gpt.models.retrieve("dalil").owned_by == "dalil"


def test_a_model_that_is_not_served_is_a_404(gpt: OpenAI) -> None:
    for ask in (
        lambda: gpt.models.retrieve("openai/gpt-4.1"),
        lambda: gpt.chat.completions.create(model="gpt-4.1", messages=_messages("متى؟")),
    ):
        with pytest.raises(openai.NotFoundError) as raised:
            ask()
        assert (raised.value.code, raised.value.param) == ("model_not_found", "model")


def test_every_field_that_openai_documents_is_taken_and_no_other(gpt: OpenAI) -> None:
    documented = set(get_type_hints(CompletionCreateParamsStreaming))
    assert set(ChatRequest.model_fields) == documented

    gpt.chat.completions.create(
        model="dalil",
        messages=_messages(ANSWERABLE_AR),
        temperature=0.2,
        max_completion_tokens=5,
        top_p=1,
        user="قارئ",
        stop=["."],
        tools=[{"type": "function", "function": {"name": "f"}}],
    )
    with pytest.raises(openai.BadRequestError) as raised:
        gpt.chat.completions.create(
            model="dalil", messages=_messages(ANSWERABLE_AR), extra_body={"top_k": 3}
        )
    assert (raised.value.param, raised.value.code) == ("top_k", "invalid_request")


OPENAI_ERROR = {"message", "type", "code", "param"}


def _refused(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"}
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == OPENAI_ERROR
    assert error["type"] == ("server_error" if status >= 500 else "invalid_request_error")
    return error


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"model": None}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "متى؟"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": "متى؟", "x": 1}]}, "messages.0.x"),
        ({"n": 2}, "n"),
        ({"stream_options": {"x": 1}}, "stream_options.x"),
        ({"question": "متى؟"}, "question"),
    ],
)
def test_a_bad_request_is_refused_in_openai_s_shape_by_name(
    client: TestClient, change: dict[str, Any], param: str
) -> None:
    body = {"model": "dalil", "messages": _messages(ANSWERABLE_AR)} | change
    error = _refused(client.post("/v1/chat/completions", json=body), 400)

    assert error["param"] == param
    assert error["message"].startswith(f"{param}: ")


def test_a_picture_is_refused(client: TestClient) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    messages = [{"role": "user", "content": [picture]}]
    _refused(
        client.post("/v1/chat/completions", json={"model": "dalil", "messages": messages}), 400
    )


@pytest.mark.parametrize("messages", [_messages(""), _messages("؟!…"), [{"role": "system"}]])
def test_a_question_that_says_nothing_is_a_400(client: TestClient, messages: list[Any]) -> None:
    body = {"model": "dalil", "messages": messages}
    error = _refused(client.post("/v1/chat/completions", json=body), 400)

    assert error["code"] == "bad_question"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (EmptyIndexError("nothing has been ingested yet"), 409),
        (StoreError("the store is damaged"), 503),
        (LlmTimeoutError("the model kept silent"), 504),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_an_error_of_ours_has_openai_s_shape_there(
    make_client: MakeClient, error: Exception, status: int, stream: bool
) -> None:
    client = make_client(FailingService(error))
    body = {"model": "dalil", "messages": _messages(ANSWERABLE_AR), "stream": stream}

    told = _refused(client.post("/v1/chat/completions", json=body), status)
    assert told["message"] == str(error)


def test_whatever_else_goes_wrong_at_these_addresses_has_openai_s_shape(
    make_client: MakeClient,
) -> None:
    client = make_client(FailingService(RuntimeError("sk-canary")), max_body_bytes=2048)
    path = "/v1/chat/completions"

    _refused(client.get(path), 405)
    _refused(client.post(path, content=b"{", headers={"Content-Type": "application/json"}), 400)
    _refused(client.post(path, content=b"{}"), 415)
    _refused(client.post(path, json={"model": "س" * 2000}), 413)
    body = {"model": "dalil", "messages": _messages(ANSWERABLE_AR)}
    assert "canary" not in str(_refused(client.post(path, json=body), 500))


def test_a_stream_that_is_cut_raises_in_the_client_after_the_text_so_far() -> None:
    error = LlmInterruptedError("openai/gpt: broke off")
    service = FakeService(Pace(fails_after=4, error=error))
    with running(service) as (host, port):
        url = f"http://{host}:{port}/v1"
        with OpenAI(base_url=url, api_key="unused", max_retries=0) as client:
            stream = client.chat.completions.create(
                model="dalil", messages=_messages(ANSWERABLE_AR), stream=True
            )
            pieces: list[str] = []
            with pytest.raises(openai.APIError, match="broke off"):
                pieces.extend(chunk.choices[0].delta.content or "" for chunk in stream)

    answer = FakeService().ask(ANSWERABLE_AR).answer
    text = "".join(pieces)
    assert text
    assert answer.startswith(text)
    assert text != answer


def test_a_stream_that_is_cut_does_not_say_that_it_is_done(make_client: MakeClient) -> None:
    client = make_client(FakeService(Pace(fails_after=3, error=StoreError("damaged"))))
    body = {"model": "dalil", "messages": _messages(ANSWERABLE_AR), "stream": True}
    events = parse_events(client.post("/v1/chat/completions", json=body).text)

    assert set(events[-1].data["error"]) == OPENAI_ERROR
    assert all(event.data != "[DONE]" for event in events)


def test_a_whole_stream_ends_with_done_and_is_not_escaped(client: TestClient) -> None:
    body = {"model": "dalil", "messages": _messages(ANSWERABLE_AR), "stream": True}
    response = client.post("/v1/chat/completions", json=body)

    assert parse_events(response.text)[-1].data == "[DONE]"
    assert "السويس" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert json.dumps("ق")[1:-1] not in response.text
