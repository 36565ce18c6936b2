"""When the client gives up waiting. Deadlines are tenths of seconds, margins are wide."""

import pytest

from rag.errors import LlmInterruptedError, LlmTimeoutError
from rag.llm import Deadlines
from tests.llm.replies import (
    COMMENT,
    Hang,
    Pause,
    Raw,
    Reasoning,
    Repeat,
    Reply,
    answer,
    drip,
    failure,
    hang,
    hang_after,
    keep_alives,
)
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import ask, client

NEVER = 30.0
MARGIN = 1.0

SILENCE = [
    pytest.param(hang(), id="no headers"),
    pytest.param(hang(after_headers=True), id="headers only"),
    pytest.param(keep_alives(), id="keep-alives"),
    pytest.param(Reply((Repeat((" ", Pause(0.02))),)), id="blanks"),
    pytest.param(Reply((Repeat((Reasoning("hm"), Pause(0.02))),)), id="thinking"),
]


@pytest.mark.parametrize("reply", SILENCE)
def test_silence_ends_at_the_first_token_deadline(llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, 0.3, NEVER), retries=3))
    assert isinstance(outcome.error, LlmTimeoutError)
    assert 0.25 < outcome.seconds < 0.3 + MARGIN
    assert len(llm.requests) == 1, "a model that hangs is not asked again"
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize("reply", SILENCE)
def test_silence_ends_at_the_total_deadline(llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    outcome = ask(client(llm, deadlines=Deadlines(0.3, NEVER, NEVER)))
    assert isinstance(outcome.error, LlmTimeoutError)
    assert 0.25 < outcome.seconds < 0.3 + MARGIN
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(hang_after("one ", "two"), id="nothing"),
        pytest.param(keep_alives("one ", "two"), id="keep-alives"),
        pytest.param(Reply(("one ", "two", Repeat((COMMENT, Pause(0.02))))), id="comments"),
    ],
)
def test_a_stall_after_text_interrupts_the_answer(llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, NEVER, 0.3), retries=3))
    assert isinstance(outcome.error, LlmInterruptedError)
    assert outcome.texts == ["one ", "two"]
    assert outcome.seconds < 0.3 + MARGIN
    assert len(llm.requests) == 1
    assert llm.wait_until(lambda: llm.open_calls == 0)


def test_blank_text_for_ever_is_a_stall(llm: ScriptedLlm) -> None:
    llm.script(Reply(("one", Repeat(("\n", Pause(0.02))))))
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, NEVER, 0.3)))
    assert isinstance(outcome.error, LlmInterruptedError)
    assert outcome.seconds < 0.3 + MARGIN


def test_thinking_between_two_texts_is_a_sign_of_life(llm: ScriptedLlm) -> None:
    thinking = (Pause(0.1), Reasoning("hm")) * 10
    llm.script(Reply(("one ", *thinking, "two")))
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, NEVER, 0.6)))
    assert outcome.text == "one two"
    assert outcome.seconds > 0.9


def test_a_slow_answer_may_take_many_times_the_stall_deadline(llm: ScriptedLlm) -> None:
    llm.script(drip("slow but sure", every=0.1))
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, 0.8, 0.8)))
    assert outcome.text == "slow but sure"
    assert outcome.seconds > 1.2


def test_the_total_deadline_interrupts_even_an_answer_that_flows(llm: ScriptedLlm) -> None:
    llm.script(drip("far too long an answer" * 20, every=0.02))
    outcome = ask(client(llm, deadlines=Deadlines(0.5, NEVER, NEVER)))
    assert isinstance(outcome.error, LlmInterruptedError)
    assert "far too long an answer".startswith(outcome.text[:22])
    assert outcome.text
    assert 0.45 < outcome.seconds < 0.5 + MARGIN


def test_one_total_deadline_covers_retries_and_their_waits(llm: ScriptedLlm) -> None:
    llm.script(failure(503))
    outcome = ask(client(llm, deadlines=Deadlines(1.0, NEVER, NEVER), retries=1000))
    assert outcome.error
    assert outcome.seconds < 1.0 + MARGIN
    assert 1 < len(llm.requests) < 10


def test_one_total_deadline_covers_fallbacks(llm: ScriptedLlm, other: ScriptedLlm) -> None:
    llm.script(hang())
    other.script(hang())
    outcome = ask(client(llm, other, llm, deadlines=Deadlines(0.5, 0.3, NEVER)))
    assert isinstance(outcome.error, LlmTimeoutError)
    assert outcome.seconds < 0.5 + MARGIN
    assert (len(llm.requests), len(other.requests)) == (1, 1)


def test_the_first_token_deadline_is_each_call_s_own(llm: ScriptedLlm, other: ScriptedLlm) -> None:
    llm.script(hang())
    other.script(answer("yes", every=0.3))
    outcome = ask(client(llm, other, deadlines=Deadlines(NEVER, 0.6, NEVER)))
    assert outcome.text == "yes"


def test_a_whole_answer_does_not_fail_for_want_of_its_token_counts(llm: ScriptedLlm) -> None:
    end = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
    llm.script(Reply(("yes", Raw(end), Hang())))
    outcome = ask(client(llm, deadlines=Deadlines(NEVER, NEVER, 0.3)))
    assert outcome.text == "yes"
    assert outcome.finished
    assert outcome.finished.prompt_tokens is None
    assert outcome.seconds < 0.3 + MARGIN
