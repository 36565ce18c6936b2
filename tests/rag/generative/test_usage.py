"""Who wrote an answer, and what it took."""

import pytest

from rag.service import Service
from rag.types import Status, Turn, Usage
from tests.fakes import Engine
from tests.llm.replies import Reply, answer, failure
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import asking, assert_in_order, model_at, read, written_by

ASKED_EN = "When was the Suez Canal opened?"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"


@pytest.mark.parametrize("down", [failure(500), failure(401), Reply()])
def test_a_second_model_answers_where_the_first_fails(
    llm: ScriptedLlm, other: ScriptedLlm, engine: Engine, down: Reply
) -> None:
    llm.script(down)
    other.script(answer(f"{OPENED_EN} [1]."))
    client = asking(llm, model_at(other.url, "openai/second"))
    told = read(written_by(client, engine), ASKED_EN)

    assert_in_order(told)
    assert (told.answer.model, told.answer.degraded) == ("openai/second", True)
    assert told.answer.usage == Usage(100, 10, None, 2)


@pytest.mark.parametrize(
    ("usage", "counted"), [((321, 45), (321, 45)), (None, (None, None))], ids=["told", "untold"]
)
def test_usage_is_what_the_provider_counted(
    service: Service,
    llm: ScriptedLlm,
    usage: tuple[int, int] | None,
    counted: tuple[int | None, int | None],
) -> None:
    llm.script(Reply((f"{OPENED_EN} [1].",), usage=usage))

    assert service.ask(ASKED_EN).usage == Usage(*counted, None, 1)


def test_usage_includes_the_rewriting_of_a_follow_up(service: Service, llm: ScriptedLlm) -> None:
    llm.script(Reply((ASKED_EN,), usage=(70, 7)), Reply((f"{OPENED_EN} [1].",), usage=(300, 20)))
    answered = service.ask("When was it opened?", history=[Turn("user", "What is the Suez Canal?")])

    assert answered.usage == Usage(370, 27, None, 2)


def test_a_second_model_that_finds_no_answer_is_named_and_degraded_too(
    llm: ScriptedLlm, other: ScriptedLlm, engine: Engine
) -> None:
    llm.script(failure(500))
    other.script(answer("NO_ANSWER"))
    client = asking(llm, model_at(other.url, "openai/second"))
    answered = written_by(client, engine).ask(ASKED_EN)

    assert answered.status is Status.ABSTAINED
    assert (answered.model, answered.degraded) == ("openai/second", True)
    assert answered.usage == Usage(100, 10, None, 2)


@pytest.mark.parametrize(
    "chunks",
    [
        ("NO_ANSWER", ". The passages ", "do not hold it."),
        ("افتُتحت قناة السويس ", "في 17 نوفمبر 1869، " * 12, "وهي قناة طويلة ", "جدًا."),
    ],
    ids=["declined", "wrong language"],
)
def test_a_call_that_is_broken_off_for_what_it_says_is_counted_all_the_same(
    service: Service, llm: ScriptedLlm, chunks: tuple[str, ...]
) -> None:
    llm.script(answer(*chunks, every=0.05))
    answered = service.ask(ASKED_EN)

    assert answered.usage is not None
    assert answered.usage.calls == 1
