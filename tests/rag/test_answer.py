"""From findings to an answer, or to an abstention; nothing unproven is ever shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer import abstain, answer_extractively
from rag.citations import is_exact
from rag.findings import Findings, find
from rag.messages import abstention, foreign_quote
from rag.types import Answer, Filters, Span, Status
from tests.fakes import ARTICLES, Engine, open_engine, plain_weights

QUESTION = "When was the Suez Canal opened?"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    return engine


def _find(engine: Engine, question: str = QUESTION, filters: Filters = Filters()) -> Findings:
    retriever = engine.retriever()
    with engine.store.reading() as view:
        return find(retriever, view, engine.query(question), filters, 5)


def _answer(findings: Findings, *, sure: float = 0.5, language: str = "en") -> Answer:
    return answer_extractively(findings, plain_weights(), sure, language)


def test_an_answer_is_its_sentences_with_their_markers(engine: Engine) -> None:
    answer = _answer(_find(engine))
    assert answer.status is Status.ANSWERED
    assert answer.answer == " ".join(
        f"{sentence.text} [{number}]" for number, sentence in enumerate(answer.sentences, start=1)
    )
    assert answer.answer.startswith("The Suez Canal was opened on 17 November 1869. [1]")
    assert answer.related == ()


def test_every_citation_is_exact_and_every_marker_has_one(engine: Engine) -> None:
    answer = _answer(_find(engine))
    texts = {article.id: article.text for article in ARTICLES}
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
    for citation in answer.citations:
        span = Span(citation.start, citation.end)
        assert is_exact(citation.quote, span, texts[citation.article_id])
    assert {m for sentence in answer.sentences for m in sentence.citations} == set(markers)


def test_an_answer_below_the_wanted_confidence_is_an_abstention(engine: Engine) -> None:
    findings = _find(engine)
    sure = _answer(findings, sure=0.0).confidence
    assert _answer(findings, sure=sure - 0.01).status is Status.ANSWERED
    refused = _answer(findings, sure=sure + 0.01)
    assert refused.status is Status.ABSTAINED
    assert refused.confidence == sure


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_abstention_cites_nothing_and_offers_what_is_near(engine: Engine, language: str) -> None:
    answer = abstain(_find(engine), language, 0.2)
    assert answer.answer == abstention(language)
    assert (answer.sentences, answer.citations) == ((), ())
    assert 1 <= len(answer.related) <= 3
    assert answer.confidence == 0.2


def test_nothing_found_is_an_abstention(engine: Engine) -> None:
    answer = _answer(_find(engine, filters=Filters(article_ids=("nowhere",))), sure=0.0)
    assert (answer.status, answer.confidence, answer.related) == (Status.ABSTAINED, 0, ())


def test_a_quote_in_another_language_is_introduced_as_one(engine: Engine) -> None:
    answer = _answer(_find(engine, filters=Filters(languages=("ar",))), sure=0.0, language="en")
    assert answer.answer.startswith(foreign_quote("en"))
    assert {citation.language for citation in answer.citations} == {"ar"}


def test_a_quote_in_the_reader_s_language_needs_no_introduction(engine: Engine) -> None:
    answer = _answer(_find(engine, filters=Filters(languages=("en",))), sure=0.0, language="en")
    assert foreign_quote("en") not in answer.answer


def test_an_answer_of_which_no_quote_is_exact_is_not_shown(engine: Engine) -> None:
    findings = _find(engine)
    shorter = {i: replace(article, text="It was so.") for i, article in findings.articles.items()}
    answer = _answer(replace(findings, articles=shorter), sure=0.0)
    assert answer.status is Status.ABSTAINED
    assert answer.answer == abstention("en")


def test_each_answer_has_an_id_of_its_own(engine: Engine) -> None:
    findings = _find(engine)
    assert _answer(findings).id != _answer(findings).id
