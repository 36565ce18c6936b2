"""Passages as a language model is shown them: numbered, whole, with the stored vectors."""

from pathlib import Path

import numpy as np
import pytest

from rag.findings import Findings, find
from rag.generative.shown import show_passages
from rag.sentences import split_sentences
from rag.types import Article, Filters
from tests.fakes import ARTICLES, article, open_engine

HISTORY = article(
    "history",
    "افتُتحت قناة السويس في 17 نوفمبر 1869. وأُممت القناة عام 1956. وأُغلقت القناة عام 1967. "
    "وأُعيد فتح القناة عام 1975. ووُسّعت القناة عام 2015. وجنحت سفينة في القناة عام 2021.",
    "ar",
)


def _findings(
    folder: Path, *articles: Article, tokens: int = 24, overlap: int = 1, top_k: int = 5
) -> Findings:
    engine = open_engine(folder, tokens=tokens, overlap=overlap)
    engine.ingester.add(articles)
    with engine.store.reading() as view:
        return find(engine.retriever(), view, engine.query("قناة السويس 1869"), Filters(), top_k)


def test_passages_are_numbered_from_one_with_the_best_first(tmp_path: Path) -> None:
    findings = _findings(tmp_path, *ARTICLES)
    shown = show_passages(findings)
    assert [passage.number for passage in shown] == [1, 2, 3, 4]
    assert [passage.article.id for passage in shown] == [
        ranked.evidence.chunk.article_id for ranked in findings.ranked
    ]
    assert shown[0].article.id == "suez-ar"


def test_they_are_the_passages_that_the_reader_is_told_of(tmp_path: Path) -> None:
    findings = _findings(tmp_path, *ARTICLES, HISTORY, tokens=8)
    shown = [(p.article.id, p.span.start, p.span.end) for p in show_passages(findings)]
    assert shown == [(p.article_id, p.start, p.end) for p in findings.passages()]


@pytest.mark.parametrize("overlap", [0, 1])
def test_joined_chunks_show_each_sentence_once_in_its_place(tmp_path: Path, overlap: int) -> None:
    findings = _findings(tmp_path, HISTORY, tokens=12, overlap=overlap)
    assert len(findings.ranked) > 1
    (passage,) = show_passages(findings)
    spans = split_sentences(HISTORY.text, "ar")
    assert [sentence.span for sentence in passage.sentences] == list(spans)
    assert passage.span.of(passage.article.text) == HISTORY.text


def test_stretches_of_one_article_that_lie_apart_keep_to_their_own_sentences(
    tmp_path: Path,
) -> None:
    findings = _findings(tmp_path, HISTORY, tokens=7, overlap=0, top_k=6)
    apart = tuple(
        ranked
        for ranked in findings.ranked
        if ranked.evidence.chunk.sentences[0].ordinal not in (1, 4)
    )
    shown = show_passages(Findings(findings.query, apart, findings.articles, findings.term_weights))
    assert len(shown) > 1
    for passage in shown:
        start, end = passage.span.start, passage.span.end
        within = [s for s in split_sentences(HISTORY.text, "ar") if start <= s.start < end]
        assert [sentence.span for sentence in passage.sentences] == within


def test_each_sentence_has_its_stored_vector(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    with engine.store.reading() as view:
        query = engine.query("Suez Canal")
        findings = find(engine.retriever(), view, query, Filters(), 5)
    for passage in show_passages(findings):
        texts = [sentence.span.of(passage.article.text) for sentence in passage.sentences]
        encoded = engine.encoder.encode_passages(texts, passage.article.language)
        for sentence, vector in zip(passage.sentences, encoded, strict=True):
            assert sentence.vector is not None
            assert np.allclose(sentence.vector, vector, atol=0.01)
