"""Finds the passages for a question: candidates, their evidence, one ranking over all.

Each language gives candidates of its own, by vector and by term; then every candidate
is weighed by the same numbers and ranked together. What is shown of them is
`selection.py`'s job, what answers `extractive.py`'s.
"""

from dataclasses import dataclass

from rag.dense import Ids
from rag.features import (
    PassageEvidence,
    TermWeights,
    term_weights,
    weigh_passage,
)
from rag.fusion import interleave
from rag.index import SearchIndex
from rag.query import Query
from rag.store import View
from rag.types import Filters, Language
from rag.weights import Weights

_FOUND_EACH_WAY = 100
_RERANKED = 64


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A candidate with its score: the log-odds, up to a constant, that it answers."""

    evidence: PassageEvidence
    score: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """All reranked candidates, best first, and the term weights they were weighed with."""

    passages: tuple[RankedPassage, ...]
    term_weights: dict[Language, TermWeights]


class Retriever:
    """Retrieves from one index with one set of weights. Holds no state of its own."""

    def __init__(self, index: SearchIndex, weights: Weights, spread: float) -> None:
        self._index = index
        self._weights = weights
        self._spread = spread

    def retrieve(self, view: View, query: Query, filters: Filters) -> Retrieved:
        """Rank the passages that pass the filters. Empty if none does."""
        allowed = None if filters.empty else view.matching_chunks(filters)
        ranked: list[RankedPassage] = []
        weights_by_language: dict[Language, TermWeights] = {}
        with self._index.at(view) as index:
            for language in index.languages:
                if filters.languages and language not in filters.languages:
                    continue
                terms = query.terms_for(language)
                weights = term_weights(terms, index.statistics(terms, language))
                weights_by_language[language] = weights
                ids = self._candidates(query, language, filters, allowed)
                ranked.extend(self._weigh(view, query, ids, weights))
        ranked.sort(key=lambda passage: (-passage.score, passage.evidence.chunk.id))
        return Retrieved(tuple(ranked), weights_by_language)

    def _candidates(
        self, query: Query, language: Language, filters: Filters, allowed: Ids | None
    ) -> list[int]:
        terms = query.terms_for(language)
        return interleave(
            [
                self._index.nearest(query.vector, language, _FOUND_EACH_WAY, allowed),
                self._index.matching(terms, language, _FOUND_EACH_WAY, filters),
            ],
            _RERANKED,
        )

    def _weigh(
        self, view: View, query: Query, ids: list[int], weights: TermWeights
    ) -> list[RankedPassage]:
        ranked = []
        for chunk in view.load_chunks(ids).values():
            evidence = weigh_passage(query, chunk, weights, self._spread)
            model = self._weights.passage.of(evidence.same_language)
            ranked.append(RankedPassage(evidence, model.score(evidence.features)))
        return ranked
