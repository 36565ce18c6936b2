"""The eval set: what is wrong in a row is refused by its line, and what ships is all right."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.questions import (
    FOLDERS,
    KINDS,
    PERTURBATIONS,
    EvalQuestion,
    load_articles,
    load_questions,
)
from rag.errors import InputError, LoadError
from rag.types import Turn
from tests.evals.made import (
    ASKED_AR,
    BY_ID,
    OPENED_AR,
    OPENED_EN,
    UNANSWERABLE,
    evidence,
    line,
    question,
    write_lines,
)
from tests.fakes import article, write_articles


def _load(folder: Path, *lines: Mapping[str, Any] | str) -> tuple[EvalQuestion, ...]:
    return load_questions(BY_ID, [write_lines(folder / "questions.jsonl", *lines)])


def _gold(quote: str = OPENED_AR, article_id: str = "suez-ar", *facts: int) -> dict[str, Any]:
    return {"article_id": article_id, "quote": quote, "facts": list(facts)}


def test_a_row_becomes_a_question_whose_gold_stands_at_its_place(tmp_path: Path) -> None:
    (found,) = _load(tmp_path, line())
    assert found == question(
        id="opened-ar", facts=[["1869", "١٨٦٩"]], gold=(evidence("suez-ar", OPENED_AR, 0),)
    )
    (gold,) = found.gold
    assert gold.span.of(BY_ID["suez-ar"].text) == OPENED_AR


def test_history_forbidden_words_and_notes_are_optional(tmp_path: Path) -> None:
    history = [{"role": "user", "content": ASKED_AR}, {"role": "assistant", "content": OPENED_AR}]
    row = line(kind="followup", history=history, forbidden=["اقرأ هنا"], note="…")
    (found,) = _load(tmp_path, row)
    assert found.history == (Turn("user", ASKED_AR), Turn("assistant", OPENED_AR))
    assert found.forbidden == ("اقرأ هنا",)


def test_questions_come_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    paths = [
        write_lines(tmp_path / "1.jsonl", line("c"), line("a")),
        write_lines(tmp_path / "0.jsonl", line("b")),
    ]
    assert [q.id for q in load_questions(BY_ID, paths)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (line("x", answer="1869"), r"unknown fields \['answer'\]"),
        (line("x", split="train"), "split is dev or test"),
        (line("x", language="fr"), "language ar or en"),
        (line("x", kind="riddle"), "unknown kind or perturbation: riddle"),
        (line("x", perturbation="shouting", twin="good"), "unknown .*: date, shouting"),
        (line("x", gold=[], facts=[]), "gold if, and only if, it is answerable"),
        (line("x", kind="unanswerable"), "gold if, and only if, it is answerable"),
        (line("x", perturbation="typo"), "a perturbed question has a twin"),
        (line("x", twin="good"), "a perturbed question has a twin, and no other has"),
        (line("x", gold=[_gold("في عام 1870", "suez-ar", 0)]), "does not stand in suez-ar"),
        (line("x", gold=[_gold("", "suez-ar", 0)]), "'' does not stand in suez-ar"),
        (line("x", gold=[_gold(OPENED_AR, "nowhere", 0)]), "there is no 'nowhere'"),
        (line("x", gold=[_gold(OPENED_AR, "suez-ar", 0, 1)]), r"fact that is not there: \[0, 1\]"),
        (line("x", gold=[_gold(OPENED_AR, "suez-ar", -1)]), r"fact that is not there: \[-1\]"),
        (line("x", gold=[{"quote": OPENED_AR, "facts": [0]}]), "there is no 'article_id'"),
        (line("x", facts=[["1869"], ["193"]]), r"no evidence holds the fact \('193',\)"),
        (line("x", facts=[["186"]]), r"no evidence holds the fact \('186',\)"),
        (line("x", facts=[[]]), r"no evidence holds the fact \(\)"),
        (line("x", gold=[_gold()]), "no evidence holds the fact"),
        (line("x", facts=3), "not iterable"),
        (line("x", history=[{"role": "user"}]), "there is no 'content'"),
        ("{", "Expecting"),
        ("[]", "keys"),
        ("null", "keys"),
    ],
)
def test_what_is_wrong_in_a_row_is_refused_by_its_line(
    tmp_path: Path, wrong: Mapping[str, Any] | str, reason: str
) -> None:
    with pytest.raises(InputError, match=rf"/questions\.jsonl, line 3: .*{reason}"):
        _load(tmp_path, line("good"), "", wrong)


@pytest.mark.parametrize("name", line())
def test_a_row_without_one_of_its_fields_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"line 1: there is no '{name}'"):
        _load(tmp_path, {field: value for field, value in line().items() if field != name})


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        load_questions(BY_ID, [tmp_path / "nowhere.jsonl"])
    (tmp_path / "old.jsonl").write_bytes(ASKED_AR.encode("cp1256"))
    with pytest.raises(InputError, match=r"old\.jsonl: not UTF-8"):
        load_questions(BY_ID, [tmp_path / "old.jsonl"])


def test_a_line_separator_within_a_question_ends_no_row(tmp_path: Path) -> None:
    (found,) = _load(tmp_path, line(question="متى\u2028افتُتحت؟"))
    assert found.text == "متى\u2028افتُتحت؟"


@pytest.mark.parametrize(
    ("language", "gold", "direction", "crosses"),
    [
        ("ar", ["suez-ar"], "ar→ar", False),
        ("ar", ["suez-ar", "suez-en"], "ar→ar", False),
        ("en", ["suez-ar", "suez-en"], "en→en", False),
        ("ar", ["suez-en"], "ar→en", True),
        ("en", ["suez-ar"], "en→ar", True),
        ("ar", ["suez-en", "suez-fr"], "ar→en+fr", True),
    ],
)
def test_a_question_goes_to_the_languages_of_its_evidence(
    tmp_path: Path, language: str, gold: list[str], direction: str, crosses: bool
) -> None:
    articles = {**BY_ID, "suez-fr": article("suez-fr", "Il est ouvert en 1869.", "fr")}
    items = [_gold(articles[name].text, name, 0) for name in gold]
    path = write_lines(tmp_path / "q.jsonl", line(language=language, gold=items))
    (found,) = load_questions(articles, [path])
    assert (found.direction, found.crosses, found.answerable) == (direction, crosses, True)


def test_a_question_that_nothing_answers_goes_nowhere(tmp_path: Path) -> None:
    (found,) = _load(tmp_path, line(**UNANSWERABLE))
    assert (found.direction, found.crosses, found.answerable) == ("none", False, False)


def test_a_perturbed_question_stands_beside_its_twin(tmp_path: Path) -> None:
    lines = (line("typo", perturbation="typo", twin="clean"), line("clean"))
    assert [(q.id, q.twin) for q in _load(tmp_path, *lines)] == [("typo", "clean"), ("clean", None)]


@pytest.mark.parametrize(
    ("twin", "reason"),
    [
        (line("other"), "is not there"),
        (line("clean", split="test"), "in another split"),
        (line("clean", facts=[["1869"]]), "has other facts"),
        (line("clean", perturbation="harakat", twin="typo"), "has one itself"),
    ],
)
def test_a_twin_that_is_none_is_refused(tmp_path: Path, twin: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError, match=f"typo: its twin .*{reason}"):
        _load(tmp_path, line("typo", perturbation="typo", twin="clean"), twin)


def test_a_question_is_not_its_own_twin(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="typo: its twin"):
        _load(tmp_path, line("typo", perturbation="typo", twin="typo"))


def test_an_id_is_of_one_question_in_all_files(tmp_path: Path) -> None:
    paths = [write_lines(tmp_path / name, line("same")) for name in ("1.jsonl", "2.jsonl")]
    with pytest.raises(InputError, match="the same id"):
        load_questions(BY_ID, paths)


def test_articles_are_those_that_would_be_ingested(tmp_path: Path) -> None:
    write_articles(tmp_path / "deep", {"suez-en": OPENED_EN})
    (tmp_path / "README.md").write_text("About these articles.", "utf-8")
    assert [(a.id, a.text) for a in load_articles([tmp_path]).values()] == [("suez-en", OPENED_EN)]
    with pytest.raises(LoadError, match="no such file"):
        load_articles([tmp_path / "nowhere"])


# What ships.


@pytest.fixture(scope="module")
def shipped() -> tuple[EvalQuestion, ...]:
    return load_questions(load_articles(FOLDERS))


def test_the_shipped_questions_are_enough_in_both_languages(
    shipped: tuple[EvalQuestion, ...],
) -> None:
    assert len(shipped) >= 160
    assert sum(not question.answerable for question in shipped) >= 40
    languages = Counter(question.language for question in shipped)
    assert min(languages["ar"], languages["en"]) >= 0.45 * len(shipped)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_each_split_has_every_kind_and_direction(
    shipped: tuple[EvalQuestion, ...], split: str
) -> None:
    found = [question for question in shipped if question.split == split]
    assert len(found) >= 0.4 * len(shipped)
    assert {question.kind for question in found} == KINDS
    directions = {"ar→ar", "en→en", "ar→en", "en→ar", "none"}
    assert {question.direction for question in found} == directions


def test_every_perturbation_is_there_and_leaves_something_to_compare(
    shipped: tuple[EvalQuestion, ...],
) -> None:
    by_id = {question.id: question for question in shipped}
    perturbed = [question for question in shipped if question.twin is not None]
    assert {question.perturbation for question in perturbed} == PERTURBATIONS
    twins = [(question, by_id[question.twin]) for question in perturbed if question.twin]
    assert all(question.text != twin.text for question, twin in twins)


def test_follow_ups_have_a_history_and_injections_words_to_look_for(
    shipped: tuple[EvalQuestion, ...],
) -> None:
    assert all(question.history for question in shipped if question.kind == "followup")
    assert all(question.forbidden for question in shipped if question.kind == "adversarial")
