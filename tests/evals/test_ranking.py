"""Retrieval metrics over rows, with their arithmetic in sight and against our own."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import reciprocal_rank
from evals.ranking import (
    MEASURES,
    by_direction,
    by_perturbation,
    estimate_rankings,
    measure_rankings,
)
from evals.results import Gold, Row
from tests.evals.rows import row

FIRST = tuple("abcdefghijklmnopqrstuvwxyz")


def _row(row_id: str, gold: str, ranking: str, direction: str = "en→en", **changes: object) -> Row:
    evidence = tuple(Gold(article, "…") for article in gold)
    return row(row_id, gold=evidence, ranking=tuple(ranking), direction=direction, **changes)


def _measured(ranking: tuple[str, ...], **grades: int) -> dict[str, float]:
    return measure_rankings({"q": grades}, {"q": ranking})["q"]


def test_the_measures_are_those_that_are_reported() -> None:
    assert list(map(str, MEASURES)) == ["nDCG@10", "RR@10", "R@1", "R@5", "R@20"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (1, (1, 1, 1, 1, 1)),
        (2, (1 / math.log2(3), 1 / 2, 0, 1, 1)),
        (5, (1 / math.log2(6), 1 / 5, 0, 1, 1)),
        (10, (1 / math.log2(11), 1 / 10, 0, 0, 1)),
        (11, (0, 0, 0, 0, 1)),
        (20, (0, 0, 0, 0, 1)),
        (21, (0, 0, 0, 0, 0)),
    ],
)
def test_one_relevant_article_counts_by_its_place(place: int, expected: tuple[float, ...]) -> None:
    values = _measured(FIRST, **{FIRST[place - 1]: 1})
    assert [values[str(m)] for m in MEASURES] == pytest.approx(expected)


def test_grades_are_gains() -> None:
    values = _measured(("low", "high"), low=1, high=3)
    assert values["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_recall_is_a_share_of_all_that_is_relevant() -> None:
    values = _measured(("a", "x", "b"), a=1, b=1, missing=1, worse=0)
    assert values["R@1"] == pytest.approx(1 / 3)
    assert values["R@5"] == pytest.approx(2 / 3)


def test_the_order_of_ids_changes_nothing() -> None:
    forwards = _measured(("a", "b", "c"), a=1)
    backwards = _measured(("c", "b", "a"), c=1)
    assert forwards == backwards
    assert forwards["RR@10"] == 1


@given(st.permutations(FIRST), st.sampled_from(FIRST))
def test_the_reciprocal_rank_is_our_own(ranking: list[str], relevant: str) -> None:
    values = _measured(tuple(ranking), **{relevant: 1})
    assert values["RR@10"] == pytest.approx(reciprocal_rank(ranking, relevant))


def test_a_question_without_a_relevant_article_does_not_count() -> None:
    qrels = {"asked": {"a": 1}, "judged": {"a": 0, "b": -1}, "empty": {}}
    assert set(measure_rankings(qrels, dict.fromkeys(qrels, ("a", "b")))) == {"asked"}


@pytest.mark.parametrize("rankings", [{}, {"q": ()}, {"other": ("a",)}])
def test_a_question_that_finds_nothing_scores_nothing(rankings: dict[str, tuple[str]]) -> None:
    values = measure_rankings({"q": {"a": 1}}, rankings)
    assert values == {"q": dict.fromkeys(map(str, MEASURES), 0.0)}


def test_directions_are_measured_apart_and_unanswerable_questions_not_at_all() -> None:
    rows = [
        _row("1", "a", "ab"),
        _row("2", "b", "ab"),
        _row("3", "c", "abc", "ar→en"),
        _row("4", "", "abc", "none"),
    ]
    measured = by_direction(rows)
    assert list(measured) == ["ar→en", "en→en"]
    assert measured["en→en"]["RR@10"].value == pytest.approx(0.75)
    assert measured["en→en"]["RR@10"].count == 2
    assert measured["en→en"]["R@1"].value == 0.5
    assert measured["ar→en"]["RR@10"].value == pytest.approx(1 / 3)


def test_the_interval_holds_the_mean() -> None:
    found = by_direction([_row(str(n), "a", "ab" if n % 3 else "ba") for n in range(30)])
    rank = found["en→en"]["RR@10"]
    assert 0.5 < rank.low < rank.value < rank.high < 1
    assert rank.value == pytest.approx(25 / 30)


def test_gold_quotes_of_one_article_are_one_relevant_article() -> None:
    found = by_direction([_row("q", "aab", "a")])
    assert found["en→en"]["R@1"].value == 0.5


def test_perturbations_are_measured_apart_from_clean_questions() -> None:
    rows = [
        _row("q", "a", "ab"),
        _row("q-typo", "a", "ba", perturbation="typo", twin="q"),
        _row("q-harakat", "a", "b", perturbation="harakat", twin="q"),
    ]
    measured = by_perturbation(rows)
    ranks = {name: found["RR@10"].value for name, found in measured.items()}
    assert ranks == {"clean": 1, "harakat": 0, "typo": 0.5}


def test_there_is_no_figure_without_questions() -> None:
    assert by_direction([]) == {}
    assert by_perturbation([_row("q", "", "ab")]) == {}
    assert estimate_rankings([]) == {}
