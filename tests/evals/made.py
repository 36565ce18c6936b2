"""Questions, answers and rows put together by hand, over the four articles of `tests/fakes.py`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.answer_scores import AnswerScores
from evals.questions import EvalQuestion, Evidence
from evals.results import Gold, Provenance, Row, Run
from rag.types import Answer, AnswerSentence, Citation, Problem, Span, Status
from tests.fakes import ARTICLES

BY_ID = {article.id: article for article in ARTICLES}

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869."
OPENED_EN = "The Suez Canal was opened on 17 November 1869."
LONG_AR = "ويبلغ طول القناة اليوم 193 كيلومترًا."
LONG_EN = "It is 193 km long today."
MODEL = "openai/scripted"


def evidence(article_id: str, quote: str, *facts: int) -> Evidence:
    start = BY_ID[article_id].text.index(quote)
    return Evidence(article_id, quote, Span(start, start + len(quote)), facts)


OPENED = (evidence("suez-ar", OPENED_AR, 0), evidence("suez-en", OPENED_EN, 0))


def question(
    text: str = ASKED_AR,
    language: str = "ar",
    *,
    facts: Sequence[Sequence[str]] = (("1869",),),
    gold: tuple[Evidence, ...] = OPENED,
    **changes: Any,
) -> EvalQuestion:
    """When the canal was opened, in Arabic, which an article of each language answers."""
    made = EvalQuestion(
        id="opened",
        split="dev",
        language=language,
        kind="date",
        text=text,
        history=(),
        perturbation=None,
        twin=None,
        facts=tuple(map(tuple, facts)),
        gold=gold,
        forbidden=(),
        evidence_languages=frozenset(BY_ID[e.article_id].language for e in gold),
    )
    return replace(made, **changes)


def citation(article_id: str, start: int, end: int, quote: str | None = None) -> Citation:
    """What stands at a place of an article, or what is said to stand there."""
    cited = BY_ID[article_id]
    quote = cited.text[start:end] if quote is None else quote
    return Citation(1, article_id, cited.title, None, cited.language, quote, start, end, 0.5)


def cited(article_id: str, quote: str) -> Citation:
    """A quote at its own place."""
    span = evidence(article_id, quote).span
    return citation(article_id, span.start, span.end)


def sentence(supported: bool, problem: Problem | None = None) -> AnswerSentence:
    return AnswerSentence("…", (1,) if supported else (), supported, problem)


def answered(
    text: str = "…",
    *citations: Citation,
    sentences: Sequence[AnswerSentence] = (),
    language: str = "ar",
    model: str = MODEL,
    **changes: Any,
) -> Answer:
    made = Answer(
        id="a",
        question=ASKED_AR,
        language=language,
        status=Status.ANSWERED,
        answer=text,
        sentences=tuple(sentences),
        citations=citations,
        related=(),
        confidence=0.75,
        model=model,
        degraded=False,
        timings_ms={},
    )
    return replace(made, **changes)


NO_SCORES = AnswerScores(None, None, None, None, None, True, False, 0.5, False)


def row(row_id: str = "opened", *, answerable: bool = True, **changes: Any) -> Row:
    """A row that was answered without any score; changes are of its scores or its own."""
    own = {name: value for name, value in changes.items() if name in Row.__dataclass_fields__}
    scores = {name: value for name, value in changes.items() if name not in own}
    if "facts" in own:
        scores["facts"] = own.pop("facts")
    made = Row(
        id=row_id,
        split="dev",
        language="ar",
        kind="date" if answerable else "unanswerable",
        direction="ar→ar" if answerable else "none",
        crosses=False,
        perturbation=None,
        twin=None,
        question=ASKED_AR,
        facts=(("1869",),) if answerable else (),
        gold=(Gold("suez-ar", OPENED_AR),) if answerable else (),
        answer={"answer": OPENED_AR, "citations": []},
        ranking=("suez-ar", "suez-en"),
        scores=replace(NO_SCORES, **scores),
        seconds=0.25,
    )
    return replace(made, **own)


def run_of(*rows: Row, name: str = "made") -> Run:
    origin = Provenance(
        commit="0123456789ab+",
        started="2026-01-02T03:04:05+00:00",
        models={"embedding": "fake", "answerer": "extractive"},
        settings={"top_k": "5"},
        data={"questions.jsonl": "00ff"},
        machine={"python": "3.12"},
        packages={"numpy": "2.0"},
    )
    return Run(name, origin, rows)


def line(row_id: str = "opened-ar", **changes: Any) -> dict[str, Any]:
    """A row of a file of questions."""
    fields: dict[str, Any] = {
        "id": row_id,
        "split": "dev",
        "language": "ar",
        "kind": "date",
        "question": ASKED_AR,
        "facts": [["1869", "١٨٦٩"]],
        "gold": [{"article_id": "suez-ar", "quote": OPENED_AR, "facts": [0]}],
    }
    return fields | changes


UNANSWERABLE: Mapping[str, Any] = {"kind": "unanswerable", "facts": [], "gold": []}


def write_lines(path: Path, *lines: Mapping[str, Any] | str) -> Path:
    """Write a file of questions; a string is a line as it is."""
    texts = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path
