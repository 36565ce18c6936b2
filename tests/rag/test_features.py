"""The weights of terms, and the numbers that sentences are chosen by, with their arithmetic."""

from math import log

import numpy as np
import pytest

from rag.features import (
    SENTENCE_FEATURES,
    PassageEvidence,
    TermWeights,
    sentence_features,
    term_weights,
)
from rag.index import Statistics
from rag.query import Query
from tests.rag.laid_out import chunk_of, near_words, query_of, weigh_one


def _features(
    query: Query, evidence: PassageEvidence, weights: TermWeights, *texts: str, score: float = 0.0
) -> list[dict[str, float]]:
    found = sentence_features(query, evidence, score, weights, texts)
    return [dict(zip(SENTENCE_FEATURES, row, strict=True)) for row in found]


def test_a_term_s_weight_is_its_rarity_as_a_share_of_the_greatest() -> None:
    weights = term_weights(["rare", "new", "common"], Statistics(9, {"rare": 1, "common": 9}))
    assert weights.weights == pytest.approx(
        {
            "rare": log(1 + (9 - 1 + 0.5) / (1 + 0.5)) / log(10),  # log 6.67 / log 10
            "new": log(1 + (9 - 0 + 0.5) / (0 + 0.5)) / log(10),  # log 20 / log 10
            "common": log(1 + (9 - 9 + 0.5) / (9 + 0.5)) / log(10),  # log 1.05 / log 10
        }
    )


def test_no_chunks_give_finite_weights() -> None:
    assert np.isfinite(term_weights(["a"], Statistics(0, {"a": 0})).total)


def test_weights_are_a_vector_in_the_order_of_the_terms() -> None:
    weights = TermWeights({"canal": 0.5, "suez": 0.75})
    assert weights.total == 1.25
    assert weights.vector.tolist() == [0.5, 0.75]
    assert TermWeights({}).vector.shape == (0,)


def test_a_sentence_counts_with_the_one_before_it_and_its_neighbours() -> None:
    query = query_of("When was the canal opened?")
    texts = ("The canal was dug.", "It opened in 1869.", "Sugar is sweet.")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_one(query, chunk_of(*texts), weights)
    first, features, last = _features(query, evidence, weights, *texts, score=7.5)
    assert features["passage"] == 7.5
    assert features["lexical"] == 1
    # "canal" stands before, "opened" in it: all the question's terms.
    assert features["context_coverage"] == pytest.approx(1)
    assert [f["context_coverage"] for f in (first, last)] == pytest.approx([0.5, 0.5])
    similarities = evidence.similarities.tolist()
    assert features["neighbour"] == max(similarities[0], similarities[2])
    assert [f["neighbour"] for f in (first, last)] == [similarities[1]] * 2
    offered = {name: value for name, value in features.items() if name.startswith("offers_")}
    assert offered == {
        "offers_number": 0, "offers_date": 1, "offers_person": 0, "offers_place": 0,
        "offers_reason": 0,
    }  # fmt: skip


def test_a_neighbour_that_says_the_contrary_counts_against() -> None:
    query = query_of("canal")
    evidence = weigh_one(query, chunk_of("canal", "sugar"), TermWeights({}))
    evidence.similarities[1] = -2.0
    assert _features(query, evidence, TermWeights({}), "canal", "sugar")[0]["neighbour"] == -2


def test_a_sentence_alone_has_no_neighbours() -> None:
    query = query_of("canal opened")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_one(query, chunk_of("canal opened"), weights)
    (features,) = _features(query, evidence, weights, "canal opened")
    assert features["neighbour"] == 0


def test_nearness_counts_with_the_sentence_before_and_as_a_mean_over_words() -> None:
    query = query_of("canal opened")
    chunk = chunk_of("one", "two", "three", words=((1,), (2, 9), ()))
    near = near_words({1: 2.0, 2: 0.5}, {2: 3.0})  # canal: 1 and 2, opened: 2
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_one(query, chunk, weights, near)
    found = _features(query, evidence, weights, "one", "two", "three")
    assert [f["near_words"] for f in found] == [2, 3.5, 0]
    assert [f["context_near_words"] for f in found] == [1, 2.5, 1.75]


def test_a_query_without_terms_and_words_has_finite_numbers() -> None:
    query = query_of("of the")
    evidence = weigh_one(query, chunk_of("of the", "and so"), TermWeights({}))
    for features in _features(query, evidence, TermWeights({}), "of the", "and so"):
        assert np.isfinite(list(features.values())).all()
        assert features["context_coverage"] == features["context_near_words"] == 0
