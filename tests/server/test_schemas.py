"""The documented models and the shapes that are really sent are the same."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from rag import wire, wire_models
from rag.types import Answer, AnswerSentence, Citation, Passage, SearchResult, Status, Turn
from server import schemas
from tests.server.fakes import ANSWERABLE_AR, ARTICLES, UNANSWERABLE_AR, FakeService

SERVICE = FakeService()
HISTORY = (Turn("user", ANSWERABLE_AR),)
SAMPLES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (wire_models.AnswerOut, wire.answer_to_dict(SERVICE.ask(UNANSWERABLE_AR))),
    (
        wire_models.AnswerOut,
        {"related": []} | wire.answer_to_dict(SERVICE.ask("ومتى؟", history=HISTORY)),
    ),
    (wire_models.SearchOut, wire.search_to_dict(SERVICE.search(ANSWERABLE_AR))),
    (wire_models.ArticleOut, wire.article_to_dict(ARTICLES[0])),
    (wire_models.ArticleOut, wire.article_to_dict(ARTICLES[1])),
    (
        schemas.ArticleListOut,
        wire.article_page_to_dict(SERVICE.articles(), offset=0, limit=50),
    ),
]


@pytest.mark.parametrize(("model", "sent"), SAMPLES)
def test_what_is_sent_is_what_the_model_documents(
    model: type[BaseModel], sent: dict[str, Any]
) -> None:
    assert model.model_validate(sent).model_dump(mode="json") == sent


def test_an_answered_question_is_sent_without_related_passages() -> None:
    sent = wire.answer_to_dict(SERVICE.ask(ANSWERABLE_AR))

    assert "related" not in sent
    assert wire_models.AnswerOut.model_validate(sent).model_dump(exclude={"related"}) == sent


def test_the_contract_s_example_is_what_the_wire_makes() -> None:
    """The example of the design, with its numbers."""
    citation = Citation(1, "a", "ع", None, "ar", "ن" * 120, 120, 240, 0.83)
    timings = {"encode": 9.1, "search": 1.2, "answer": 6.0, "total": 17.0}
    answer = Answer(
        "i", "س", "ar", Status.ANSWERED, "ج [1]", (AnswerSentence("ج", (1,), True),), (citation,),
        (), 0.91, "extractive", False, timings,
    )  # fmt: skip

    assert wire.answer_to_dict(answer) == {
        "id": "i",
        "question": "س",
        "rewritten": None,
        "usage": None,
        "language": "ar",
        "status": "answered",
        "answer": "ج [1]",
        "sentences": [{"text": "ج", "citations": [1], "supported": True, "problem": None}],
        "citations": [
            {
                "marker": 1,
                "article_id": "a",
                "title": "ع",
                "url": None,
                "language": "ar",
                "direction": "rtl",
                "quote": "ن" * 120,
                "start": 120,
                "end": 240,
                "score": 0.83,
            }
        ],
        "confidence": 0.91,
        "model": "extractive",
        "degraded": False,
        "timings_ms": timings,
    }


def test_numpy_scores_become_plain_rounded_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    score: float = numpy.float32(0.83)
    passage = Passage("a", "t", None, "en", date(2020, 1, 1), None, "x", 0, 1, score)
    result = SearchResult("q", "en", (passage,), {"total": numpy.float64(1.23456)})

    sent = wire.search_to_dict(result)
    assert wire.to_json(sent).endswith('"score": 0.83}], "timings_ms": {"total": 1.235}}')


def test_the_documentation_has_examples_in_both_languages_and_every_error() -> None:
    from rag.settings import load_settings
    from server.app import create_app

    service: Any = FakeService()
    document = create_app(load_settings(), service).openapi()
    ask = document["paths"]["/v1/ask"]["post"]

    examples = ask["requestBody"]["content"]["application/json"]["examples"]
    assert set(examples) == {"arabic", "english", "follow-up"}
    assert set(ask["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    errors = {"400", "403", "409", "413", "415", "422", "500", "502", "503", "504"}
    assert set(ask["responses"]) == {"200", *errors}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["tags"]
            assert operation["summary"]
