"""The same rules for a provider with a protocol of its own, which LiteLLM serves another way."""

import json

import pytest

from rag.errors import (
    LlmInterruptedError,
    LlmRateLimitedError,
    LlmRefusedError,
    LlmTimeoutError,
    LlmUnavailableError,
)
from rag.llm import Deadlines, LlmClient
from tests.llm.replies import Cut, Hang, Raw, Reply, Step, failure, hang
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import ask, config

CLAUDE = "anthropic/claude-sonnet-4-5"


def _event(kind: str, **fields: object) -> Raw:
    return Raw(f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode())


def _text(text: str) -> Raw:
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


START = _event(
    "message_start",
    message={
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "claude",
        "stop_reason": None,
        "usage": {"input_tokens": 25, "output_tokens": 1},
    },
)
STOP = _event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 15})
OVERLOADED = _event("error", error={"type": "overloaded_error", "message": "Overloaded"})
END = Cut(rude=False)


@pytest.fixture
def claude(llm: ScriptedLlm) -> LlmClient:
    model = config(model=CLAUDE, base_url=llm.url.removesuffix("/v1"))
    return LlmClient([model], Deadlines(10.0, 1.0, 1.0), retries=1)


def test_it_answers_and_counts(llm: ScriptedLlm, claude: LlmClient) -> None:
    llm.script(Reply((START, _event("ping"), _text("نعم"), _text(" [1]"), STOP, END)))
    outcome = ask(claude)
    assert outcome.texts == ["نعم", " [1]"]
    assert outcome.finished
    assert outcome.finished.prompt_tokens == 25
    assert outcome.finished.completion_tokens == 15
    # 25 tokens at $3 and 15 at $15 a million
    assert outcome.finished.cost_usd == pytest.approx(0.000075 + 0.000225)


@pytest.mark.parametrize(
    "last", [Cut(), END, Hang(), OVERLOADED], ids=["reset", "orderly end", "silence", "error event"]
)
def test_an_answer_that_broke_off_is_not_repeated(
    llm: ScriptedLlm, claude: LlmClient, last: Step
) -> None:
    llm.script(Reply((START, _text("yes"), last, END)))
    outcome = ask(claude)
    assert isinstance(outcome.error, LlmInterruptedError)
    assert outcome.texts == ["yes"]
    assert len(llm.requests) == 1
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize(
    ("reply", "kind", "calls"),
    [
        (failure(401), LlmRefusedError, 1),
        (failure(404), LlmRefusedError, 1),
        (failure(429, retry_after="60"), LlmRateLimitedError, 1),
        (failure(500), LlmUnavailableError, 2),
        (failure(529), LlmUnavailableError, 2),
        (Reply((OVERLOADED, END)), LlmUnavailableError, 2),
        (Reply((Cut(),)), LlmUnavailableError, 2),
        (hang(), LlmTimeoutError, 1),
        (Reply((START, Hang())), LlmTimeoutError, 1),
    ],
)
def test_failures_are_told_apart(
    llm: ScriptedLlm, claude: LlmClient, reply: Reply, kind: type[Exception], calls: int
) -> None:
    llm.script(reply)
    outcome = ask(claude)
    assert type(outcome.error) is kind
    assert len(llm.requests) == calls
    assert llm.wait_until(lambda: llm.open_calls == 0)
