"""What is known of a candidate: the numbers that ranking, answering and abstaining weigh.

Similarities are in units of the encoder's spread of unrelated texts, and a term's weight
is a share of the largest that it could have, so that neither the encoder nor the size
of the collection changes what a number means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index import Statistics
from rag.query import Query
from rag.question import AnswerKind, offers
from rag.store import ChunkRow

Array = npt.NDArray[np.float64]

PASSAGE_FEATURES = (
    "dense",
    "best_sentence",
    "lexical",
    "best_sentence_lexical",
    "near_words",
    "best_sentence_near_words",
)
SENTENCE_FEATURES = (
    "similarity",
    "passage",
    "lexical",
    "context_coverage",
    "neighbour",
    "near_words",
    "context_near_words",
    "offers_number",
    "offers_date",
    "offers_person",
    "offers_place",
    "offers_reason",
)


_OFFERED = (
    AnswerKind.NUMBER,
    AnswerKind.DATE,
    AnswerKind.PERSON,
    AnswerKind.PLACE,
    AnswerKind.REASON,
)


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequencies of a query's terms in one language, 1 for the rarest."""

    weights: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    @property
    def vector(self) -> Array:
        """The weights in their order, float64 (terms,)."""
        return np.fromiter(self.weights.values(), dtype=np.float64, count=len(self.weights))


def term_weights(terms: Sequence[str], statistics: Statistics) -> TermWeights:
    """Weigh terms by how few chunks have them: log(1 + (N - n + ½) / (n + ½)) / log(1 + N)."""
    total = max(statistics.chunks, 1)
    weights = {}
    for term in terms:
        count = statistics.document_frequencies.get(term, 0)
        weights[term] = log(1 + (total - count + 0.5) / (count + 0.5)) / log(1 + total)
    return TermWeights(weights)


@dataclass(frozen=True, slots=True, eq=False)
class PassageEvidence:
    """What a candidate chunk and each of its sentences have in common with the question.

    `features` are in the order of PASSAGE_FEATURES; `coverage` is the share of the terms'
    weight, `near_words` the mean nearness of the passage to the question's words.
    """

    chunk: ChunkRow
    same_language: bool
    features: tuple[float, ...]
    coverage: float
    near_words: float
    similarities: npt.NDArray[np.float32]
    """float32 (sentences,)"""
    matches: npt.NDArray[np.bool_]
    """(sentences, terms): in which sentence which term of the question stands."""
    nearness: Array
    """float64 (sentences, words): how near each sentence comes to each word of the question."""


def sentence_features(
    query: Query,
    passage: PassageEvidence,
    passage_score: float,
    weights: TermWeights,
    texts: Sequence[str],
) -> list[tuple[float, ...]]:
    """The numbers of each of a passage's sentences, in the order of SENTENCE_FEATURES.

    `texts` are those of the sentences. A sentence's neighbours count, for the question's words
    often stand in the one before the one that answers.
    """
    similarities = passage.similarities
    context = passage.matches | _shifted(passage.matches)
    nearness = passage.nearness
    context_nearness = np.maximum(nearness, _shifted(nearness)).sum(axis=1)
    neighbours = _neighbours(similarities)
    kinds = [query.question.kind if offers(query.question, text) else None for text in texts]
    columns = (
        similarities,
        np.full(len(texts), passage_score),
        passage.matches @ weights.vector,
        context @ weights.vector / max(weights.total, 1e-9),
        neighbours,
        nearness.sum(axis=1),
        context_nearness / max(nearness.shape[1], 1),
        *([kind is offered for kind in kinds] for offered in _OFFERED),
    )
    return [tuple(row) for row in np.column_stack(columns).tolist()]


def _shifted(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Each row replaced by the one before it; zeros in place of the first."""
    shifted = np.zeros_like(rows)
    shifted[1:] = rows[:-1]
    return shifted


def _neighbours(similarities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The better similarity of each sentence's neighbours; 0 where it has none."""
    if len(similarities) == 1:
        return np.zeros_like(similarities)
    padded = np.full(len(similarities) + 2, -np.inf, dtype=np.float32)
    padded[1:-1] = similarities
    better: npt.NDArray[np.float32] = np.maximum(padded[:-2], padded[2:])
    return better
