"""The probability that the collection answers a question."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.confidence import CONFIDENCE_FEATURES, confidence, confidence_features
from rag.features import TermWeights
from rag.quote import Quote
from rag.retrieval import RankedPassage
from rag.store import ChunkRow, SentenceRow
from rag.types import Span
from rag.weights import ByPair, Linear, load_weights
from tests.fakes import ARTICLES, DIM, NO_WORDS, bare_evidence, plain_weights

TERMS = TermWeights({"suez": 0.5, "canal": 1.5})


def _quote(*, same: bool = True, coverage: float = 0.75) -> Quote:
    vector = np.zeros(DIM, dtype=np.float32)
    row = SentenceRow(0, Span(0, 3), (), (), NO_WORDS, vector)
    chunk = ChunkRow(1, "suez-en", "en", Span(0, 3), (), vector, (row,))
    evidence = bare_evidence(
        chunk, (1.0, 2.0, 3.0, 4.0, 0.0, 0.0), same=same, coverage=coverage, near_words=1.25
    )
    features = (5.0, 6.0, 1.5, 0.0, 0.0, 0.0, 2.5, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Quote(ARTICLES[2], Span(0, 3), RankedPassage(evidence, 9.0), features, 8.0, row)


def test_the_numbers_are_those_of_the_first_quote_and_its_passage() -> None:
    features = dict(zip(CONFIDENCE_FEATURES, confidence_features(_quote(), TERMS), strict=True))
    assert features == {
        "dense": 1.0,
        "best_sentence": 2.0,
        "coverage": 0.75,
        "sentence_similarity": 5.0,
        "sentence_coverage": 1.5 / (0.5 + 1.5),
        "near_words": 1.25,
        "sentence_near_words": 2.5,
    }


def test_confidence_is_the_logistic_function_of_their_sum() -> None:
    # 8 · coverage - 4 = 2
    assert confidence(_quote(), TERMS, plain_weights()) == pytest.approx(1 / (1 + exp(-2)))


def test_another_language_has_weights_of_its_own() -> None:
    weights = replace(
        plain_weights(), confidence=ByPair(Linear((0.0,) * 7, 1.0), Linear((0.0,) * 7, -1.0))
    )
    same, cross = (confidence(_quote(same=s), TERMS, weights) for s in (True, False))
    assert same + cross == pytest.approx(1)
    assert same > cross


def test_a_question_without_terms_has_a_confidence_too() -> None:
    assert 0 <= confidence(_quote(), TermWeights({}), plain_weights()) <= 1


@given(st.floats(-1e4, 1e4))
def test_confidence_is_a_probability_however_far_off(score: float) -> None:
    line = Linear((0.0,) * 7, score)
    weights = replace(plain_weights(), confidence=ByPair(line, line))
    assert 0 <= confidence(_quote(), TERMS, weights) <= 1


def test_the_shipped_weights_trust_a_covered_question_more() -> None:
    weights = load_weights()
    low, high = (confidence(_quote(coverage=c), TERMS, weights) for c in (0.0, 1.0))
    assert low < high
