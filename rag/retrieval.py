"""Finds the passages for a question: candidates, their evidence, one ranking over all.

Each language gives candidates of its own, by vector and by term; then every candidate
is weighed by the same numbers and ranked together. What is shown of them is
`selection.py`'s job, what answers `extractive.py`'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings.calibrated import CalibratedEncoder
from rag.candidates import Candidate, lay_out
from rag.dense import Ids
from rag.features import PassageEvidence, TermWeights, term_weights
from rag.fusion import interleave
from rag.index import SearchIndex
from rag.nearness import NearWords
from rag.neighbours import NeighbourFinder
from rag.query import Query
from rag.repeated import Repeated
from rag.store import View
from rag.types import Filters, Language
from rag.weighing import weigh
from rag.weights import Weights

_FOUND_EACH_WAY = 100
_RERANKED = 64
_REMEMBERED_FILTERS = 16
_REMEMBERED_CHUNKS = 2048


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

    def __init__(self, index: SearchIndex, encoder: CalibratedEncoder, weights: Weights) -> None:
        self._index = index
        self._weights = weights
        self._spread = encoder.spread
        self._neighbours = NeighbourFinder(index, encoder)
        self._chunks: Repeated[int, Candidate] = Repeated(_REMEMBERED_CHUNKS)
        self._allowed: Repeated[tuple[Filters, int], Ids] = Repeated(_REMEMBERED_FILTERS)

    def retrieve(self, view: View, query: Query, filters: Filters) -> Retrieved:
        """Rank the passages that pass the filters. Empty if none does."""
        allowed = self._allowed_ids(view, filters)
        ranked: list[RankedPassage] = []
        weights_by_language: dict[Language, TermWeights] = {}
        with self._index.at(view) as index:
            near = NearWords(self._neighbours.find(view, query.words))
            for language in index.languages:
                if filters.languages and language not in filters.languages:
                    continue
                terms = query.terms_for(language)
                weights = term_weights(terms, index.statistics(terms, language))
                weights_by_language[language] = weights
                ids = self._candidates(query, language, filters, allowed)
                candidates = self._laid_out(view, ids)
                evidence = weigh(query, candidates, weights, near, self._spread)
                ranked.extend(self._ranked(evidence, query.shares_language(language)))
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

    def _laid_out(self, view: View, ids: Sequence[int]) -> list[Candidate]:
        # A chunk never changes, and its id is never given to another.
        found = self._chunks.get_many(
            ids, lambda new: {i: lay_out(chunk) for i, chunk in view.load_chunks(new).items()}
        )
        return list(found.values())

    def _ranked(self, evidence: Sequence[PassageEvidence], same: bool) -> Iterator[RankedPassage]:
        scores = self._weights.passage.of(same).scores([each.features for each in evidence])
        return map(RankedPassage, evidence, scores)
