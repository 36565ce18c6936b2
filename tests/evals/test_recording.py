"""A model's answers come back from a recording as they were, with the model gone."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from evals.questions import EvalQuestion
from evals.recording import RecordingClient, ReplayingClient
from evals.results import Row
from evals.run import ask_all
from rag.answer import EXTRACTIVE
from rag.errors import InputError
from rag.llm import LlmClient
from rag.types import Status, Turn
from tests.evals.made import ASKED_AR, ASKED_EN, BY_ID, MODEL, question
from tests.fakes import ARTICLES, Engine, open_engine
from tests.llm.replies import Reply, answer, cut_after
from tests.llm.scripted import Request, ScriptedLlm
from tests.llm.service import KEY, PATIENT, assert_exact, model_at, number_of, written_by

Client = TypeVar("Client", RecordingClient, ReplayingClient)

ABOUT = (Turn("user", "What is the Suez Canal?"), Turn("assistant", "A canal in Egypt. [1]"))
QUESTIONS = (
    question(),
    question("And when was it opened?", "en", id="followup", kind="followup", history=ABOUT),
    question("من هو زرياب؟", id="none", kind="unanswerable", facts=(), gold=()),
)
CALLS = 4
"""One for each question, and one that makes the follow-up stand alone."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = open_engine(tmp_path_factory.mktemp("collection"))
    engine.ingester.add(ARTICLES)
    return engine


def _client(kind: Callable[..., Client], url: str, path: Path) -> Client:
    return kind([model_at(url)], PATIENT, 0, path=path)


def _arabic(request: Request) -> Reply:
    number = number_of(request, "قناة السويس")
    return answer("افتُتحت قناة السويس في 17 نو", f"فمبر 1869 [{number}].")


def _english(request: Request) -> Reply:
    number = number_of(request, "The Suez Canal")
    return answer("The Suez Canal was opened ", f"on 17 November 1869 [{number}].")


def _rows(
    client: LlmClient, engine: Engine, *questions: EvalQuestion
) -> tuple[list[Row], list[dict[str, Any]]]:
    """The rows without what no two runs have in common, and their answers."""
    rows = ask_all(written_by(client, engine), questions, BY_ID, lambda *_: None)
    answers = [
        {name: value for name, value in row.answer.items() if name not in ("id", "timings_ms")}
        for row in rows
    ]
    return [replace(row, answer={}, seconds=0.0) for row in rows], answers


def _record(llm: ScriptedLlm, engine: Engine, path: Path) -> tuple[Any, Any]:
    llm.script(_arabic, answer(ASKED_EN), _english, answer("NO_ANSWER"))
    recorded = _rows(_client(RecordingClient, llm.url, path), engine, *QUESTIONS)
    assert len(llm.requests) == CALLS
    return recorded


@pytest.fixture(scope="module")
def recorded(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Any]:
    """A recording, the address that nobody serves any more, and what was recorded there."""
    path = tmp_path_factory.mktemp("recording") / "new" / "answers.jsonl"
    with ScriptedLlm() as llm:
        made = _record(llm, engine, path)
    return path, llm.url, made


def test_a_replay_gives_the_same_rows_with_the_model_gone(
    recorded: tuple[Path, str, Any], engine: Engine
) -> None:
    path, url, (rows, answers) = recorded
    replayed = _rows(_client(ReplayingClient, url, path), engine, *QUESTIONS)
    assert replayed == (rows, answers)


def test_what_was_recorded_is_the_model_s_and_not_a_fallback(
    recorded: tuple[Path, str, Any],
) -> None:
    _, _, (rows, answers) = recorded
    assert [(a["model"], a["degraded"]) for a in answers] == [(MODEL, False)] * 3
    assert answers[1]["rewritten"] == ASKED_EN
    assert [row.scores.facts for row in rows] == [1.0, 1.0, None]
    assert [row.scores.abstained for row in rows] == [False, False, True]


def test_a_recording_has_an_answer_for_each_call_and_no_key(
    recorded: tuple[Path, str, Any],
) -> None:
    text = recorded[0].read_text("utf-8")
    lines = [json.loads(line) for line in text.split("\n") if line]
    assert [line.keys() for line in lines] == [{"asked", "texts", "finished"}] * CALLS
    assert "".join(lines[0]["texts"]).startswith("افتُتحت قناة السويس في 17 نوفمبر 1869")
    assert "افتُتحت" in text
    assert KEY not in text
    assert recorded[1] not in text


def test_a_question_that_was_not_recorded_is_an_outage(
    recorded: tuple[Path, str, Any], engine: Engine
) -> None:
    service = written_by(_client(ReplayingClient, recorded[1], recorded[0]), engine)
    unknown = service.ask("كم يبلغ طول قناة السويس؟")
    assert (unknown.status, unknown.degraded) == (Status.ANSWERED, True)
    assert unknown.model == EXTRACTIVE
    assert unknown.citations
    assert_exact(unknown.citations)


def test_a_line_separator_in_an_answer_comes_back(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    said = "افتُتحت قناة السويس في 17 نوفمبر 1869 [1].\u2028\u0085ويبلغ طولها 193 كيلومترًا [1]."
    with ScriptedLlm() as llm:
        llm.script(answer(said))
        recorded = _rows(_client(RecordingClient, llm.url, path), engine, question())
    assert _rows(_client(ReplayingClient, llm.url, path), engine, question()) == recorded
    assert recorded[1][0]["model"] == MODEL


def test_an_answer_that_broke_off_is_not_recorded(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with ScriptedLlm() as llm:
        llm.script(cut_after("افتُتحت قناة السويس"))
        client = _client(RecordingClient, llm.url, path)
        assert written_by(client, engine).ask(ASKED_AR).degraded
    assert path.read_text("utf-8") == ""


def test_a_new_recording_takes_the_place_of_the_old_one(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("old\n", "utf-8")
    with ScriptedLlm() as llm:
        _record(llm, engine, path)
    assert len(path.read_text("utf-8").rstrip("\n").split("\n")) == CALLS


@pytest.mark.parametrize("content", ["{", "[]", "3", "{}", '{"asked": "x", "texts": ["y"]}'])
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"answers\.jsonl: not a recording"):
        _client(ReplayingClient, "http://127.0.0.1:9/v1", path)


def test_a_recording_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read: No such file"):
        _client(ReplayingClient, "http://127.0.0.1:9/v1", tmp_path / "nowhere.jsonl")
