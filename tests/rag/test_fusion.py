"""Taking turns between rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import interleave

RANKINGS = st.lists(st.lists(st.integers(0, 30), unique=True), max_size=4)


@pytest.mark.parametrize(
    ("rankings", "k", "joined"),
    [
        ([[7, 8], [8, 9]], 3, [7, 8, 9]),
        ([[1, 2, 3], [4, 5, 6]], 4, [1, 4, 2, 5]),
        ([[1, 2], [2, 1]], 5, [1, 2]),
        ([[1], [2, 3, 4]], 9, [1, 2, 3, 4]),
        ([[], [3]], 5, [3]),
        ([], 5, []),
        ([[1, 2]], 0, []),
    ],
)
def test_each_ranking_gives_one_in_turn(
    rankings: list[list[int]], k: int, joined: list[int]
) -> None:
    assert interleave(rankings, k) == joined


@given(RANKINGS, st.integers(0, 40))
def test_each_id_comes_once_and_no_other(rankings: list[list[int]], k: int) -> None:
    joined = interleave(rankings, k)
    every = {item for ranking in rankings for item in ranking}
    assert len(joined) == len(set(joined)) == min(k, len(every))
    assert set(joined) <= every


@given(RANKINGS)
def test_the_best_of_every_ranking_is_always_kept(rankings: list[list[int]]) -> None:
    joined = interleave(rankings, len(rankings))
    assert all(ranking[0] in joined for ranking in rankings if ranking)
