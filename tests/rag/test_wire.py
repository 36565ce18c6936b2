"""The JSON shapes are those of the contract, field by field."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag import wire
from rag.reports import ArticlePage, ArticleSummary, CollectionStatus, FailedFile, IngestReport
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Passage,
    Problem,
    SearchResult,
    Status,
    Usage,
)
from tests.fakes import ARTICLES

CITATION = Citation(1, "suez-ar", "قناة", None, "ar", "نص", 120, 122, float(np.float32(0.83)))
PASSAGE = Passage("suez-en", "T", "https://a.b", "en", date(2021, 4, 6), "S", "text", 0, 4, 0.5)
ANSWER = Answer(
    "id", "سؤال؟", "ar", Status.ANSWERED, "نص [1]",
    (AnswerSentence("نص", (1,), True), AnswerSentence("و", (), False, Problem.NUMBER)),
    (CITATION,), (), 0.91, "extractive", False, {"encode": 9.1, "total": 17.0},
    usage=Usage(90, 9, None, 2),
)  # fmt: skip


def test_an_answer_has_the_fields_of_the_contract() -> None:
    assert wire.answer_to_dict(ANSWER) == {
        "id": "id",
        "question": "سؤال؟",
        "language": "ar",
        "status": "answered",
        "answer": "نص [1]",
        "sentences": [
            {"text": "نص", "citations": [1], "supported": True, "problem": None},
            {"text": "و", "citations": [], "supported": False, "problem": "number"},
        ],
        "citations": [
            {
                "marker": 1, "article_id": "suez-ar", "title": "قناة", "url": None,
                "language": "ar", "direction": "rtl", "quote": "نص", "start": 120, "end": 122,
                "score": 0.83,
            }
        ],
        "confidence": 0.91,
        "model": "extractive",
        "degraded": False,
        "rewritten": None,
        "usage": {"prompt_tokens": 90, "completion_tokens": 9, "cost_usd": None, "calls": 2},
        "timings_ms": {"encode": 9.1, "total": 17.0},
    }  # fmt: skip


def test_related_passages_are_there_only_where_dalil_abstained() -> None:
    abstained = replace(ANSWER, status=Status.ABSTAINED, citations=(), related=(PASSAGE,))
    assert wire.answer_to_dict(abstained)["related"][0]["article_id"] == "suez-en"
    assert "related" not in wire.answer_to_dict(ANSWER)


def test_a_search_has_the_fields_of_the_contract() -> None:
    result = SearchResult("q", "en", (PASSAGE,), {"total": 1.0})
    assert wire.search_to_dict(result) == {
        "query": "q",
        "language": "en",
        "passages": [
            {
                "article_id": "suez-en", "title": "T", "url": "https://a.b", "language": "en",
                "direction": "ltr", "text": "text", "start": 0, "end": 4, "score": 0.5,
            }
        ],
        "timings_ms": {"total": 1.0},
    }  # fmt: skip


def test_an_article_does_not_tell_where_it_lies() -> None:
    article = replace(ARTICLES[0], origin="/secret/place.md")
    assert wire.article_to_dict(article) == {
        "id": "suez-ar", "title": "قناة السويس", "language": "ar", "direction": "rtl",
        "text": article.text, "url": None, "published": "2021-04-05", "metadata": {},
    }  # fmt: skip


def test_a_page_of_articles_tells_where_it_stands() -> None:
    page = ArticlePage((ArticleSummary("a", "T", "ar", None, None, None, 12),), 7)
    assert wire.article_page_to_dict(page, offset=2, limit=1) == {
        "articles": [
            {
                "id": "a", "title": "T", "language": "ar", "direction": "rtl", "url": None,
                "published": None, "source": None, "characters": 12,
            }
        ],
        "total": 7, "offset": 2, "limit": 1,
    }  # fmt: skip


def test_reports_are_plain_json() -> None:
    report = IngestReport(("a",), (), (), (), (FailedFile(Path("/x"), "empty"),), 3, 1.23456)
    status = CollectionStatus({"ar": 1}, 2, 3, 4, "bundled", "f", "extractive", Path("/home"))
    assert wire.ingest_report_to_dict(report)["failed"] == [{"path": "/x", "reason": "empty"}]
    assert wire.ingest_report_to_dict(report)["seconds"] == 1.235
    assert wire.status_to_dict(status)["home"] == "/home"


def test_json_is_one_line_with_arabic_as_it_is() -> None:
    line = wire.to_json(wire.answer_to_dict(replace(ANSWER, answer="سطر\nثانٍ")))
    assert "\n" not in line
    assert "سطر" in line
    assert json.loads(line)["answer"] == "سطر\nثانٍ"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.to_json({"score": value})
