"""Measures how well spans of a source state a sentence, and whether they contradict it.

A contradiction is found in three ways: a word that is denied on one side and stands
undenied on the other; an opposite («أيد», "rejected"); and a sentence, or a clause of the
source, that fits better once its denial is taken out. Whether the measures are enough is
`judge.py`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.terms import is_arabic
from rag.verification.align import Claim, Spot, exact_share
from rag.verification.claims import Statement
from rag.verification.clauses import undenied, windows_of
from rag.verification.names import name_of_word
from rag.verification.polarity import Term, skeletons
from rag.verification.sources import Shown
from rag.verification.vectors import Key, TextVectors, Vector

_FITS_BETTER = 0.1
"""By how many spreads a sentence must fit better without its denial (`evals/verification`)."""

_BOTH_DENY = 0.5
"""The same where the clause of the source denies something too."""

_CLAUSE_FITS_BETTER = 0.2


@dataclass(frozen=True, slots=True)
class Measures:
    """How well spans state a sentence.

    `similarity` is in spreads of the encoder; `exact` is the share of the sentence's words,
    by rarity, that stand there in the same terms or as a name in another script.
    """

    similarity: float
    exact: float
    contradicted: bool


def measure(claim: Claim, spots: Sequence[Spot], shown: Shown, vectors: TextVectors) -> Measures:
    """Compare a sentence with spans, of one passage or of several."""
    statements = [statement for spot in spots for statement in spot.statements]
    return Measures(
        similarity=_similarity(claim, spots, vectors),
        exact=_stated_share(claim, statements, shown),
        contradicted=contradicts_in_words(claim.statement, statements)
        or _fits_better_undenied(claim, spots, vectors),
    )


def _similarity(claim: Claim, spots: Sequence[Spot], vectors: TextVectors) -> float:
    """That of the best span, or of all together where the sentence merges them."""
    best = max(spot.similarity for spot in spots)
    if len(spots) == 1:
        return best
    together = np.sum([spot.vectors[-1] for spot in spots], axis=0)
    own = vectors.of([claim.key])[0]
    cosine = float(together @ own) / max(float(np.linalg.norm(together)), 1e-9)
    return max(best, cosine / vectors.spread)


def _stated_share(claim: Claim, statements: Sequence[Statement], shown: Shown) -> float:
    words = claim.statement.words
    if not words:
        return 1.0
    exact = exact_share(claim.statement, statements, shown)
    named = [word for word in words if _named(word, statements)]
    return max(exact, len(named) / len(words))


def _named(word: Term, statements: Sequence[Statement]) -> bool:
    """Whether a word is a name that a source has, maybe in the other script."""
    name = name_of_word(word.word)
    return name is not None and any(statement.names.has(name) for statement in statements)


def contradicts_in_words(claim: Statement, statements: Sequence[Statement]) -> bool:
    """Whether a word is denied on one side only, or one side takes the opposite side."""
    said = [word for statement in statements for word in statement.words]
    return _denies(claim.words, said) or _opposes(claim, statements)


def _denies(wanted: Sequence[Term], said: Sequence[Term]) -> bool:
    """Whether the first word that one side denies stands on the other, but undenied."""
    for word in wanted:
        alike = [other for other in said if _same_word(word, other)]
        if not alike or any((other.denied > 0) == (word.denied > 0) for other in alike):
            continue
        if word.denied == 1 or any(other.denied == 1 for other in alike):
            return True
    return False


def _same_word(one: Term, other: Term) -> bool:
    """Whether two words are one, a verb's person and tense aside: «تتوقف», «توقفت»."""
    return bool(set(one.terms) & set(other.terms)) or bool(
        is_arabic(one.word) and skeletons(one.word) & skeletons(other.word)
    )


def _opposes(claim: Statement, statements: Sequence[Statement]) -> bool:
    """Whether the sentence takes only the side that the spans only deny."""
    theirs = frozenset(side for statement in statements for side in statement.sides)
    return any(
        (pair, -sign) in theirs and (pair, sign) not in theirs and (pair, -sign) not in claim.sides
        for pair, sign in claim.sides
    )


def denial_keys(claim: Claim, spots: Sequence[Spot]) -> list[Key]:
    """The texts whose vectors `measure` needs besides those of the sentences themselves."""
    denied = claim.denied
    keys: list[Key] = [(claim.language, text) for pair in denied for text in pair]
    for spot in spots:
        for statement in spot.statements:
            keys += _clauses(spot, statement) if denied else _denied_clauses(spot, statement)
    return keys


def _clauses(spot: Spot, statement: Statement) -> list[Key]:
    """A sentence of a source and the runs of its clauses."""
    return [(spot.source.language, text) for text in (statement.text, *windows_of(statement.text))]


def _denied_clauses(spot: Spot, statement: Statement) -> list[Key]:
    """Each clause of a source that denies something, and the same undenied, in turn."""
    language = spot.source.language
    pairs = [(window, undenied(window)) for window in windows_of(statement.text)]
    return [(language, text) for pair in pairs if pair[1] for text in pair if text]


def _fits_better_undenied(claim: Claim, spots: Sequence[Spot], vectors: TextVectors) -> bool:
    if claim.denied:
        both = (vectors.of([(claim.language, text) for text in pair]) for pair in claim.denied)
        return any(_states_undenied(denied, freed, spots, vectors) for denied, freed in both)
    own = vectors.of([claim.key])[0]
    best = max(spot.similarity for spot in spots)
    for spot in spots:
        keys = [key for statement in spot.statements for key in _denied_clauses(spot, statement)]
        if not keys:
            continue
        cosines = vectors.of(keys) @ own / vectors.spread
        denied, freed_clauses = cosines[::2], cosines[1::2]
        better = freed_clauses[freed_clauses > denied]
        if better.size and float(better.max()) - best > _CLAUSE_FITS_BETTER:
            return True
    return False


def _states_undenied(
    denied: Vector, freed: Vector, spots: Sequence[Spot], vectors: TextVectors
) -> bool:
    """Whether a span states what is left of a clause without its denial.

    Where the clause that comes nearest to it denies something itself, maybe the very same
    thing, it must come clearly nearer than to the clause as it is.
    """
    for spot in spots:
        keys = [key for statement in spot.statements for key in _clauses(spot, statement)]
        clauses = vectors.of(keys) / vectors.spread
        to_freed, to_denied = clauses @ freed, clauses @ denied
        nearest = int(to_freed.argmax())
        margin = _BOTH_DENY if undenied(keys[nearest][1]) else _FITS_BETTER
        if float(to_freed[nearest] - to_denied.max()) > margin:
            return True
    return False
