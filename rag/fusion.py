"""Joins ranked lists whose scores cannot be compared, where a better ranking follows."""

from collections.abc import Sequence


def interleave(rankings: Sequence[Sequence[int]], k: int) -> list[int]:
    """The first `k` distinct ids, taking turns: each list's best, each list's second, …

    Unlike reciprocal rank fusion it drops nothing that one list puts near its top: an
    answer that shares no word with the question must still reach the reranker.

    [[7, 8], [8, 9]], k 3 → [7, 8, 9]
    """
    longest = max(map(len, rankings), default=0)
    turns = (
        ranking[place] for place in range(longest) for ranking in rankings if place < len(ranking)
    )
    return list(dict.fromkeys(turns))[:k]
