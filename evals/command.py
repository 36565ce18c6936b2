"""What `dalil eval` does: runs, figures on the terminal, files, the gate.

Measuring is done in `run.py`, `summary.py` and `gate.py`; the arguments are the CLI's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from rich.console import Console
from rich.table import Table

from evals.collection import open_collection, provenance
from evals.compare import compare, print_comparison
from evals.config import RunConfig, Which, load_configs
from evals.gate import figures, judge, load_thresholds
from evals.questions import load_articles, load_questions
from evals.report import write_report
from evals.results import Row, Run, load_run, save_run
from evals.run import ask_all
from evals.summary import SCORES, Estimate, calibration_error, loss_by_perturbation, summarise
from rag.errors import SettingsError

Progress = Callable[[str, int, int], None]

_DIRECTIONS = ("ar→ar", "en→en", "ar→en", "en→ar")


def run_configs(
    path: Path | None, split: str | None, folder: Path, progress: Progress, *, gate: bool
) -> bool:
    """Make the runs of a file, or the default one; whether all thresholds hold, if asked.

    Raises DalilError for whatever keeps a run from being made.
    """
    configs = load_configs(path) if path else [RunConfig()]
    if split is not None:
        if split not in get_args(Which):
            raise SettingsError(f"split is dev, test or all (got {split!r})")
        configs = [replace(config, split=cast(Which, split)) for config in configs]
    console = Console()
    passed = True
    for config in configs:
        run = _make(config, progress)
        save_run(run, folder / f"{run.name}.json")
        write_report(run, folder / f"{run.name}.html")
        _print(run, console)
        console.print(f"kept in {folder / run.name}.json; open {folder / run.name}.html")
        if gate:
            passed = _print_gate(run.rows, console) and passed
    return passed


def compare_runs(a: str, b: str, folder: Path, *, allow_other_data: bool) -> None:
    """Print what the second run won and lost. Raises InputError."""
    runs = (load_run(_file(name, folder)) for name in (a, b))
    print_comparison(compare(*runs, allow_other_data=allow_other_data), Console())


def report_run(name: str, folder: Path) -> Path:
    """Write the report of a run that was kept; its path. Raises InputError."""
    path = _file(name, folder)
    write_report(load_run(path), path.with_suffix(".html"))
    return path.with_suffix(".html")


def _make(config: RunConfig, progress: Progress) -> Run:
    articles = load_articles(config.articles)
    questions = load_questions(articles, config.questions)
    chosen = [q for q in questions if config.split in ("all", q.split)]
    progress("ingesting", 0, 1)
    with open_collection(config) as (service, settings):
        rows = ask_all(
            service, chosen, articles, lambda done, total: progress("asking", done, total)
        )
        return Run(config.name, provenance(config, settings, service), rows)


def _file(name: str, folder: Path) -> Path:
    return Path(name) if name.endswith(".json") else folder / f"{name}.json"


def _print(run: Run, console: Console) -> None:
    # Without a box, six columns fit into the eighty of a pipe.
    table = Table("score", "all", *_DIRECTIONS, title=run.name, box=None)
    clean = [row for row in run.rows if row.perturbation is None]
    directions = [[row for row in clean if row.direction == d] for d in _DIRECTIONS]
    columns = [summarise(clean), *map(summarise, directions)]
    for name in SCORES:
        table.add_row(name, *(_shown(column[name]) for column in columns))
    console.print(table)
    measured = figures(run.rows)
    error = calibration_error(clean)
    console.print(
        f"{len(run.rows)} questions · AUROC {_number(measured['all.auroc'])} · "
        f"calibration error {_number(error)}"
    )
    for name, (perturbed, twin, count) in loss_by_perturbation(run.rows).items():
        console.print(f"{name}: facts {perturbed:.3f}, clean twins {twin:.3f} ({count})")


def _print_gate(rows: Sequence[Row], console: Console) -> bool:
    table = Table("threshold", "measured", "at least", "")
    verdicts = list(judge(rows, load_thresholds()))
    for verdict in verdicts:
        mark = "ok" if verdict.passed else "BELOW"
        table.add_row(verdict.name, _number(verdict.value), _number(verdict.threshold), mark)
    console.print(table)
    return all(verdict.passed for verdict in verdicts)


def _shown(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.2f} ±{(estimate.high - estimate.low) / 2:.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
