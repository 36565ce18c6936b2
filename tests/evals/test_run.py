"""Every question is asked, and its row says what came of it."""

from pathlib import Path
from typing import Any

import pytest

from evals.answer_scores import score_answer
from evals.questions import EvalQuestion
from evals.results import Gold, Row
from evals.run import ask_all
from rag.errors import EmptyIndexError
from rag.service import Service
from rag.types import Turn
from rag.wire import answer_to_dict
from tests.evals.made import (
    ASKED_AR,
    ASKED_EN,
    BY_ID,
    OPENED_AR,
    OPENED_EN,
    evidence,
    question,
)
from tests.fakes import ARTICLES, open_engine

HISTORY = (Turn("user", "أين تقع البتراء؟"), Turn("assistant", "في الأردن."))
QUESTIONS = (
    question(gold=(evidence("suez-ar", OPENED_AR, 0),)),
    question(ASKED_EN, "en", id="opened-en", gold=(evidence("suez-en", OPENED_EN, 0),)),
    question("ومتى كان ذلك؟", id="followup", kind="followup", history=HISTORY),
    question("من هو زرياب؟", id="none", kind="unanswerable", facts=(), gold=()),
    question("متى افتتحت قناه السويس", id="typo", perturbation="typo", twin="opened"),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    engine = open_engine(tmp_path_factory.mktemp("collection"))
    engine.ingester.add(ARTICLES)
    return engine.service()


@pytest.fixture(scope="module")
def rows(service: Service) -> tuple[Row, ...]:
    return ask_all(service, QUESTIONS, BY_ID, lambda *_: None)


def _lasting(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("id", "timings_ms")}


def test_each_question_gets_a_row_in_its_order(rows: tuple[Row, ...]) -> None:
    assert [row.id for row in rows] == [asked.id for asked in QUESTIONS]


def test_a_row_says_what_was_asked_and_expected(rows: tuple[Row, ...]) -> None:
    first, english, _, none, typo = rows
    assert (first.question, first.language, first.direction) == (ASKED_AR, "ar", "ar→ar")
    assert (first.split, first.kind, first.crosses) == ("dev", "date", False)
    assert (first.facts, first.gold) == ((("1869",),), (Gold("suez-ar", OPENED_AR),))
    assert (english.language, english.direction) == ("en", "en→en")
    assert (none.direction, none.answerable) == ("none", False)
    assert (typo.perturbation, typo.twin) == ("typo", "opened")


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_a_row_has_the_service_s_answer_and_its_scores(
    service: Service, rows: tuple[Row, ...], number: int
) -> None:
    asked: EvalQuestion = QUESTIONS[number]
    answer = service.ask(asked.text, history=asked.history)
    assert _lasting(dict(rows[number].answer)) == _lasting(answer_to_dict(answer))
    assert rows[number].scores == score_answer(asked, answer, BY_ID)
    assert rows[number].seconds > 0


def test_what_the_articles_say_is_found_and_what_they_do_not_is_refused(
    rows: tuple[Row, ...],
) -> None:
    assert [row.scores.facts for row in rows[:2]] == [1.0, 1.0]
    assert [row.scores.citation_recall for row in rows[:2]] == [1.0, 1.0]
    assert [row.scores.exact for row in rows[:2]] == [1.0, 1.0]
    assert (rows[3].scores.facts, rows[3].scores.abstained) == (None, True)


def test_a_ranking_has_every_article_once_and_the_best_first(rows: tuple[Row, ...]) -> None:
    assert [row.ranking[0] for row in rows[:2]] == ["suez-ar", "suez-en"]
    for row in rows:
        assert len(set(row.ranking)) == len(row.ranking)
        assert set(row.ranking) <= set(BY_ID)


def test_a_follow_up_is_ranked_for_what_it_was_rewritten_to(
    service: Service, rows: tuple[Row, ...]
) -> None:
    rewritten = rows[2].answer["rewritten"]
    assert "البتراء" in rewritten
    passages = service.search(rewritten, top_k=50).passages
    assert rows[2].ranking == tuple(dict.fromkeys(passage.article_id for passage in passages))
    assert rows[2].ranking[0] == "petra-ar"
    assert service.search(rows[2].question, top_k=50).passages[0].article_id != "petra-ar"


def test_progress_goes_from_none_to_all(service: Service) -> None:
    told: list[tuple[int, int]] = []
    ask_all(service, QUESTIONS[:2], BY_ID, lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_collection_without_articles_is_an_error_and_not_a_score(tmp_path: Path) -> None:
    with pytest.raises(EmptyIndexError):
        ask_all(open_engine(tmp_path).service(), QUESTIONS[:1], BY_ID, lambda *_: None)
