"""Weighs candidates: compares a question with all of a language's at once.

One matrix product does for hundreds of sentences what one for each would take most of a
question's time for. What the numbers mean is said in `features.py`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.candidates import Candidate, in_one_text
from rag.features import PassageEvidence, TermWeights
from rag.nearness import Array, NearWords, Starts
from rag.query import Query

_K1, _B = 0.9, 0.4
"""BM25's parameters: Lucene's for passages of like length (Yang, Fang and Lin, 2018)."""

_TYPICAL_TERMS = 90

Matches = npt.NDArray[np.bool_]


def weigh(
    query: Query,
    candidates: Sequence[Candidate],
    weights: TermWeights,
    near: NearWords,
    spread: float,
) -> list[PassageEvidence]:
    """The evidence of candidates that are all in one language, in their order."""
    if not candidates:
        return []
    same = query.shares_language(candidates[0].chunk.language)
    firsts = _starts([len(candidate.vectors) for candidate in candidates])
    similarities = np.concatenate([c.vectors for c in candidates]) @ query.vector / spread
    nearness = _nearness(candidates, near)
    matches, counts = _matches(candidates, weights, firsts)
    lengths = np.array([candidate.length(same) for candidate in candidates])
    passage_nearness = np.maximum.reduceat(nearness, firsts).sum(axis=1)
    features = np.column_stack(
        [
            np.stack([c.chunk.vector for c in candidates]) @ query.vector / spread,
            np.maximum.reduceat(similarities, firsts),
            bm25(counts, lengths, weights),
            np.maximum.reduceat(matches @ weights.vector, firsts),
            passage_nearness,
            np.maximum.reduceat(nearness.sum(axis=1), firsts),
        ]
    ).tolist()
    shares = ((counts > 0) @ weights.vector / max(weights.total, 1e-9)).tolist()
    mean_nearness = (passage_nearness / max(near.count, 1)).tolist()
    ends = [*firsts[1:].tolist(), len(similarities)]
    return [
        PassageEvidence(
            candidate.chunk,
            same,
            tuple(features[i]),
            shares[i],
            mean_nearness[i],
            # Copies, for a view would keep all candidates' numbers in memory.
            similarities[first:end].copy(),
            matches[first:end].copy(),
            nearness[first:end].copy(),
        )
        for i, (candidate, first, end) in enumerate(
            zip(candidates, firsts.tolist(), ends, strict=True)
        )
    ]


def bm25(counts: Array, lengths: npt.NDArray[np.int64], weights: TermWeights) -> Array:
    """Okapi BM25 (Robertson and Zaragoza, 2009), float64 (passages,).

    `counts` (passages, terms) says how often each term stands in each passage, `lengths` how
    many terms the passage has.
    """
    norms = _K1 * (1 - _B + _B * lengths / _TYPICAL_TERMS)
    score: Array = counts * (_K1 + 1) / (counts + norms[:, np.newaxis]) @ weights.vector
    return score


def _nearness(candidates: Sequence[Candidate], near: NearWords) -> Array:
    """float64 (sentences of all candidates, words of the question)."""
    firsts = _starts([len(candidate.words) for candidate in candidates])
    starts = [c.starts + first for c, first in zip(candidates, firsts, strict=True)]
    return near.to(np.concatenate([c.words for c in candidates]), np.concatenate(starts))


def _matches(
    candidates: Sequence[Candidate], weights: TermWeights, firsts: Starts
) -> tuple[Matches, Array]:
    """Which sentences have which terms, and how often each candidate has them, title included."""
    terms = [in_one_text([term]) for term in weights.weights]
    sentences = sum(len(candidate.vectors) for candidate in candidates)
    matches = np.zeros((sentences, len(terms)), dtype=np.bool_)
    counts = np.zeros((len(candidates), len(terms)))
    for row, (candidate, first) in enumerate(zip(candidates, firsts.tolist(), strict=True)):
        for column, term in enumerate(terms):
            count = candidate.whole.count(term)
            if count:
                counts[row, column] = count
                for place, sentence in enumerate(candidate.sentences, start=first):
                    matches[place, column] = term in sentence
    return matches, counts


def _starts(lengths: Sequence[int]) -> Starts:
    """Where each of several stretches begins that follow each other. [2, 3, 1] → [0, 2, 5]"""
    return np.cumsum([0, *lengths[:-1]])
