"""Answers as they come: text, usage, cost, what the model is sent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import LlmBadResponseError, LlmUnavailableError
from rag.llm import Deadlines, Finished, LlmClient, Message
from tests.llm.replies import Reasoning, Reply, answer, cut_after, empty
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import GENEROUS, QUESTION, ask, client, config, run

ARABIC = ("افتُتحت قناة السويس ", "في ١٧ نوفمبر ", "١٨٦٩ [1].")


def test_text_comes_in_the_chunks_of_the_provider_and_then_the_end(llm: ScriptedLlm) -> None:
    llm.script(answer(*ARABIC))
    outcome = ask(client(llm))
    assert outcome.texts == list(ARABIC)
    assert outcome.finished == Finished("openai/scripted", 100, 10, None, 1)


def test_text_is_given_as_soon_as_it_comes(llm: ScriptedLlm) -> None:
    llm.script(answer("a", "b", "c", every=0.15))
    asker = client(llm)

    async def times() -> list[float]:
        clock = asyncio.get_running_loop().time
        return [clock() async for _ in asker.stream(QUESTION)]

    first, second, third, _ = run(asker, times)
    assert second - first > 0.05
    assert third - second > 0.05


def test_the_model_is_sent_the_messages_and_the_settings(llm: ScriptedLlm) -> None:
    llm.script(answer("yes"))
    ask(client(config(llm, temperature=0.25, max_output_tokens=77)))
    request = llm.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer sk-test"
    assert request.body == {
        "model": "scripted",
        "messages": [{"role": m.role, "content": m.content} for m in QUESTION],
        "temperature": 0.25,
        "max_tokens": 77,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_whole_answer_comes_with_its_end(llm: ScriptedLlm) -> None:
    llm.script(answer(*ARABIC))
    asker = client(llm)
    text, finished = run(asker, lambda: asker.complete(QUESTION))
    assert text == "".join(ARABIC)
    assert finished.calls == 1


def test_a_whole_answer_fails_by_the_rules_of_the_stream(llm: ScriptedLlm) -> None:
    llm.script(cut_after())
    asker = client(llm, retries=1)
    with pytest.raises(LlmUnavailableError):
        run(asker, lambda: asker.complete(QUESTION))
    assert len(llm.requests) == 2


def test_the_cost_follows_the_price_list(llm: ScriptedLlm) -> None:
    llm.script(Reply(("yes",), usage=(1000, 500)))
    outcome = ask(client(config(llm, model="openai/gpt-4.1-mini")))
    assert outcome.finished
    # 1,000 tokens at $0.40 and 500 at $1.60 a million
    assert outcome.finished.cost_usd == pytest.approx(0.0004 + 0.0008)


def test_nothing_is_invented_when_the_provider_does_not_count(llm: ScriptedLlm) -> None:
    llm.script(Reply(("yes",), usage=None))
    outcome = ask(client(config(llm, model="openai/gpt-4.1-mini")))
    assert outcome.finished == Finished("openai/gpt-4.1-mini", None, None, None, 1)


def test_an_answer_that_was_cut_at_its_length_is_an_answer(llm: ScriptedLlm) -> None:
    llm.script(answer("half a sen", finish="length"))
    outcome = ask(client(llm))
    assert outcome.text == "half a sen"
    assert outcome.finished


def test_thinking_is_not_part_of_the_answer(llm: ScriptedLlm) -> None:
    llm.script(Reply((Reasoning("let me see"), "yes", Reasoning("sure?"), " [1]")))
    assert ask(client(llm)).texts == ["yes", " [1]"]


def test_blank_text_before_the_answer_is_dropped_and_kept_within(llm: ScriptedLlm) -> None:
    llm.script(answer("\n", "  one", "\n\n", "two"))
    assert ask(client(llm)).texts == ["one", "\n\n", "two"]


@pytest.mark.parametrize("reply", [empty(), answer(" ", "\n"), Reply(finish=None)])
def test_an_answer_without_text_is_a_bad_response(llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    outcome = ask(client(llm, retries=2))
    assert isinstance(outcome.error, LlmBadResponseError)
    assert outcome.texts == []
    assert len(llm.requests) == 1


def test_thinking_that_leaves_no_tokens_for_the_answer_says_what_to_do(llm: ScriptedLlm) -> None:
    llm.script(Reply((Reasoning("hm"),), finish="length"))
    error = ask(client(llm)).error
    assert isinstance(error, LlmBadResponseError)
    assert "output tokens" in str(error)


def test_calls_in_one_loop_do_not_mix(llm: ScriptedLlm) -> None:
    llm.script(lambda request: answer(*request.body["messages"][0]["content"], every=0.001))
    asker = client(llm)

    texts = [f"number {n} of many" for n in range(30)]

    async def many() -> list[str]:
        calls = (asker.complete([Message("user", text)]) for text in texts)
        return [text for text, _ in await asyncio.gather(*calls)]

    assert run(asker, many) == texts


def test_one_client_serves_several_threads(llm: ScriptedLlm) -> None:
    llm.script(answer(*ARABIC, every=0.01))
    asker = client(llm)
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: ask(asker), range(12)))
    assert [outcome.text for outcome in outcomes] == ["".join(ARABIC)] * 12


def test_one_client_serves_several_event_loops_after_each_other(llm: ScriptedLlm) -> None:
    llm.script(answer("yes"))
    asker = client(llm)
    assert [ask(asker).text for _ in range(4)] == ["yes"] * 4


def test_a_client_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no model"):
        LlmClient([], GENEROUS, 0)


def test_a_total_deadline_that_is_over_at_once_asks_nobody(llm: ScriptedLlm) -> None:
    llm.script(answer("yes"))
    outcome = ask(client(llm, deadlines=Deadlines(0.0, 1.0, 1.0)))
    assert outcome.error
    assert llm.requests == []
