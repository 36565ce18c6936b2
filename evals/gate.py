"""Decides whether the service may ship: every threshold of `thresholds.toml` must hold.

A threshold may be raised; lowering one needs its reason in the file's history.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.results import Row
from evals.summary import abstention_auroc, loss_by_perturbation, summarise

THRESHOLDS = Path(__file__).parent / "thresholds.toml"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its threshold; `value` is None where there is nothing to measure."""

    name: str
    value: float | None
    threshold: float

    @property
    def passed(self) -> bool:
        return self.value is not None and self.value >= self.threshold


_GROUPS: Mapping[str, Callable[[Row], bool]] = {
    "all": lambda row: row.perturbation is None,
    "same": lambda row: row.perturbation is None and row.answerable and not row.crosses,
    "cross": lambda row: row.perturbation is None and row.crosses,
}


def figures(rows: Sequence[Row]) -> dict[str, float | None]:
    """Every figure that a threshold may be set for, by the name it has in the file.

    "same.facts" is of the clean questions answered in their own language, "cross.facts" of
    those that only another language answers, "all.refused" of all clean ones;
    "perturbed.kept" is 1 minus the points that perturbed questions lose against their twins.
    """
    found: dict[str, float | None] = {}
    for group, belongs in _GROUPS.items():
        chosen = [row for row in rows if belongs(row)]
        for name, estimate in summarise(chosen).items():
            found[f"{group}.{name}"] = estimate.value if estimate else None
        found[f"{group}.auroc"] = abstention_auroc(chosen)
    losses = loss_by_perturbation(rows)
    if "all" in losses:
        perturbed, clean, _count = losses["all"]
        found["perturbed.kept"] = 1 - max(clean - perturbed, 0.0)
    return found


def load_thresholds(path: Path = THRESHOLDS) -> dict[str, float]:
    """The thresholds by figure: `[same] facts = 0.8` is "same.facts"."""
    data = tomllib.loads(path.read_text("utf-8"))
    return {f"{group}.{name}": float(v) for group, own in data.items() for name, v in own.items()}


def judge(rows: Sequence[Row], thresholds: Mapping[str, float]) -> Iterator[Verdict]:
    """Each threshold with the figure that was measured. Raises KeyError for an unknown one."""
    measured = {"perturbed.kept": None, **figures(rows)}
    for name, threshold in thresholds.items():
        yield Verdict(name, measured[name], threshold)
