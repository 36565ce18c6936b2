"""Whom the client asks after a failure, how often, and when it must not."""

import pytest

from rag.errors import (
    LlmBadResponseError,
    LlmInterruptedError,
    LlmRateLimitedError,
    LlmRefusedError,
    LlmUnavailableError,
)
from rag.llm import Deadlines
from tests.llm.replies import (
    Raw,
    Reply,
    answer,
    cut_after,
    empty,
    failure,
    hang_after,
    keep_alives,
    malformed,
)
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import ask, client, config

NOBODY = "http://127.0.0.1:9/v1"
BROKEN_JSON = malformed().steps


@pytest.mark.parametrize(
    "passing", [failure(500), failure(502), failure(503), failure(529), failure(408), cut_after()]
)
def test_a_passing_failure_is_followed_by_another_try(llm: ScriptedLlm, passing: Reply) -> None:
    llm.script(passing, passing, answer("yes"))
    outcome = ask(client(llm, retries=2))
    assert outcome.text == "yes"
    assert outcome.finished
    assert outcome.finished.calls == len(llm.requests) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
def test_retries_are_bounded(llm: ScriptedLlm, status: int) -> None:
    llm.script(failure(status))
    outcome = ask(client(llm, retries=2))
    assert outcome.error
    assert len(llm.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_a_refusal_is_final(llm: ScriptedLlm, status: int) -> None:
    llm.script(failure(status))
    outcome = ask(client(llm, retries=3))
    assert isinstance(outcome.error, LlmRefusedError)
    assert len(llm.requests) == 1


def test_a_provider_that_cannot_be_reached_is_tried_again(llm: ScriptedLlm) -> None:
    outcome = ask(client(config(base_url=NOBODY), config(llm, base_url=NOBODY), retries=1))
    assert isinstance(outcome.error, LlmUnavailableError)
    assert llm.requests == []


def test_the_provider_s_retry_after_is_honoured(llm: ScriptedLlm) -> None:
    llm.script(failure(429, retry_after="1"), answer("yes"))
    outcome = ask(client(llm, retries=1))
    assert outcome.text == "yes"
    assert outcome.seconds > 0.95


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(llm: ScriptedLlm) -> None:
    llm.script(failure(429, retry_after="60"))
    outcome = ask(client(llm, deadlines=Deadlines(5.0, 5.0, 5.0), retries=3))
    assert isinstance(outcome.error, LlmRateLimitedError)
    assert outcome.error.retry_after == 60
    assert "60 s" in str(outcome.error)
    assert outcome.seconds < 2
    assert len(llm.requests) == 1


def test_a_free_fallback_is_better_than_a_long_wait(llm: ScriptedLlm, other: ScriptedLlm) -> None:
    llm.script(failure(429, retry_after="10"))
    other.script(answer("yes"))
    outcome = ask(client(llm, other, retries=3))
    assert outcome.text == "yes"
    assert outcome.seconds < 2
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        (failure(500), 3),
        (failure(401), 2),
        (failure(404), 2),
        (empty(), 2),
        (malformed(), 2),
        (Reply(body="<html>Welcome</html>"), 2),
    ],
)
def test_the_next_model_is_asked_when_one_gives_no_text(
    llm: ScriptedLlm, other: ScriptedLlm, reply: Reply, calls: int
) -> None:
    llm.script(reply)
    other.script(answer("yes"))
    second = config(other, model="openai/second")
    outcome = ask(client(config(llm), second, retries=1))
    assert outcome.text == "yes"
    assert outcome.finished
    assert (outcome.finished.model, outcome.finished.calls) == ("openai/second", calls)


def test_a_model_that_answers_is_the_only_one_asked(llm: ScriptedLlm, other: ScriptedLlm) -> None:
    llm.script(answer("yes"))
    ask(client(llm, other, retries=3))
    assert other.requests == []


def test_the_error_is_that_of_the_last_model(llm: ScriptedLlm, other: ScriptedLlm) -> None:
    llm.script(failure(500))
    other.script(failure(401))
    outcome = ask(client(llm, config(other, model="openai/second")))
    assert isinstance(outcome.error, LlmRefusedError)
    assert str(outcome.error).startswith("openai/second: ")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(cut_after(*"abcde"), id="reset"),
        pytest.param(cut_after(*"abcde", rude=False), id="orderly end"),
        pytest.param(hang_after(*"abcde"), id="silence"),
        pytest.param(keep_alives(*"abcde"), id="keep-alives"),
        pytest.param(Reply((*"abcde", *BROKEN_JSON)), id="broken JSON"),
        pytest.param(
            Reply((*"abcde", Raw(b'data: {"error": {"message": "overloaded"}}\n\n'))),
            id="error event",
        ),
        pytest.param(Reply(tuple("abcde"), finish=None), id="no finish reason"),
    ],
)
def test_an_answer_that_broke_off_is_never_repeated(
    llm: ScriptedLlm, other: ScriptedLlm, reply: Reply
) -> None:
    llm.script(reply, answer("abcdefgh"))
    other.script(answer("abcdefgh"))
    outcome = ask(client(llm, other, deadlines=Deadlines(10.0, 10.0, 0.4), retries=3))
    assert isinstance(outcome.error, LlmInterruptedError)
    assert outcome.texts == list("abcde")
    assert outcome.finished is None
    assert len(llm.requests) == 1
    assert other.requests == []


def test_broken_json_is_a_bad_response(llm: ScriptedLlm) -> None:
    llm.script(malformed())
    outcome = ask(client(llm, retries=3))
    assert isinstance(outcome.error, LlmBadResponseError)
    assert len(llm.requests) == 1
