"""What is known of a candidate: the numbers that ranking, answering and abstaining weigh.

Similarities are in units of the encoder's spread of unrelated texts, and a term's weight
is a share of the largest that it could have, so that neither the encoder nor the size
of the collection changes what a number means.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from rag.index import Statistics
from rag.nearness import NearWords
from rag.query import Query
from rag.question import AnswerKind, offers
from rag.store import ChunkRow, SentenceRow

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

_K1, _B = 0.9, 0.4
"""BM25's parameters: Lucene's for passages of like length (Yang, Fang and Lin, 2018)."""

_TYPICAL_TERMS = 90


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequencies of a query's terms in one language, 1 for the rarest."""

    weights: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    def coverage(self, terms: frozenset[str]) -> float:
        """Summed weight of the query's terms that stand among `terms`."""
        return sum(weight for term, weight in self.weights.items() if term in terms)

    def bm25(self, terms: Sequence[str]) -> float:
        """Okapi BM25 of a passage's terms (Robertson and Zaragoza, 2009)."""
        counts = Counter(term for term in terms if term in self.weights)
        norm = _K1 * (1 - _B + _B * len(terms) / _TYPICAL_TERMS)
        return sum(
            self.weights[term] * count * (_K1 + 1) / (count + norm)
            for term, count in counts.items()
        )


def term_weights(terms: Sequence[str], statistics: Statistics) -> TermWeights:
    """Weigh terms by how few chunks have them: log(1 + (N - n + ½) / (n + ½)) / log(1 + N)."""
    total = max(statistics.chunks, 1)
    weights = {}
    for term in terms:
        count = statistics.document_frequencies.get(term, 0)
        weights[term] = log(1 + (total - count + 0.5) / (count + 0.5)) / log(1 + total)
    return TermWeights(weights)


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """What a sentence has in common with the question."""

    row: SentenceRow
    similarity: float
    lexical: float
    nearness: Array
    """float64 (words,): how near the sentence comes to each word of the question."""


@dataclass(frozen=True, slots=True)
class PassageEvidence:
    """A candidate chunk: `features` in the order of PASSAGE_FEATURES, and its sentences."""

    chunk: ChunkRow
    same_language: bool
    features: tuple[float, ...]
    sentences: tuple[SentenceEvidence, ...]
    coverage: float
    near_words: float
    """The mean nearness of the passage to the question's words."""


def weigh_passage(
    query: Query, chunk: ChunkRow, weights: TermWeights, near: NearWords, spread: float
) -> PassageEvidence:
    """Compare a chunk and each of its sentences with the question."""
    vectors = np.stack([row.vector for row in chunk.sentences])
    similarities = vectors @ query.vector / spread
    same = query.shares_language(chunk.language)
    term_sets = [frozenset(_terms(row, same)) for row in chunk.sentences]
    coverages = [weights.coverage(terms) for terms in term_sets]
    nearness = [near.to(row.words) for row in chunk.sentences]
    sentences = tuple(
        SentenceEvidence(row, float(similarity), coverage, nearest)
        for row, similarity, coverage, nearest in zip(
            chunk.sentences, similarities, coverages, nearness, strict=True
        )
    )
    near_words = float(np.max(nearness, axis=0).sum())
    all_terms = [
        *chunk.title_terms,
        *(term for row in chunk.sentences for term in _terms(row, same)),
    ]
    features = (
        float(chunk.vector @ query.vector / spread),
        float(similarities.max()),
        weights.bm25(all_terms),
        max(coverages),
        near_words,
        max(float(nearest.sum()) for nearest in nearness),
    )
    share = weights.coverage(frozenset(all_terms)) / max(weights.total, 1e-9)
    return PassageEvidence(chunk, same, features, sentences, share, near_words / max(near.count, 1))


def _terms(row: SentenceRow, same_language: bool) -> tuple[str, ...]:
    return row.terms if same_language else row.terms + row.keys


def sentence_features(
    query: Query,
    passage: PassageEvidence,
    position: int,
    passage_score: float,
    weights: TermWeights,
    text: str,
) -> tuple[float, ...]:
    """The numbers of one sentence, in the order of SENTENCE_FEATURES.

    Its neighbours count, for the question's words often stand in the sentence before the
    one that answers.
    """
    sentence = passage.sentences[position]
    before = passage.sentences[position - 1] if position else None
    after = passage.sentences[position + 1] if position + 1 < len(passage.sentences) else None
    context = frozenset(_terms(sentence.row, passage.same_language))
    if before is not None:
        context |= frozenset(_terms(before.row, passage.same_language))
    nearness = sentence.nearness
    if before is not None:
        nearness = np.maximum(nearness, before.nearness)
    neighbours = [other.similarity for other in (before, after) if other is not None]
    offered = query.question.kind if offers(query.question, text) else AnswerKind.OTHER
    return (
        sentence.similarity,
        passage_score,
        sentence.lexical,
        weights.coverage(context) / max(weights.total, 1e-9),
        max(neighbours, default=0.0),
        float(sentence.nearness.sum()),
        float(nearness.mean()) if nearness.size else 0.0,
        float(offered is AnswerKind.NUMBER),
        float(offered is AnswerKind.DATE),
        float(offered is AnswerKind.PERSON),
        float(offered is AnswerKind.PLACE),
        float(offered is AnswerKind.REASON),
    )
