"""Prints retrieval, answer and abstention figures on SQuAD-format files.

`python -m evals.bench_squad xquad.ar.json xquad.en.json` — the weights were fitted on
the development half (even topics); the figures are those of the other half, and of all.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from evals.bench import open_bench
from evals.metrics import mean
from evals.scoring import Direction, Scores, measure
from evals.squad import SquadFile, load_squad
from rag.errors import DalilError
from rag.settings import Settings, load_settings
from rag.weights import load_weights

_COLUMNS = (
    "direction",
    "questions",
    "MRR@10",
    "first quote",
    "any quote",
    "quotes",
    "exact",
    "AUROC",
    "answered",
    "refused",
)
_HALVES = (
    ("Reported half (odd topics)", (False,)),
    ("Development half (even topics; the weights were fitted on it)", (True,)),
    ("All questions", (False, True)),
)

AllScores = Mapping[tuple[bool, Direction], Scores]


def _table(title: str, halves: Sequence[bool], scores: AllScores, min_confidence: float) -> Table:
    table = Table(title=title)
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == "direction" else "right")
    for direction in dict.fromkeys(direction for _half, direction in scores):
        parts = [scores[half, direction] for half in halves if (half, direction) in scores]
        table.add_row("→".join(direction), *_row(parts, min_confidence))
    return table


def _row(parts: Sequence[Scores], min_confidence: float) -> list[str]:
    ranks = [value for part in parts for value in part.reciprocal_ranks]
    firsts = [float(value) for part in parts for value in part.first_holds]
    together = [float(value) for part in parts for value in part.any_holds]
    positive = [value for part in parts for value in part.answerable]
    negative = [value for part in parts for value in part.unanswerable]
    quotes, exact = sum(p.quotes for p in parts), sum(p.exact_quotes for p in parts)
    labels = [1] * len(positive) + [0] * len(negative)
    return [
        str(len(ranks)),
        _shown(mean(ranks)),
        _shown(mean(firsts)),
        _shown(mean(together)),
        f"{quotes / len(ranks):.2f}",
        f"{exact}/{quotes}",
        _shown(float(roc_auc_score(labels, positive + negative))),
        _shown(mean([float(value >= min_confidence) for value in positive])),
        _shown(mean([float(value < min_confidence) for value in negative])),
    ]


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _print(
    console: Console,
    files: Sequence[SquadFile],
    scores: AllScores,
    settings: Settings,
    fingerprint: str,
) -> None:
    console.print(f"model {settings.embedding_model} ({fingerprint}), top {settings.top_k}")
    for file in files:
        console.print(
            f"{file.path.name}: {len(file.paragraphs)} paragraphs, "
            f"{len(file.questions)} questions, sha256 {file.sha256[:12]}"
        )
    for title, halves in _HALVES:
        if any(half in halves for half, _direction in scores):
            console.print(_table(title, halves, scores, settings.min_confidence))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="SQuAD-format files, one a language")
    parsed = parser.parse_args(arguments)
    errors = Console(stderr=True)
    try:
        settings = load_settings()
        files = [load_squad(path) for path in parsed.files]
        with errors.status("ingesting") as status, open_bench(files, settings) as bench:
            scores = measure(
                bench,
                load_weights(),
                settings.top_k,
                lambda what, done, total: status.update(f"{what} {done}/{total}"),
            )
            fingerprint = bench.encoder.fingerprint
    except DalilError as error:
        errors.print(f"dalil: {error}", style="red")
        return 2
    _print(Console(width=140), files, scores, settings, fingerprint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
