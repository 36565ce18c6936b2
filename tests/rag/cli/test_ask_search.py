"""`dalil ask` and `dalil search`: what is asked of the engine and what is printed."""

import json
from datetime import date

import pytest
from starlette.testclient import TestClient

from rag.errors import EmptyIndexError, ModelError, QuestionError
from rag.settings import load_settings
from rag.types import Filters
from server.app import create_app
from tests.rag.cli.conftest import Engine, Run
from tests.server.fakes import (
    ANSWERABLE_AR,
    ANSWERABLE_EN,
    ARTICLES,
    UNANSWERABLE_AR,
    FailingService,
)


@pytest.mark.parametrize("question", [ANSWERABLE_AR, ANSWERABLE_EN, UNANSWERABLE_AR])
def test_ask_prints_the_same_json_object_as_the_server(
    run: Run, engine: Engine, question: str
) -> None:
    printed = run("ask", question, "--json")
    served = TestClient(create_app(load_settings(), engine.service)).post(
        "/v1/ask", json={"question": question}
    )

    assert printed.exit_code == 0
    assert printed.stderr == ""
    assert printed.stdout.count("\n") == 1
    assert list(json.loads(printed.stdout).items()) == list(served.json().items())
    assert question in printed.stdout


def test_search_prints_the_same_json_object_as_the_server(run: Run, engine: Engine) -> None:
    printed = run("search", ANSWERABLE_AR, "--json", "--top-k", "2")
    served = TestClient(create_app(load_settings(), engine.service)).post(
        "/v1/search", json={"query": ANSWERABLE_AR, "top_k": 2}
    )

    assert json.loads(printed.stdout) == served.json()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_options_become_one_filter(run: Run, engine: Engine, command: str) -> None:
    run(
        command, ANSWERABLE_AR, "--language", "ar", "--language", "EN", "--source", "مجموعة دليل",
        "--article", "suez-canal-ar", "--article", "petra-ar", "--from", "2013-01-01",
        "--to", "2022-12-31",
    )  # fmt: skip

    assert engine.service.filters == Filters(
        languages=("ar", "en"),
        sources=("مجموعة دليل",),
        article_ids=("suez-canal-ar", "petra-ar"),
        published_from=date(2013, 1, 1),
        published_to=date(2022, 12, 31),
    )


def test_an_answer_shows_each_quote_with_its_place(run: Run) -> None:
    shown = run("ask", ANSWERABLE_AR).stdout
    article = ARTICLES[0]

    assert "«افتُتحت قناة السويس في 17 نوفمبر 1869.»" in shown
    for part in ("[1]", article.title, article.id, "0–38", article.url or "", "90%"):
        assert part in shown
    start, end = 0, 38
    assert article.text[start:end] in shown


@pytest.mark.parametrize(
    ("question", "labels"),
    [(ANSWERABLE_AR, ("المصادر", "المقال", "الثقة")), (ANSWERABLE_EN, ("Sources", "Confidence"))],
)
def test_labels_are_in_the_language_of_the_question(
    run: Run, question: str, labels: tuple[str, ...]
) -> None:
    shown = run("ask", question).stdout

    assert all(label in shown for label in labels)


def test_an_abstention_shows_what_is_near_apart_as_no_evidence(run: Run) -> None:
    shown = run("ask", UNANSWERABLE_AR).stdout

    assert shown.startswith("لم أجد جوابًا.")
    assert "وليست دليلًا على جواب" in shown
    assert "المصادر" not in shown


def test_the_answer_can_be_asked_for_in_the_other_language(run: Run) -> None:
    shown = run("ask", UNANSWERABLE_AR, "--answer-language", "en")

    assert shown.stdout.startswith("I found no answer.")


def test_what_is_no_terminal_gets_no_control_characters(run: Run) -> None:
    for arguments in (("ask", ANSWERABLE_AR), ("search", ANSWERABLE_EN), ("status",)):
        output = run(*arguments).output
        assert all(char == "\n" or char.isprintable() for char in output)


def test_visual_output_is_joined_and_reordered(run: Run) -> None:
    shown = run("ask", ANSWERABLE_AR, "--visual").stdout

    assert "السويس" not in shown
    assert "ﺲﻳﻮﺴﻟﺍ" in shown
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_nothing_found_is_said(run: Run) -> None:
    assert run("search", "zzzz").stdout == "No passages were found.\n"


def test_the_service_is_closed_even_when_it_fails(run: Run, engine: Engine) -> None:
    run("ask", ANSWERABLE_AR)
    assert engine.service.closed

    engine.service = FailingService(QuestionError("the question is empty"))
    run("ask", "؟")
    assert engine.service.closed


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (QuestionError("the question holds\nno words"), 2),
        (EmptyIndexError("the question holds no words"), 1),
        (ModelError("the question \x1b[31mholds no words".replace("\x1b[31m", "\x1b")), 1),
    ],
)
def test_an_error_is_one_line_on_stderr_and_an_exit_code(
    run: Run, engine: Engine, error: Exception, code: int
) -> None:
    engine.service = FailingService(error)
    result = run("ask", "سؤال", "--json")

    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr == "dalil: the question holds no words\n"


def test_a_model_that_cannot_be_opened_is_one_line_too(run: Run, engine: Engine) -> None:
    engine.opening_fails = ModelError("the bundled model is damaged")
    result = run("search", "سؤال")

    assert (result.exit_code, result.stderr) == (1, "dalil: the bundled model is damaged\n")


def test_an_interrupt_is_one_line_and_130(run: Run, engine: Engine) -> None:
    engine.service = FailingService(KeyboardInterrupt())  # type: ignore[arg-type]
    result = run("ask", "سؤال")

    assert (result.exit_code, result.stderr) == (130, "dalil: interrupted\n")
