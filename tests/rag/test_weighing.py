"""The numbers that candidates are weighed by, with their arithmetic in sight."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from rag.candidates import lay_out
from rag.features import PASSAGE_FEATURES, PassageEvidence, TermWeights
from rag.types import Language
from rag.weighing import bm25, weigh
from tests.rag.laid_out import SPREAD, chunk_of, near_words, query_of, weigh_one


def _features(evidence: PassageEvidence) -> dict[str, float]:
    return dict(zip(PASSAGE_FEATURES, evidence.features, strict=True))


def test_bm25_is_okapi_s() -> None:
    weights = TermWeights({"canal": 0.5, "suez": 0.75})
    # 90 terms are the typical length, so the norm is k1 = 0.9:
    # canal twice: 0.5 · 2 · 1.9 / (2 + 0.9) · suez once: 0.75 · 1 · 1.9 / (1 + 0.9)
    found = bm25(np.array([[2.0, 1.0]]), np.array([90]), weights)
    assert found == pytest.approx([0.5 * 3.8 / 2.9 + 0.75 * 1.9 / 1.9])


def test_bm25_discounts_a_long_passage() -> None:
    # 180 terms: norm = 0.9 · (1 - 0.4 + 0.4 · 2) = 1.26
    found = bm25(np.array([[1.0], [0.0]]), np.array([180, 0]), TermWeights({"canal": 1.0}))
    assert found == pytest.approx([1.9 / 2.26, 0])


def test_a_passage_is_weighed_by_vector_and_by_term() -> None:
    query = query_of("canal opened")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_one(query, chunk_of("canal opened", "weather today"), weights)
    features = _features(evidence)
    # The question's two words are half of the chunk's four: cosine 2 / (√2 · √4) = 1/√2.
    assert features["dense"] == pytest.approx(1 / sqrt(2) / SPREAD)
    assert features["best_sentence"] == pytest.approx(1 / SPREAD)
    assert features["best_sentence_lexical"] == 2
    # 4 terms: norm = 0.9 · (0.6 + 0.4 · 4/90) = 0.556; two terms once: 2 · 1.9 / 1.556
    assert features["lexical"] == pytest.approx(2 * 1.9 / (1 + 0.9 * (0.6 + 0.4 * 4 / 90)))
    assert evidence.coverage == pytest.approx(1)
    assert evidence.similarities == pytest.approx([1 / SPREAD, 0])
    assert evidence.matches.tolist() == [[True, True], [False, False]]


def test_a_title_s_terms_count_for_the_passage_and_not_for_its_sentences() -> None:
    query = query_of("Suez opened")
    chunk = chunk_of("It was opened in 1869.", title="The Suez Canal")
    evidence = weigh_one(query, chunk, TermWeights(dict.fromkeys(query.terms, 1.0)))
    assert evidence.coverage == pytest.approx(1)
    assert evidence.matches.tolist() == [[False, True]]


@pytest.mark.parametrize(("language", "matches"), [("ar", True), ("en", False)])
def test_keys_of_names_count_only_across_languages(language: Language, matches: bool) -> None:
    query = query_of("Putin chaired")
    chunk = chunk_of("xx yy zz", language=language, keys=("~btn",))
    weights = TermWeights(dict.fromkeys(query.terms_for(language), 1.0))
    evidence = weigh_one(query, chunk, weights)
    assert evidence.same_language is (language == "en")
    assert bool(evidence.matches.any()) is matches
    assert (_features(evidence)["lexical"] > 0) is matches


def test_words_count_by_the_nearest_of_the_passage_and_of_each_sentence() -> None:
    query = query_of("canal opened")
    chunk = chunk_of("one", "two", "three", words=((1,), (2, 9), ()))
    near = near_words({1: 2.0, 2: 0.5}, {2: 3.0})  # canal: 1 and 2, opened: 2
    evidence = weigh_one(query, chunk, TermWeights(dict.fromkeys(query.terms, 1.0)), near)
    assert _features(evidence)["near_words"] == 2 + 3
    assert _features(evidence)["best_sentence_near_words"] == 0.5 + 3
    assert evidence.near_words == (2 + 3) / 2
    assert evidence.nearness.tolist() == [[2, 0], [0.5, 3], [0, 0]]


def test_a_query_without_terms_is_weighed_by_its_vector_alone() -> None:
    evidence = weigh_one(query_of("of the"), chunk_of("of the"), TermWeights({}))
    assert np.isfinite(evidence.features).all()
    assert evidence.coverage == 0


def test_no_candidates_have_no_evidence() -> None:
    assert weigh(query_of("canal"), [], TermWeights({}), near_words(), SPREAD) == []


def test_many_candidates_are_weighed_as_each_by_itself() -> None:
    query = query_of("Where was the canal opened?")
    weights = TermWeights({term: 1.0 / n for n, term in enumerate(query.terms, 1)})
    near = near_words({1: 2.0, 2: 0.5}, {2: 3.0, 7: 1.5})
    chunks = [
        chunk_of("The canal opened.", "Sugar is sweet.", words=((1, 2), ())),
        chunk_of("Nothing at all."),
        chunk_of("A canal,", "a canal,", "a canal.", title="Canal", words=((7,), (), (1, 7))),
    ]
    together = weigh(query, [lay_out(chunk) for chunk in chunks], weights, near, SPREAD)
    for evidence, chunk in zip(together, chunks, strict=True):
        alone = weigh_one(query, chunk, weights, near)
        assert evidence.chunk is chunk
        assert evidence.features == pytest.approx(alone.features)
        assert (evidence.coverage, evidence.near_words) == (alone.coverage, alone.near_words)
        assert evidence.matches.tolist() == alone.matches.tolist()
        assert evidence.nearness.tolist() == alone.nearness.tolist()
        assert evidence.similarities == pytest.approx(alone.similarities)


def test_evidence_keeps_no_numbers_of_other_candidates_in_memory() -> None:
    candidates = [lay_out(replace(chunk_of("a canal"), id=n)) for n in range(3)]
    for evidence in weigh(query_of("canal"), candidates, TermWeights({}), near_words(), SPREAD):
        for numbers in (evidence.similarities, evidence.matches, evidence.nearness):
            assert numbers.base is None
