"""`dalil ask` and `dalil chat` where a model writes the answers."""

import json

import pytest

from tests.llm.replies import Reply, answer, cut_after, empty, failure, hang_after, malformed
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import KEY, MODEL
from tests.rag.cli.language_model.conftest import Run

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"


@pytest.mark.parametrize(
    ("question", "opened", "article_id"),
    [(ASKED_AR, OPENED_AR, "suez-ar"), (ASKED_EN, OPENED_EN, "suez-en")],
)
def test_ask_prints_what_the_model_wrote_with_its_quotes(
    run: Run, llm: ScriptedLlm, question: str, opened: str, article_id: str
) -> None:
    llm.script(answer(f"{opened} [1]."))
    printed = run("ask", question, "--json")
    shown = run("ask", question).stdout

    assert (printed.exit_code, printed.stderr) == (0, "")
    got = json.loads(printed.stdout)
    assert (got["answer"], got["model"], got["degraded"]) == (f"{opened}. [1]", MODEL, False)
    assert [citation["article_id"] for citation in got["citations"]] == [article_id]
    assert got["usage"]["calls"] == 1
    assert opened in shown
    assert MODEL in shown
    assert article_id in shown
    assert llm.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_ask_tells_which_sentence_is_not_proved_and_why(run: Run, llm: ScriptedLlm) -> None:
    llm.script(answer(f"{OPENED_AR} [1]. ويبلغ طول القناة 210 كيلومترات [1]."))
    shown = run("ask", ASKED_AR).stdout

    assert "فيها عدد أو تاريخ لا يرد في المقاطع" in shown
    assert shown.count("210 كيلومترات") == 2


@pytest.mark.parametrize(
    "reply",
    [failure(401), failure(500), empty(), malformed(), cut_after(OPENED_EN), hang_after(OPENED_EN)],
    ids=["401", "500", "empty", "malformed", "cut", "hang"],
)
def test_ask_quotes_where_the_model_fails(run: Run, llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    printed = run("ask", ASKED_EN, "--json")

    assert printed.exit_code == 0
    got = json.loads(printed.stdout)
    assert (got["status"], got["model"], got["degraded"]) == ("answered", "extractive", True)
    assert got["citations"][0]["quote"] == f"{OPENED_EN}."


def test_chat_lets_the_model_rewrite_a_follow_up(run: Run, llm: ScriptedLlm) -> None:
    rewritten = "كم يبلغ طول قناة السويس؟"
    long = "ويبلغ طول القناة اليوم 193 كيلومترًا"
    llm.script(answer(f"{OPENED_AR} [1]."), answer(rewritten), answer(f"{long} [1]."))
    result = run("chat", lines=f"{ASKED_AR}\nوكم طولها؟\n")

    assert (result.exit_code, result.stderr) == (0, "")
    assert OPENED_AR in result.stdout
    assert long in result.stdout
    assert rewritten in result.stdout
    told = llm.requests[1].body["messages"][1]["content"]
    assert f"reader: {ASKED_AR}" in told
    assert f"assistant: {OPENED_AR}. [1]" in told
