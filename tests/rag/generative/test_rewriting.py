"""Follow-up questions: made to stand alone by the model, or by rule where it is of no use."""

import asyncio
import time
from contextlib import aclosing

import pytest

from rag.events import PassagesFound
from rag.generative.rewriting import Rewriter, Rewritten
from rag.llm import Deadlines, LlmClient
from rag.service import Service
from rag.types import Turn, Usage
from tests.llm.replies import Reply, answer, cut_after, failure, hang, malformed
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import asking, read

ABOUT_AR = (
    Turn("user", "ما هي قناة السويس؟"),
    Turn("assistant", "قناة السويس ممر مائي في مصر. [1]"),
)
ABOUT_EN = (
    Turn("user", "When was the Sochi summit?"),
    Turn("assistant", "The summit was held in 2013. [1]"),
)
FOLLOW_UP_AR, BY_MODEL_AR = "وماذا قال عنها؟", "ماذا قال الخديوي إسماعيل عن قناة السويس؟"
FOLLOW_UP_EN, BY_MODEL_EN = "and who chaired it?", "Who chaired the Sochi summit?"
BY_RULE = {
    FOLLOW_UP_AR: "وماذا قال عنها؟ (قناة السويس)",
    FOLLOW_UP_EN: "and who chaired it? (Sochi summit)",
}
CASES = [
    pytest.param(FOLLOW_UP_AR, ABOUT_AR, BY_MODEL_AR, id="ar"),
    pytest.param(FOLLOW_UP_EN, ABOUT_EN, BY_MODEL_EN, id="en"),
]
SPENT = Usage(100, 10, None, 1)


def _rewrite(client: LlmClient, question: str, history: tuple[Turn, ...]) -> Rewritten:
    async def rewrite() -> Rewritten:
        try:
            return await Rewriter(client, 2000).stand_alone(question, history, client.deadline())
        finally:
            await client.aclose()

    return asyncio.run(rewrite())


@pytest.mark.parametrize(("question", "history", "by_model"), CASES)
def test_a_follow_up_is_rewritten_by_the_model(
    llm: ScriptedLlm, question: str, history: tuple[Turn, ...], by_model: str
) -> None:
    llm.script(answer(*by_model))

    assert _rewrite(asking(llm), question, history) == Rewritten(by_model, SPENT)
    (request,) = llm.requests
    prompt = request.body["messages"][1]["content"]
    assert question in prompt
    assert all(turn.content in prompt for turn in history)


@pytest.mark.parametrize("history", [(), (Turn("assistant", "أهلًا بك! اسألني عما تشاء."),)])
def test_the_first_question_is_not_rewritten(llm: ScriptedLlm, history: tuple[Turn, ...]) -> None:
    assert _rewrite(asking(llm), FOLLOW_UP_AR, history) == Rewritten(FOLLOW_UP_AR)
    assert not llm.requests


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (f"«{BY_MODEL_AR}»", BY_MODEL_AR),
        (f"\n\n  {BY_MODEL_AR}  \nوهذا هو السؤال بعد إعادة صياغته.", BY_MODEL_AR),
        (f"**{BY_MODEL_AR}**", BY_MODEL_AR),
        (f'""\n“{BY_MODEL_AR}”', BY_MODEL_AR),
        ("ماذا  قال\tعن قناة السويس؟", "ماذا قال عن قناة السويس؟"),
    ],
)
def test_only_the_question_on_the_first_line_is_taken(
    llm: ScriptedLlm, said: str, question: str
) -> None:
    llm.script(answer(said))

    assert _rewrite(asking(llm), FOLLOW_UP_AR, ABOUT_AR).question == question


@pytest.mark.parametrize(
    ("question", "history", "useless"),
    [
        (FOLLOW_UP_AR, ABOUT_AR, '""'),
        (FOLLOW_UP_EN, ABOUT_EN, "؟!…"),
        (FOLLOW_UP_AR, ABOUT_AR, BY_MODEL_EN),
        (FOLLOW_UP_EN, ABOUT_EN, BY_MODEL_AR),
        (FOLLOW_UP_AR, ABOUT_AR, "Quelle est la longueur du canal ?"),
        (FOLLOW_UP_AR, ABOUT_AR, BY_MODEL_AR * 20),
        (FOLLOW_UP_EN, ABOUT_EN, BY_MODEL_EN * 20),
    ],
)
def test_a_useless_rewriting_falls_back_to_the_rule(
    llm: ScriptedLlm, question: str, history: tuple[Turn, ...], useless: str
) -> None:
    llm.script(answer(useless))

    assert _rewrite(asking(llm), question, history) == Rewritten(BY_RULE[question], SPENT)


@pytest.mark.parametrize(("question", "history", "_by_model"), CASES)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        answer(" \n"),
        failure(500),
        failure(401),
        malformed(),
        cut_after("When was"),
        hang(),
    ],
    ids=["empty", "blank", "500", "401", "malformed", "cut", "hang"],
)
def test_a_model_that_fails_is_an_outage_and_the_rule_stands_in(
    llm: ScriptedLlm, question: str, history: tuple[Turn, ...], _by_model: str, reply: Reply
) -> None:
    llm.script(reply)
    client = asking(llm, deadlines=Deadlines(total=5.0, first_token=0.4, stall=0.4))
    started = time.monotonic()

    rewritten = _rewrite(client, question, history)
    assert rewritten == Rewritten(BY_RULE[question], outage=True)
    assert time.monotonic() - started < 1.4


def test_a_rewriting_ends_with_the_deadline_that_it_is_given(llm: ScriptedLlm) -> None:
    llm.script(hang())
    client = asking(llm)

    async def rewrite() -> Rewritten:
        soon = asyncio.get_running_loop().time() + 0.3
        try:
            return await Rewriter(client, 2000).stand_alone(FOLLOW_UP_EN, ABOUT_EN, soon)
        finally:
            await client.aclose()

    started = time.monotonic()
    assert asyncio.run(rewrite()).outage
    assert time.monotonic() - started < 1.3


def test_the_service_searches_for_the_rewritten_question_and_asks_it(
    service: Service, llm: ScriptedLlm
) -> None:
    rewritten = "كم يبلغ طول قناة السويس اليوم؟"
    said = answer("ويبلغ طول القناة اليوم 193 كيلومترًا [1].")
    llm.script(answer(rewritten), said)
    told = read(service, "وكم طولها؟", history=ABOUT_AR)

    assert told.answer.question == "وكم طولها؟"
    assert told.answer.rewritten == rewritten
    found = told.events[0]
    assert isinstance(found, PassagesFound)
    assert found.passages == service.search(rewritten).passages
    assert found.passages != service.search("وكم طولها؟").passages
    prompt = llm.requests[1].body["messages"][1]["content"]
    assert f"Question: {rewritten}" in prompt
    assert ABOUT_AR[1].content not in prompt


def test_a_question_that_the_model_leaves_as_it_is_counts_as_asked(
    service: Service, llm: ScriptedLlm
) -> None:
    question = "When was the Suez Canal opened?"
    llm.script(answer(question), answer("The Suez Canal was opened on 17 November 1869 [1]."))

    assert service.ask(question, history=ABOUT_EN).rewritten is None


def test_conversations_do_not_mix(service: Service, llm: ScriptedLlm) -> None:
    """Nothing of one is told to the model in another, at the same time or afterwards."""
    histories = (ABOUT_AR, ABOUT_EN)
    llm.script(answer("NO_ANSWER", every=0.1))

    async def ask(question: str, history: tuple[Turn, ...]) -> None:
        async with aclosing(service.stream(question, history=history)) as events:
            async for _ in events:
                pass

    async def ask_all() -> None:
        await asyncio.gather(ask(FOLLOW_UP_AR, ABOUT_AR), ask(FOLLOW_UP_EN, ABOUT_EN))
        await ask("When was the Suez Canal opened?", ())
        await service.aclose()

    asyncio.run(ask_all())

    prompts = [request.body["messages"][1]["content"] for request in llm.requests]
    rewriting = [prompt for prompt in prompts if "Last question: " in prompt]
    assert len(rewriting) == 2
    for history in histories:
        told = [prompt for prompt in rewriting if history[0].content in prompt]
        assert len(told) == 1
        others = [turn for other in histories if other is not history for turn in other]
        assert not any(turn.content in told[0] for turn in others)
    assert not any(turn.content in prompts[-1] for history in histories for turn in history)
