"""Joins ranked lists whose scores cannot be compared."""

from collections.abc import Sequence

_RANK_CONSTANT = 60


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], k: int) -> list[int]:
    """The `k` best ids by the sum of 1 / (60 + rank) over the lists, ranks from 1.

    Ties keep the order of first appearance (Cormack, Clarke and Büttcher, 2009).

    [[7, 8], [8, 9]], k 2 → [8, 7]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (_RANK_CONSTANT + rank)
    return sorted(scores, key=lambda item: scores[item], reverse=True)[:k]
