"""Decides from the measures whether a sentence is stated. The only place with weights.

A logistic model of two measures, apart for sentences in the language of their source and
for those in another. `python -m evals.verification --fit` fits it on the dev split of
`evals/data/verification.jsonl`, on the sentences that no missing number or name and no
contradiction has decided (scikit-learn's LogisticRegression, C = 1; bundled model,
2026-11-22; 46 and 58 sentences).

Names in common bring vectors across languages near without saying the same, so across
languages the share of shared names counts against.
"""

from math import exp

from rag.verification.measure import Measures
from rag.weights import ByPair, Linear

SUPPORTED_FROM_SAME, SUPPORTED_FROM_CROSS = 0.5, 0.6
"""Least probability of a sentence with a marker, within a language and across two."""

FOUND_FROM = 0.9
"""Least probability where the model gave no marker, and one is found for it."""

VERBATIM_SHARE = 0.95
"""Share of a sentence's words that decides without vectors, if nothing else is against it."""

VERBATIM_SCORE = 0.99

WEIGHTS = ByPair(same=Linear((1.98, 0.26), -14.12), cross=Linear((1.92, -0.33), -10.57))
"""Of similarity and exact share."""


def probability(measures: Measures, *, same_language: bool) -> float:
    """Calibrated probability, 0 to 1, that the spans state the sentence."""
    if measures.contradicted:
        return 0.0
    logit = WEIGHTS.of(same_language).score((measures.similarity, measures.exact))
    return 1 / (1 + exp(-max(-60.0, min(60.0, logit))))


def is_enough(score: float, *, same_language: bool) -> bool:
    """Whether a probability supports a sentence that has a marker."""
    return score >= (SUPPORTED_FROM_SAME if same_language else SUPPORTED_FROM_CROSS)
