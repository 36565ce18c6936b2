"""The numbers that candidates are weighed by, with their arithmetic in sight."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest

from rag.features import (
    PASSAGE_FEATURES,
    SENTENCE_FEATURES,
    TermWeights,
    sentence_features,
    term_weights,
    weigh_passage,
)
from rag.index import Statistics
from rag.nearness import NearWords
from rag.query import Query, analyse_query
from rag.store import ChunkRow, SentenceRow
from rag.terms import analyse
from rag.types import Language, Span
from tests.fakes import NO_WORDS, FakeEncoder, fake_encoder

SPREAD = 0.25


def _query(text: str) -> Query:
    return analyse_query(text, fake_encoder(), 2000)


def _chunk(
    *sentences: str, language: Language = "en", title: str = "", keys: tuple[str, ...] = ()
) -> ChunkRow:
    encoder = FakeEncoder()
    rows = tuple(
        SentenceRow(
            n, Span(100 * n, 100 * n + len(s)), tuple(analyse(s)), keys, NO_WORDS, encoder.vector(s)
        )
        for n, s in enumerate(sentences)
    )
    vector = encoder.vector(" ".join(sentences))
    span = Span(0, rows[-1].span.end)
    return ChunkRow(1, "a", language, span, tuple(analyse(title)), vector, rows)


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


def test_coverage_is_the_weight_of_the_terms_that_are_there() -> None:
    weights = TermWeights({"canal": 0.5, "suez": 0.75})
    assert weights.total == 1.25
    assert weights.coverage(frozenset({"suez", "other"})) == 0.75
    assert weights.coverage(frozenset()) == 0


def test_bm25_is_okapi_s() -> None:
    weights = TermWeights({"canal": 0.5, "suez": 0.75})
    terms = ["canal", "suez", "canal", *["other"] * 87]
    # 90 terms are the typical length, so the norm is k1 = 0.9:
    # canal twice: 0.5 · 2 · 1.9 / (2 + 0.9) · suez once: 0.75 · 1 · 1.9 / (1 + 0.9)
    assert weights.bm25(terms) == pytest.approx(0.5 * 3.8 / 2.9 + 0.75 * 1.9 / 1.9)


def test_bm25_discounts_a_long_passage() -> None:
    weights = TermWeights({"canal": 1.0})
    # 180 terms: norm = 0.9 · (1 - 0.4 + 0.4 · 2) = 1.26
    assert weights.bm25(["canal", *["other"] * 179]) == pytest.approx(1.9 / 2.26)
    assert weights.bm25([]) == 0


def test_a_passage_is_weighed_by_vector_and_by_term() -> None:
    query = _query("canal opened")
    chunk = _chunk("canal opened", "weather today")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_passage(query, chunk, weights, NearWords([]), SPREAD)
    features = dict(zip(PASSAGE_FEATURES, evidence.features, strict=True))
    # The question's two words are half of the chunk's four: cosine 2 / (√2 · √4) = 1/√2.
    assert features["dense"] == pytest.approx(1 / sqrt(2) / SPREAD)
    assert features["best_sentence"] == pytest.approx(1 / SPREAD)
    assert features["best_sentence_lexical"] == 2
    # 4 terms: norm = 0.9 · (0.6 + 0.4 · 4/90) = 0.556; two terms once: 2 · 1.9 / 1.556
    assert features["lexical"] == pytest.approx(2 * 1.9 / (1 + 0.9 * (0.6 + 0.4 * 4 / 90)))
    assert evidence.coverage == pytest.approx(1)
    assert [round(s.lexical) for s in evidence.sentences] == [2, 0]


def test_a_title_s_terms_count_for_the_passage_and_not_for_its_sentences() -> None:
    query = _query("Suez opened")
    chunk = _chunk("It was opened in 1869.", title="The Suez Canal")
    evidence = weigh_passage(
        query, chunk, TermWeights(dict.fromkeys(query.terms, 1.0)), NearWords([]), SPREAD
    )
    assert evidence.coverage == pytest.approx(1)
    assert evidence.sentences[0].lexical == 1


@pytest.mark.parametrize(("language", "lexical"), [("ar", 1.0), ("en", 0.0)])
def test_keys_of_names_count_only_across_languages(language: Language, lexical: float) -> None:
    query = _query("Putin chaired")
    chunk = _chunk("xx yy zz", language=language, keys=("~btn",))
    evidence = weigh_passage(query, chunk, TermWeights({"~btn": 1.0}), NearWords([]), SPREAD)
    assert evidence.same_language is (language == "en")
    assert evidence.sentences[0].lexical == lexical


def test_a_sentence_counts_with_the_one_before_it_and_its_neighbours() -> None:
    query = _query("When was the canal opened?")
    chunk = _chunk("The canal was dug.", "It opened in 1869.", "Sugar is sweet.")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_passage(query, chunk, weights, NearWords([]), SPREAD)
    found = sentence_features(query, evidence, 1, 7.5, weights, "It opened in 1869.")
    features = dict(zip(SENTENCE_FEATURES, found, strict=True))
    assert features["passage"] == 7.5
    assert features["lexical"] == 1
    # "canal" stands before, "opened" in it: all the question's terms.
    assert features["context_coverage"] == pytest.approx(1)
    assert features["neighbour"] == pytest.approx(
        max(evidence.sentences[0].similarity, evidence.sentences[2].similarity)
    )
    offered = {name: value for name, value in features.items() if name.startswith("offers_")}
    assert offered == {
        "offers_number": 0, "offers_date": 1, "offers_person": 0, "offers_place": 0,
        "offers_reason": 0,
    }  # fmt: skip


def test_a_sentence_alone_has_no_neighbours() -> None:
    query = _query("canal opened")
    chunk = _chunk("canal opened")
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_passage(query, chunk, weights, NearWords([]), SPREAD)
    found = sentence_features(query, evidence, 0, 0.0, weights, "canal opened")
    assert dict(zip(SENTENCE_FEATURES, found, strict=True))["neighbour"] == 0


def test_words_count_by_the_nearest_of_the_passage_and_of_each_sentence() -> None:
    query = _query("canal opened")
    chunk = _chunk("one", "two", "three")
    words = [np.array(ids, dtype=np.int32) for ids in ([1], [2, 9], [])]
    chunk = replace(
        chunk,
        sentences=tuple(
            replace(row, words=ids) for row, ids in zip(chunk.sentences, words, strict=True)
        ),
    )
    near = NearWords([{1: 2.0, 2: 0.5}, {2: 3.0}])  # canal: 1 and 2, opened: 2
    weights = TermWeights(dict.fromkeys(query.terms, 1.0))
    evidence = weigh_passage(query, chunk, weights, near, SPREAD)
    features = dict(zip(PASSAGE_FEATURES, evidence.features, strict=True))
    assert features["near_words"] == 2 + 3
    assert features["best_sentence_near_words"] == 0.5 + 3
    assert evidence.near_words == (2 + 3) / 2
    found = [
        dict(
            zip(
                SENTENCE_FEATURES,
                sentence_features(query, evidence, position, 0.0, weights, "."),
                strict=True,
            )
        )
        for position in range(3)
    ]
    assert [f["near_words"] for f in found] == [2, 3.5, 0]
    # With the sentence before it, and as a mean over the question's words.
    assert [f["context_near_words"] for f in found] == [1, 2.5, 1.75]


def test_a_query_without_terms_is_weighed_by_its_vector_alone() -> None:
    query = _query("of the")
    evidence = weigh_passage(query, _chunk("of the"), TermWeights({}), NearWords([]), SPREAD)
    assert np.isfinite(evidence.features).all()
    assert evidence.coverage == 0
