"""Prints retrieval, answer and abstention figures on SQuAD-format files.

`python -m evals.bench_squad xquad.ar.json xquad.en.json` — the weights were fitted on
the development half (even topics); the figures are those of the other half, and of all.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from evals.bench import Asked, Bench, open_bench
from evals.metrics import mean, reciprocal_rank
from evals.squad import holds_gold, is_development, load_squad
from rag.citations import is_exact
from rag.confidence import confidence
from rag.errors import DalilError
from rag.extractive import Quote, pick_sentences
from rag.retrieval import RankedPassage, Retrieved
from rag.selection import without_copies
from rag.settings import Settings, load_settings
from rag.types import Language
from rag.weights import Weights, load_weights

Direction = tuple[Language, Language]


@dataclass(slots=True)
class Scores:
    """The figures of one direction (language of the question, of the articles)."""

    reciprocal_ranks: list[float] = field(default_factory=list)
    first_holds: list[bool] = field(default_factory=list)
    any_holds: list[bool] = field(default_factory=list)
    quotes: int = 0
    exact_quotes: int = 0
    confident: list[float] = field(default_factory=list)
    unanswerable: list[float] = field(default_factory=list)


def measure(bench: Bench, weights: Weights, settings: Settings, progress: Callable[[str, int, int], None]) -> dict[tuple[str, Direction], Scores]:
    """Scores by half ("report" or "development") and direction."""
    scores: dict[tuple[str, Direction], Scores] = defaultdict(Scores)
    asked = bench.ask(lambda _question: True, progress)
    for done, item in enumerate(asked):
        if done % 50 == 0:
            progress("answering", done, len(asked))
        half = "development" if is_development(item.question) else "report"
        for language in bench.languages:
            direction = (item.file.language, language)
            _score(bench, item, language, weights, settings.top_k, scores[half, direction])
    return dict(scores)


def _score(
    bench: Bench, asked: Asked, language: Language, weights: Weights, top_k: int, scores: Scores
) -> None:
    retrieved = bench.retrieve(asked, language, weights)
    file = next(file for file in bench.files if file.language == language)
    gold = file.article_id(asked.question.paragraph)
    ranking = list(dict.fromkeys(p.evidence.chunk.article_id for p in retrieved.passages))
    scores.reciprocal_ranks.append(reciprocal_rank(ranking, gold))
    quotes, sure = _answer(bench, asked, retrieved, retrieved.passages, weights, top_k)
    holds = [
        holds_gold(file, asked.question.id, q.article.id, q.span, q.text) for q in quotes
    ]
    scores.first_holds.append(holds[0])
    scores.any_holds.append(any(holds))
    scores.quotes += len(quotes)
    scores.exact_quotes += sum(
        is_exact(q.text, q.span, bench.view.article(q.article.id).text) for q in quotes
    )
    without_gold = [p for p in retrieved.passages if p.evidence.chunk.article_id != gold]
    scores.confident.append(sure)
    scores.unanswerable.append(
        _answer(bench, asked, retrieved, without_gold, weights, top_k)[1]
    )


def _answer(
    bench: Bench,
    asked: Asked,
    retrieved: Retrieved,
    passages: Sequence[RankedPassage],
    weights: Weights,
    top_k: int,
) -> tuple[list[Quote], float]:
    chosen = without_copies(passages, top_k)
    articles = {
        p.evidence.chunk.article_id: bench.view.article(p.evidence.chunk.article_id)
        for p in chosen
    }
    quotes = pick_sentences(asked.query, chosen, articles, retrieved.term_weights, weights)
    term_weights = retrieved.term_weights[quotes[0].article.language]
    return quotes, confidence(quotes[0], term_weights, weights)


def _table(title: str, half: str, scores: dict[tuple[str, Direction], Scores]) -> Table:
    table = Table(title=title)
    columns = ("direction", "questions", "MRR@10", "first quote", "any quote", "quotes", "exact", "AUROC", "kept", "refused")  # fmt: skip
    for column in columns:
        table.add_column(column, justify="left" if column == "direction" else "right")
    directions = dict.fromkeys(direction for _half, direction in scores)
    for direction in directions:
        parts = [s for (h, d), s in scores.items() if d == direction and half in (h, "all")]
        table.add_row("→".join(direction), *_row(parts))
    return table


def _row(parts: Sequence[Scores]) -> list[str]:
    ranks = [value for part in parts for value in part.reciprocal_ranks]
    firsts = [float(value) for part in parts for value in part.first_holds]
    together = [float(value) for part in parts for value in part.any_holds]
    positive = [value for part in parts for value in part.confident]
    negative = [value for part in parts for value in part.unanswerable]
    quotes, exact = sum(p.quotes for p in parts), sum(p.exact_quotes for p in parts)
    auroc = roc_auc_score([1] * len(positive) + [0] * len(negative), positive + negative)
    return [
        str(len(ranks)),
        _shown(mean(ranks)),
        _shown(mean(firsts)),
        _shown(mean(together)),
        f"{quotes / len(ranks):.2f}",
        f"{exact}/{quotes}",
        _shown(float(auroc)),
        _shown(mean([float(value >= 0.5) for value in positive])),
        _shown(mean([float(value < 0.5) for value in negative])),
    ]


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="SQuAD-format files, one a language")
    parsed = parser.parse_args(arguments)
    console, errors = Console(width=140), Console(stderr=True)
    try:
        settings = load_settings()
        files = [load_squad(path) for path in parsed.files]
        with errors.status("ingesting") as status, open_bench(files, settings) as bench:
            scores = measure(
                bench,
                load_weights(),
                settings,
                lambda what, done, total: status.update(f"{what} {done}/{total}"),
            )
            model = bench.encoder.fingerprint
    except DalilError as error:
        errors.print(f"dalil: {error}", style="red")
        return 2
    console.print(f"model {settings.embedding_model} ({model}), top {settings.top_k}")
    for file in files:
        console.print(f"{file.path.name}: {len(file.paragraphs)} paragraphs, "
                      f"{len(file.questions)} questions, sha256 {file.sha256[:12]}")  # fmt: skip
    for half, title in (
        ("report", "Reported half (odd topics)"),
        ("development", "Development half (even topics; the weights were fitted on it)"),
        ("all", "All questions"),
    ):
        console.print(_table(title, half, scores))
    return 0


if __name__ == "__main__":
    sys.exit(main())
