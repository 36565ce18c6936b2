"""Retrieval and answer metrics, with their arithmetic in sight and against a reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import label_ranking_average_precision_score

from evals.metrics import holds_answer, mean, reciprocal_rank


@pytest.mark.parametrize(
    ("ranking", "relevant", "limit", "expected"),
    [
        (["a", "b"], "a", 10, 1),
        (["b", "a"], "a", 10, 1 / 2),
        (["b", "c", "a"], "a", 10, 1 / 3),
        (["b", "c", "a"], "a", 2, 0),
        (["b", "c"], "a", 10, 0),
        ([], "a", 10, 0),
        (["b", "a", "a"], "a", 10, 1 / 2),
        ([*"bcdefghij", "a"], "a", 10, 1 / 10),
        ([*"bcdefghijk", "a"], "a", 10, 0),
    ],
)
def test_the_reciprocal_rank_is_one_over_the_place(
    ranking: list[str], relevant: str, limit: int, expected: float
) -> None:
    assert reciprocal_rank(ranking, relevant, limit) == expected


@given(st.permutations(range(10)), st.integers(0, 9))
def test_the_reciprocal_rank_is_that_of_a_reference(order: list[int], relevant: int) -> None:
    # With one relevant document the label ranking average precision is its reciprocal rank.
    ranking = [str(item) for item in order]
    labels = [[int(item == relevant) for item in range(10)]]
    scores = [[-order.index(item) for item in range(10)]]
    expected = label_ranking_average_precision_score(labels, scores)
    assert reciprocal_rank(ranking, str(relevant)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "answers", "holds"),
    [
        ("بلغ العدد ٣٠٨ نقاط", ["308"], True),
        ("in 1308", ["308"], False),
        ("308", ["308"], True),
        ("The NFC champion Carolina Panthers won.", ["Carolina Panthers"], True),
        ("The carolina PANTHERS won.", ["Carolina Panthers"], True),
        ("Panthers of Carolina", ["Carolina Panthers"], False),
        ("زار المُتحفَ الوطنيَّ", ["المتحف الوطني"], True),
        ("زار المتحف، الوطني", ["المتحف الوطني"], True),
        ("one of two", ["three", "two"], True),
        ("one of two", [], False),
        ("one of two", ["", "؟", " "], False),
        ("", ["two"], False),
    ],
)
def test_an_answer_is_held_word_for_word(text: str, answers: list[str], holds: bool) -> None:
    assert holds_answer(text, answers) is holds


def test_a_mean_is_the_sum_over_the_count() -> None:
    assert mean([1, 0, 0.5]) == 0.5


def test_no_values_have_no_mean_and_not_a_mean_of_zero() -> None:
    assert mean([]) is None
