"""Retrieval and answer metrics, each as the literature defines it."""

from collections.abc import Sequence

from rag.terms import tokenise
from rag.text import fold

RANK_LIMIT = 10


def reciprocal_rank(ranking: Sequence[str], relevant: str, limit: int = RANK_LIMIT) -> float:
    """1 / rank of the relevant document, 0 if it is not among the first `limit`.

    ["b", "a"], "a" → 0.5 · [], "a" → 0.0
    """
    top = list(ranking[:limit])
    return 1 / (top.index(relevant) + 1) if relevant in top else 0.0


def holds_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether a text holds one of the answers, word for word in the normal form.

    «بلغ العدد ٣٠٨ نقاط», ["308"] → True · "in 1308", ["308"] → False
    """
    haystack = _words(text)
    return any(words in haystack for words in map(_words, answers) if words.strip())


def _words(text: str) -> str:
    return " " + " ".join(fold(token) for token in tokenise(text)) + " "


def mean(values: Sequence[float]) -> float | None:
    """The mean, or None where there is nothing to take it of: no gold is no score."""
    return sum(values) / len(values) if values else None
