"""Aligns a sentence with the spans of its passages that state it best.

A span is one sentence or two neighbours. A sentence that merges what stands further
apart gets up to two further spans, each for something that the first does not have. How
well the spans state the sentence is `measure.py`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.types import Language, Span
from rag.verification.claims import Statement, states, unstated_names, unstated_numbers
from rag.verification.clauses import clauses_of, undenied
from rag.verification.dates import Date
from rag.verification.name_index import Name
from rag.verification.numerals import Number
from rag.verification.sources import Shown, Source
from rag.verification.vectors import Key, TextVectors, Vector

_SIMILARITY_WEIGHT, _EXACT_WEIGHT, _FACT_WEIGHT = 1 / 8, 1.5, 0.5
_PAIR_COST = 0.05
_FURTHER_SPANS = 2
_CLEAR_GAIN = 1.5
"""By how many spreads a clause must be nearer to a sentence that is added for its sake."""

_RELATED = 3.0
"""Least similarity, in spreads, of a sentence that may add a number or a name."""


@dataclass(frozen=True)
class Spot:
    """A span of a source: its sentences from `first` to `last`, and how near it comes."""

    source: Source
    first: int
    last: int
    similarity: float
    rank: float
    vectors: Vector
    """Of its sentences, and of the two together if there are two."""

    @classmethod
    def at(cls, source: Source, place: int) -> "Spot":
        """A single sentence that words alone have chosen."""
        return cls(source, place, place, 0.0, 0.0, np.zeros((1, 1), dtype=np.float32))

    @property
    def span(self) -> Span:
        return self.source.span(self.first, self.last)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.source.statements[self.first : self.last + 1]

    @property
    def surroundings(self) -> tuple[Statement, ...]:
        """The span with a neighbour on each side, and the title."""
        around = self.source.statements[max(0, self.first - 1) : self.last + 2]
        return (*around, self.source.title)


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer, taken apart."""

    statement: Statement
    names: tuple[Name, ...]
    language: Language

    @property
    def key(self) -> Key:
        return (self.language, self.statement.text)

    @property
    def denied(self) -> tuple[tuple[str, str], ...]:
        """Its clauses that deny something, each with what is left without the denial."""
        pairs = ((clause, undenied(clause)) for clause in clauses_of(self.statement.text))
        return tuple((clause, bare) for clause, bare in pairs if bare)

    def lacks(self, spots: Sequence[Spot]) -> tuple[list[Number | Date], list[Name]]:
        """The numbers or dates, and the names, that stand in none of some spans' surroundings."""
        around = [s for spot in spots for s in spot.surroundings]
        years = frozenset[str]().union(*(spot.source.years for spot in spots))
        same = all(spot.source.language == self.language for spot in spots)
        return (
            list(unstated_numbers(self.statement, around, years)),
            list(unstated_names(self.names, around, same_language=same)),
        )


def rank_spots(claim: Claim, source: Source, shown: Shown, vectors: TextVectors) -> list[Spot]:
    """The spans of a source, most promising first."""
    vector = vectors.of([claim.key])[0]
    own = _sentence_vectors(source, vectors)
    spots = []
    for first in range(len(source.sentences)):
        for last in range(first, min(first + 2, len(source.sentences))):
            near = own[first : last + 1]
            if last > first:
                both = near.sum(axis=0)
                near = np.vstack([near, both / max(float(np.linalg.norm(both)), 1e-9)])
            similarity = float((near @ vector).max() / vectors.spread)
            statements = source.statements[first : last + 1]
            rank = (
                similarity * _SIMILARITY_WEIGHT
                + exact_share(claim.statement, statements, shown) * _EXACT_WEIGHT
                + _fact_share(claim, statements, source) * _FACT_WEIGHT
                - (last - first) * _PAIR_COST
            )
            spots.append(Spot(source, first, last, similarity, rank, near))
    return sorted(spots, key=lambda spot: -spot.rank)


def _sentence_vectors(source: Source, vectors: TextVectors) -> Vector:
    stored = [s.vector for s in source.sentences if s.vector is not None]
    if len(stored) == len(source.sentences):
        return np.stack(stored)
    return vectors.of(source.keys)


def exact_share(claim: Statement, statements: Sequence[Statement], shown: Shown) -> float:
    """Share of a sentence's words that stand in statements in the same terms, by rarity."""
    there = frozenset(term for statement in statements for term in statement.terms)
    weights = [shown.rarity(word.terms) for word in claim.words]
    found = [w for w, word in zip(weights, claim.words, strict=True) if there & set(word.terms)]
    return sum(found) / max(sum(weights), 1e-9)


def _fact_share(claim: Claim, statements: Sequence[Statement], source: Source) -> float:
    """Share of a sentence's numbers, dates and names that stand in statements."""
    same = source.language == claim.language
    total = len(claim.statement.numbers) + len(claim.statement.dates) + len(claim.names)
    lacking = len(unstated_numbers(claim.statement, statements, frozenset())) + len(
        unstated_names(claim.names, statements, same_language=same)
    )
    return 1 - lacking / total if total else 0.0


def with_further_spots(
    claim: Claim, spot: Spot, ranked: Sequence[Spot], vectors: TextVectors
) -> tuple[Spot, ...]:
    """A span, and up to two single sentences that state what it does not.

    Each has to be nearer than the span for some clause of the sentence, but not for all:
    that a name stands somewhere in the passage does not make it part of what is said here.
    A sentence that brings a lacking number or name comes first, then one that a clause
    clearly speaks of.
    """
    clauses = clauses_of(claim.statement.text)
    numbers, names = claim.lacks([spot])
    if len(clauses) < 2 and not (numbers or names):
        return (spot,)
    own = vectors.of([(claim.language, clause) for clause in clauses]) / vectors.spread
    spots = [spot]
    while len(spots) <= _FURTHER_SPANS:
        numbers, names = claim.lacks(spots)
        nearest = np.max([(own @ s.vectors.T).max(axis=1) for s in spots], axis=0)
        further = _further(claim, numbers, names, ranked, own, nearest)
        if further is None:
            break
        spots.append(further)
    return tuple(spots)


def _further(
    claim: Claim, numbers: Sequence[Number | Date], names: Sequence[Name],
    ranked: Sequence[Spot], own: Vector, nearest: Vector,
) -> Spot | None:  # fmt: skip
    """The sentence to add; `nearest` is how near the spans so far come to each clause."""
    best: Spot | None = None
    for spot in ranked:
        if spot.first != spot.last or spot.similarity < _RELATED:
            continue
        gains = (own @ spot.vectors.T).max(axis=1) - nearest
        if not ((gains > 0).any() and (gains <= 0).any()):
            continue
        if numbers or names:
            (statement,) = spot.statements
            same = spot.source.language == claim.language
            found = [n for n in names if not unstated_names([n], [statement], same_language=same)]
            if found or any(states(statement, number) for number in numbers):
                return spot
        elif gains.max() >= _CLEAR_GAIN and best is None:
            best = spot
    return best
