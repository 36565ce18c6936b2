"""How sure Dalil is that the collection answers a question, as a calibrated probability.

A logistic model over what the best passage and the first quote share with the question,
fitted on questions whose answer was left in the collection or taken out of it
(Platt, 1999).
"""

from math import exp

from rag.features import TermWeights
from rag.quote import Quote
from rag.weights import Weights

CONFIDENCE_FEATURES = (
    "dense",
    "best_sentence",
    "coverage",
    "sentence_similarity",
    "sentence_coverage",
    "near_words",
    "sentence_near_words",
)


def confidence_features(first: Quote, term_weights: TermWeights) -> tuple[float, ...]:
    """The numbers of the first quote and its passage, in the order of CONFIDENCE_FEATURES."""
    evidence = first.passage.evidence
    dense, best_sentence, *_ = evidence.features
    similarity, _passage, lexical, _coverage, _neighbour, _near, near_words, *_ = first.features
    return (
        dense,
        best_sentence,
        evidence.coverage,
        similarity,
        lexical / max(term_weights.total, 1e-9),
        evidence.near_words,
        near_words,
    )


def confidence(first: Quote, term_weights: TermWeights, weights: Weights) -> float:
    """Probability, 0 to 1, that the collection answers the question."""
    model = weights.confidence.of(first.passage.evidence.same_language)
    odds = model.score(confidence_features(first, term_weights))
    return exp(min(odds, 0)) / (exp(min(odds, 0)) + exp(-max(odds, 0)))
