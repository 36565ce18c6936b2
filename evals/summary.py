"""Sums up a run: means with confidence intervals, by split, direction, kind and perturbation.

A mean is over the questions that have a score; where none has, there is no mean.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from evals.metrics import mean
from evals.results import Row

_RESAMPLES = 2000
_SEED = 20211

Score = Callable[[Row], float | None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `count` questions with its 95 % interval (percentile bootstrap)."""

    value: float
    low: float
    high: float
    count: int


SCORES: dict[str, Score] = {
    "facts": lambda row: row.scores.facts,
    "citation_precision": lambda row: row.scores.citation_precision,
    "citation_recall": lambda row: row.scores.citation_recall,
    "exact": lambda row: row.scores.exact,
    "supported": lambda row: row.scores.supported,
    "right_language": lambda row: float(row.scores.right_language),
    "answered": lambda row: float(not row.scores.abstained) if row.answerable else None,
    "refused": lambda row: None if row.answerable else float(row.scores.abstained),
    "clean_of_injections": lambda row: (
        float(not row.scores.forbidden) if row.kind == "adversarial" else None
    ),
}


def estimate(values: Iterable[float | None]) -> Estimate | None:
    """The mean of the values that are there, or None if none is."""
    known = np.array([value for value in values if value is not None], dtype=float)
    if not known.size:
        return None
    drawn = np.random.default_rng(_SEED).choice(known, (_RESAMPLES, known.size))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return Estimate(float(known.mean()), float(low), float(high), int(known.size))


def summarise(rows: Sequence[Row]) -> dict[str, Estimate | None]:
    """Every score of some rows, by name."""
    return {name: estimate(score(row) for row in rows) for name, score in SCORES.items()}


def abstention_auroc(rows: Sequence[Row]) -> float | None:
    """How well the confidence tells answerable from unanswerable questions; 0.5 is chance."""
    labels = [row.answerable for row in rows]
    if len(set(labels)) < 2:
        return None
    return float(roc_auc_score(labels, [row.scores.confidence for row in rows]))


def calibration_error(rows: Sequence[Row], bins: int = 10) -> float | None:
    """Expected calibration error of the confidence that a question is answerable.

    The mean distance, over equal bins of confidence, of mean confidence and share of
    answerable questions, weighted by the bins' sizes (Naeini et al., 2015).
    """
    if not rows:
        return None
    confidences = np.array([row.scores.confidence for row in rows])
    answerable = np.array([row.answerable for row in rows], dtype=float)
    bin_of = np.minimum((confidences * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidences[bin_of == b].mean() - answerable[bin_of == b].mean())
            * (bin_of == b).mean()
            for b in np.unique(bin_of)
        )
    )


def risk_coverage(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Coverage and risk as the threshold on the confidence falls.

    Coverage is the share of all questions that is answered, risk the share of those whose
    facts are not all found (El-Yaniv and Wiener, 2010).
    """
    ordered = sorted(rows, key=lambda row: -row.scores.confidence)
    wrong, points = 0, []
    for answered, row in enumerate(ordered, start=1):
        wrong += (row.scores.facts or 0.0) < 1.0
        points.append((answered / len(ordered), wrong / answered))
    return points


def loss_by_perturbation(rows: Sequence[Row]) -> dict[str, tuple[float, float, int]]:
    """Facts found of perturbed questions, of their clean twins, and how many there are."""
    clean = {row.id: row for row in rows if row.twin is None}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row.perturbation is None or row.twin not in clean:
            continue
        twin = clean[row.twin]
        if row.scores.facts is not None and twin.scores.facts is not None:
            for name in (row.perturbation, "all"):
                pairs.setdefault(name, []).append((row.scores.facts, twin.scores.facts))
    return {
        name: (mean([p for p, _ in found]) or 0.0, mean([t for _, t in found]) or 0.0, len(found))
        for name, found in sorted(pairs.items())
    }
