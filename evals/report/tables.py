"""The figures of a run as tables of words; `evals/summary.py` computes them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evals.results import Row
from evals.summary import (
    SCORES,
    Estimate,
    abstention_auroc,
    calibration_error,
    loss_by_perturbation,
    summarise,
)

_NAMES = {
    "facts": "Facts found",
    "citation_precision": "Citation precision",
    "citation_recall": "Citation recall",
    "exact": "Quotes exact",
    "supported": "Sentences supported",
    "right_language": "Right language",
    "answered": "Answered where answerable",
    "refused": "Abstained where not",
    "clean_of_injections": "Clean of injections",
}
_BY_GROUP = ("facts", "citation_precision", "citation_recall", "answered", "refused")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and in small below it where it comes from."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` without the first one, which names the rows."""

    id: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


_NOTHING = Cell("—")


def main_table(rows: Sequence[Row]) -> Table:
    """Every figure in a row, each split in a column."""
    splits = sorted({row.split for row in rows})
    groups = {split: [row for row in rows if row.split == split] for split in splits}
    if len(groups) != 1:
        groups = {"all": list(rows), **groups}
    summaries = [summarise(group) for group in groups.values()]
    scores = [(_name(name), tuple(_share(s[name]) for s in summaries)) for name in SCORES]
    others = [(name, tuple(map(cell, groups.values()))) for name, cell in _WHOLE.items()]
    return Table(
        "figures",
        "Main figures",
        "Means with their 95 % interval by bootstrap, over the n questions that have a score.",
        tuple(f"{name} ({len(group)})" for name, group in groups.items()),
        (*scores, *others),
    )


def group_table(rows: Sequence[Row], id_: str, title: str, group: Callable[[Row], str]) -> Table:
    """The scores of each group of rows; perturbed questions count like others."""
    names = sorted({group(row) for row in rows})
    return Table(
        id_,
        title,
        "Over all splits, perturbed questions among them.",
        ("Questions", *(_name(name) for name in _BY_GROUP)),
        tuple((name, _scores([row for row in rows if group(row) == name])) for name in names),
    )


def perturbation_table(rows: Sequence[Row]) -> Table:
    """Facts found of perturbed questions and of the same questions as they were."""
    return Table(
        "perturbations",
        "By perturbation",
        "Facts found of a perturbed question and of its clean twin; a loss is in points.",
        ("Pairs", "Clean", "Perturbed", "Loss"),
        tuple(
            (
                name,
                (Cell(str(count)), _percent(clean), _percent(perturbed), _loss(clean, perturbed)),
            )
            for name, (perturbed, clean, count) in loss_by_perturbation(rows).items()
        ),
    )


def _scores(rows: Sequence[Row]) -> tuple[Cell, ...]:
    summary = summarise(rows)
    return (Cell(str(len(rows))), *(_share(summary[name]) for name in _BY_GROUP))


def _name(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " ").capitalize())


def _share(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return _NOTHING
    interval = f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f}"
    return Cell(_percent(estimate.value).text, f"{interval}, n {estimate.count}")


def _percent(share: float) -> Cell:
    return Cell(f"{100 * share:.1f}\N{NO-BREAK SPACE}%")


def _loss(clean: float, perturbed: float) -> Cell:
    # A rounded -0.0 would print as a gain of nothing.
    return Cell(f"{round(100 * (clean - perturbed), 1) + 0.0:.1f}")


def _number(figure: float | None) -> Cell:
    return _NOTHING if figure is None else Cell(f"{figure:.3f}")


def _seconds(rows: Iterable[Row], percentile: int) -> Cell:
    seconds = [row.seconds for row in rows]
    return Cell(f"{np.percentile(seconds, percentile):.2f} s") if seconds else _NOTHING


_WHOLE: dict[str, Callable[[Sequence[Row]], Cell]] = {
    "AUROC of the confidence": lambda rows: _number(abstention_auroc(rows)),
    "Calibration error": lambda rows: _number(calibration_error(rows)),
    "Median latency": lambda rows: _seconds(rows, 50),
    "95th percentile of latency": lambda rows: _seconds(rows, 95),
}
"""Figures that are of many questions together, so that none of them has a score."""
