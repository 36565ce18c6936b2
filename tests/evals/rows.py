"""Rows and runs of the eval set, made by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from evals.answer_scores import AnswerScores
from evals.results import Gold, Provenance, Row, Run

DATA = {"questions.en.jsonl": "1f" * 32, "seeds": "2e" * 32}
_SCORES = AnswerScores(
    facts=1.0,
    citation_precision=1.0,
    citation_recall=1.0,
    exact=1.0,
    supported=1.0,
    right_language=True,
    abstained=False,
    confidence=0.9,
    forbidden=False,
)


def scores(**changes: Any) -> AnswerScores:
    """The scores of a perfect answer, with some of them changed."""
    fields = {name: getattr(_SCORES, name) for name in AnswerScores.__slots__}
    return AnswerScores(**(fields | changes))


def row(row_id: str = "q", **changes: Any) -> Row:
    """A question about Suez with a perfect answer; `gold=()` makes it unanswerable."""
    fields: dict[str, Any] = {
        "id": row_id,
        "split": "dev",
        "language": "en",
        "kind": "fact",
        "direction": "en→en",
        "crosses": False,
        "perturbation": None,
        "twin": None,
        "question": "When was the Suez Canal opened?",
        "facts": (("17 November 1869", "17 نوفمبر 1869"), ("Ismail", "إسماعيل")),
        "gold": (Gold("suez-en", "Ismail opened the canal on 17 November 1869."),),
        "answer": {
            "answer": "Ismail opened it on 17 November 1869 [1].",
            "citations": [{"quote": "Ismail opened the canal on 17 November 1869."}],
        },
        "ranking": ("suez-en",),
        "scores": _SCORES,
        "seconds": 0.1,
    }
    return Row(**(fields | changes))


def run(name: str, rows: Sequence[Row], data: Mapping[str, str] = DATA) -> Run:
    return Run(name, Provenance("abc", "2026-01-01", {}, {}, data, {}, {}), tuple(rows))
