"""Finds the passages for a question: candidates, their evidence, one ranking over all.

Each language gives candidates of its own, by vector and by term; then every candidate
is weighed by the same numbers and ranked together. What is shown of them is
`selection.py`'s job, what answers `extractive.py`'s.
"""

from dataclasses import dataclass, replace

from rag.dense import Ids
from rag.features import (
    PassageEvidence,
    TermWeights,
    term_weights,
    weigh_passage,
)
from rag.fusion import interleave
from rag.index import SearchIndex
from rag.nearness import NearWords
from rag.query import Query
from rag.repeated import Repeated
from rag.store import ChunkRow, View
from rag.types import Filters, Language
from rag.weights import Weights

_FOUND_EACH_WAY = 100
_RERANKED = 64
_REMEMBERED_FILTERS = 16
_REMEMBERED_CHUNKS = 2048
_NEAR_WORDS = 100
_LEAST_WORD_SIMILARITY = 2.0
"""In spreads of unrelated words; what is no nearer tells nothing."""


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
    """Retrieves from one index with one set of weights. Thread-safe."""

    def __init__(
        self, index: SearchIndex, weights: Weights, spread: float, word_spread: float
    ) -> None:
        self._index = index
        self._weights = weights
        self._spread = spread
        self._word_spread = word_spread
        self._chunks: Repeated[int, ChunkRow] = Repeated(_REMEMBERED_CHUNKS)
        self._allowed: Repeated[tuple[Filters, int], Ids] = Repeated(_REMEMBERED_FILTERS)

    def retrieve(self, view: View, query: Query, filters: Filters) -> Retrieved:
        """Rank the passages that pass the filters. Empty if none does."""
        allowed = self._allowed_ids(view, filters)
        ranked: list[RankedPassage] = []
        weights_by_language: dict[Language, TermWeights] = {}
        with self._index.at(view) as index:
            near = NearWords(self._near(query))
            for language in index.languages:
                if filters.languages and language not in filters.languages:
                    continue
                terms = query.terms_for(language)
                weights = term_weights(terms, index.statistics(terms, language))
                weights_by_language[language] = weights
                ids = self._candidates(query, language, filters, allowed)
                ranked.extend(self._weigh(view, query, ids, weights, near))
        ranked.sort(key=lambda passage: (-passage.score, passage.evidence.chunk.id))
        return Retrieved(tuple(ranked), weights_by_language)

    def _allowed_ids(self, view: View, filters: Filters) -> Ids | None:
        """The chunks that pass the filters; None where they only choose languages."""
        within = replace(filters, languages=())
        if within.empty:
            return None
        # A filter that lets most of a large collection through takes long to work out.
        return self._allowed.get((within, view.generation), lambda: view.matching_chunks(within))

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

    def _near(self, query: Query) -> list[dict[int, float]]:
        """The words near each of the question's, and by how many spreads more than the least."""
        return [
            {
                i: nearness
                for i, cosine in found.items()
                if (nearness := cosine / self._word_spread - _LEAST_WORD_SIMILARITY) > 0
            }
            for found in self._index.near_words(query.word_vectors, _NEAR_WORDS)
        ]

    def _weigh(
        self, view: View, query: Query, ids: list[int], weights: TermWeights, near: NearWords
    ) -> list[RankedPassage]:
        ranked = []
        # A chunk never changes, and its id is never given to another.
        for chunk in self._chunks.get_many(ids, view.load_chunks).values():
            evidence = weigh_passage(query, chunk, weights, near, self._spread)
            model = self._weights.passage.of(evidence.same_language)
            ranked.append(RankedPassage(evidence, model.score(evidence.features)))
        return ranked
