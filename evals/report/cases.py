"""The failing cases as the page shows them: what was asked, said, quoted and expected.

What failed is told in `failures.py`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.metrics import holds_answer
from evals.report.failures import LABELS, Failure, failures
from evals.results import Row
from rag.language import detect_language
from rag.types import direction_of


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its own direction; `language` is "" and `direction` "auto" if it has none."""

    text: str
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote with where it is from; `marker` is None for gold."""

    text: Text
    article_id: str
    marker: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """The ways to say a fact, and whether one stands in the answer or its quotes."""

    alternatives: tuple[str, ...]
    found: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A row that failed. `answer` has an item for each line, `found` says what search did."""

    row: Row
    failures: tuple[Failure, ...]
    question: Text
    answer: tuple[Text, ...]
    quotes: tuple[Quote, ...]
    facts: tuple[Fact, ...]
    gold: tuple[Quote, ...]
    found: str

    @property
    def failure_names(self) -> str:
        return " ".join(failure.name for failure in self.failures)


def failing_cases(rows: Iterable[Row]) -> tuple[Case, ...]:
    """Every row of which something failed, in their order."""
    return tuple(_case(row, failed) for row in rows if (failed := failures(row)))


def choices(cases: Sequence[Case]) -> dict[str, list[tuple[str, str, int]]]:
    """What the cases can be filtered by: value, label and how many there are."""
    failed = Counter(failure.name for case in cases for failure in case.failures)
    return {
        "failures": [(name, LABELS[name], failed[name]) for name in LABELS if failed[name]],
        "split": _counted(case.row.split for case in cases),
        "kind": _counted(case.row.kind for case in cases),
    }


def _counted(values: Iterable[str]) -> list[tuple[str, str, int]]:
    return [(value, value, count) for value, count in sorted(Counter(values).items())]


def _case(row: Row, failed: tuple[Failure, ...]) -> Case:
    citations = row.answer["citations"]
    shown = " ".join([row.answer["answer"], *(citation["quote"] for citation in citations)])
    return Case(
        row=row,
        failures=failed,
        question=_text(row.question),
        answer=tuple(_text(line) for line in row.answer["answer"].splitlines() if line.strip()),
        quotes=tuple(Quote(_text(c["quote"]), c["article_id"], c["marker"]) for c in citations),
        facts=tuple(Fact(fact, holds_answer(shown, fact)) for fact in row.facts),
        gold=tuple(Quote(_text(gold.quote), gold.article_id, None) for gold in row.gold),
        found=_found(row),
    )


def _text(text: str) -> Text:
    """By its letters, not by the row: an Arabic question in Latin letters reads from the left."""
    language = detect_language(text)
    if language == "und":
        return Text(text, "", "auto")
    return Text(text, language, direction_of(language))


def _found(row: Row) -> str:
    """Tells a failure of the search from one of the answerer."""
    if not row.gold:
        return ""
    wanted = {gold.article_id for gold in row.gold}
    for rank, article_id in enumerate(row.ranking, start=1):
        if article_id in wanted:
            return f"search has the first gold article at rank {rank}"
    return "search has no gold article"
