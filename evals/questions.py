"""The eval set: questions over `seeds/` with the facts and the evidence of their answers.

Reading checks that everything is what it should be: a gold quote that no longer stands in
its article would measure nothing. Asking and scoring are for `run.py` and its neighbours.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from evals.metrics import holds_answer
from rag.errors import InputError
from rag.loading import discover, load_article
from rag.types import Article, Language, Span, Turn

DATA = Path(__file__).parent / "data"
FOLDERS = (Path(__file__).parent.parent / "seeds", DATA / "adversarial")
"""What is ingested for the questions."""

Split: TypeAlias = Literal["dev", "test"]
KINDS = frozenset("fact number date name reason multi followup unanswerable adversarial".split())
PERTURBATIONS = frozenset(
    "no_hamza harakat indic_digits typo egyptian levantine gulf arabizi mixed_script".split()
)
_FIELDS = frozenset(
    "id split language kind question history perturbation twin facts gold forbidden note".split()
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article that states some of a question's facts, by their numbers."""

    article_id: str
    quote: str
    span: Span
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """A question, what its answer must hold, and every sentence that bears it out.

    A fact is found where one of its alternatives is. Without gold it is unanswerable.
    """

    id: str
    split: Split
    language: Language
    kind: str
    text: str
    history: tuple[Turn, ...]
    perturbation: str | None
    twin: str | None
    facts: tuple[tuple[str, ...], ...]
    gold: tuple[Evidence, ...]
    forbidden: tuple[str, ...]
    evidence_languages: frozenset[Language]

    @property
    def answerable(self) -> bool:
        return bool(self.gold)

    @property
    def direction(self) -> str:
        """ "ar→en" where only English articles answer an Arabic question; "none" where none do."""
        if not self.gold:
            return "none"
        if self.language in self.evidence_languages:
            return f"{self.language}→{self.language}"
        return f"{self.language}→{'+'.join(sorted(self.evidence_languages))}"

    @property
    def crosses(self) -> bool:
        """Whether only articles in another language answer it."""
        return bool(self.gold) and self.language not in self.evidence_languages


def load_articles(folders: Sequence[Path] = FOLDERS) -> dict[str, Article]:
    """The articles that the questions are about, by id."""
    loaded = map(load_article, discover([str(folder) for folder in folders]))
    return {article.id: article for article in loaded}


def load_questions(
    articles: Mapping[str, Article], paths: Sequence[Path] | None = None
) -> tuple[EvalQuestion, ...]:
    """Read the questions. Raises InputError, naming the row, for whatever is wrong with one."""
    if paths is None:
        paths = sorted(DATA.glob("questions.*.jsonl"))
    questions = [question for path in paths for question in _read(path, articles)]
    _check_together(questions)
    return tuple(questions)


def _read(path: Path, articles: Mapping[str, Article]) -> Iterable[EvalQuestion]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _question(json.loads(line), articles)
        except KeyError as error:
            raise InputError(f"{path}, line {number}: there is no {error}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{path}, line {number}: {error}") from error


def _question(row: dict[str, Any], articles: Mapping[str, Article]) -> EvalQuestion:
    unknown = row.keys() - _FIELDS
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    facts = tuple(tuple(alternatives) for alternatives in row["facts"])
    gold = tuple(_evidence(item, len(facts), articles) for item in row["gold"])
    question = EvalQuestion(
        id=row["id"],
        split=row["split"],
        language=row["language"],
        kind=row["kind"],
        text=row["question"],
        history=tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history", [])),
        perturbation=row.get("perturbation"),
        twin=row.get("twin"),
        facts=facts,
        gold=gold,
        forbidden=tuple(row.get("forbidden", [])),
        evidence_languages=frozenset(articles[e.article_id].language for e in gold),
    )
    _check(question)
    return question


def _evidence(item: dict[str, Any], facts: int, articles: Mapping[str, Article]) -> Evidence:
    article = articles[item["article_id"]]
    start = article.text.find(item["quote"])
    if start < 0 or not item["quote"]:
        raise ValueError(f"{item['quote']!r} does not stand in {article.id}")
    if not all(0 <= fact < facts for fact in item["facts"]):
        raise ValueError(f"evidence for a fact that is not there: {item['facts']}")
    span = Span(start, start + len(item["quote"]))
    return Evidence(article.id, item["quote"], span, tuple(item["facts"]))


def _check(question: EvalQuestion) -> None:
    if question.split not in ("dev", "test") or question.language not in ("ar", "en"):
        raise ValueError("split is dev or test, language ar or en")
    if question.kind not in KINDS or question.perturbation not in PERTURBATIONS | {None}:
        raise ValueError(f"unknown kind or perturbation: {question.kind}, {question.perturbation}")
    if (question.kind == "unanswerable") == question.answerable:
        raise ValueError("gold if, and only if, it is answerable")
    if (question.perturbation is None) != (question.twin is None):
        raise ValueError("a perturbed question has a twin, and no other has")
    for number, alternatives in enumerate(question.facts):
        quotes = [evidence.quote for evidence in question.gold if number in evidence.facts]
        if not any(holds_answer(quote, alternatives) for quote in quotes):
            raise ValueError(f"no evidence holds the fact {alternatives}")


def _check_together(questions: Sequence[EvalQuestion]) -> None:
    by_id = {question.id: question for question in questions}
    if len(by_id) != len(questions):
        raise InputError("two questions have the same id")
    for question in questions:
        if question.twin is None:
            continue
        twin = by_id.get(question.twin)
        if twin is None or twin.twin is not None:
            raise InputError(f"{question.id}: its twin is not there, or has one itself")
        if twin.split != question.split or twin.facts != question.facts:
            raise InputError(f"{question.id}: its twin is in another split, or has other facts")
