"""The plots of a report. How they are drawn, and in which colours, is in `svg.py`.

Labels are English: Matplotlib does not join Arabic letters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from evals.report.svg import ACCENT, INK, MUTED, SECOND, draw
from evals.results import Row
from evals.summary import Estimate, estimate, loss_by_perturbation, risk_coverage

_HEIGHT = 3.0
_BINS = 10


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn plot, or None where there is nothing to draw; `caption` then says why."""

    title: str
    caption: str
    svg: str | None


def all_plots(rows: Sequence[Row]) -> tuple[Plot, ...]:
    """Every plot of a run, in the order of the page."""
    return (
        _by_group(rows, "direction", lambda row: row.direction),
        _by_group(rows, "kind", lambda row: row.kind),
        _twins(rows),
        _risk(rows),
        _reliability(rows),
        _latency(rows),
    )


def _by_group(rows: Sequence[Row], what: str, group: Callable[[Row], str]) -> Plot:
    title = f"Facts found by {what}"
    names = sorted({group(row) for row in rows}, reverse=True)
    known = {
        name: found
        for name in names
        if (found := estimate(row.scores.facts for row in rows if group(row) == name))
    }
    if not known:
        return Plot(title, "No question of this run has facts.", None)
    svg = draw(f"by-{what}", title, _tall(len(known)), lambda axes: _intervals(axes, known))
    return Plot(title, "Mean with its 95 % interval, and the number of questions.", svg)


def _intervals(axes: Axes, estimates: Mapping[str, Estimate]) -> None:
    places = range(len(estimates))
    found = list(estimates.values())
    axes.hlines(places, [e.low for e in found], [e.high for e in found], color=ACCENT, lw=2)
    axes.plot([e.value for e in found], places, "o", color=ACCENT)
    axes.set_yticks(places, [f"{name} ({e.count})" for name, e in estimates.items()])
    _shares_across(axes, "facts found")


def _twins(rows: Sequence[Row]) -> Plot:
    title = "Perturbed questions against their clean twins"
    pairs = loss_by_perturbation(rows)
    if not pairs:
        return Plot(title, "No question of this run has its clean twin here.", None)
    svg = draw("twins", title, _tall(len(pairs)) + 0.3, lambda axes: _dumbbells(axes, pairs))
    return Plot(title, "Mean of facts found, and the number of pairs.", svg)


def _dumbbells(axes: Axes, pairs: Mapping[str, tuple[float, float, int]]) -> None:
    names = sorted(pairs, reverse=True)
    places = range(len(names))
    perturbed, clean = ([pairs[name][side] for name in names] for side in (0, 1))
    axes.hlines(places, perturbed, clean, color=MUTED, lw=1)
    axes.plot(clean, places, "o", color=SECOND, mfc="none", ms=8, label="clean")
    axes.plot(perturbed, places, "o", color=ACCENT, ms=5, label="perturbed")
    axes.set_yticks(places, [f"{name} ({pairs[name][2]})" for name in names])
    _shares_across(axes, "facts found")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _risk(rows: Sequence[Row]) -> Plot:
    title = "Risk and coverage"
    if not _has_both(rows):
        return Plot(title, _ONE_SIDE, None)
    curve = risk_coverage(rows)
    answered = [row for row in rows if not row.scores.abstained]
    chosen = len(answered) / len(rows)
    wrong = estimate(float((row.scores.facts or 0.0) < 1.0) for row in answered)

    def plot(axes: Axes) -> None:
        axes.plot([c for c, _ in curve], [r for _, r in curve], color=ACCENT)
        axes.plot(chosen, wrong.value if wrong else 0.0, "o", color=SECOND, label="as it was run")
        axes.set(xlim=(0, 1.02), ylim=(-0.03, 1.03), ylabel="risk: answers not all right")
        axes.set_xlabel("coverage: questions answered")
        axes.grid()
        axes.legend(loc="upper left")

    caption = (
        "As the threshold on the confidence falls. What it abstained from counts as wrong, "
        "so the curve rises once those questions come."
    )
    return Plot(title, caption, draw("risk", title, _HEIGHT, plot))


def _reliability(rows: Sequence[Row]) -> Plot:
    title = "Reliability of the confidence"
    if not _has_both(rows):
        return Plot(title, _ONE_SIDE, None)
    points = _bins(rows)

    def plot(axes: Axes) -> None:
        confidence = [place for place, _ in points]
        axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls="--", label="calibrated")
        axes.vlines(confidence, [e.low for _, e in points], [e.high for _, e in points], ACCENT)
        axes.plot(confidence, [e.value for _, e in points], "o-", color=ACCENT, lw=1)
        for place, share in points:
            axes.annotate(
                str(share.count), (place, share.value), (4, -10), textcoords="offset points",
                color=INK, fontsize=8,
            )  # fmt: skip
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.05), xlabel="confidence")
        axes.set_ylabel("share that is answerable")
        axes.legend(loc="upper left")

    caption = f"In {_BINS} equal bins, with 95 % intervals and the number of questions."
    return Plot(title, caption, draw("reliability", title, _HEIGHT, plot))


def _bins(rows: Sequence[Row]) -> list[tuple[float, Estimate]]:
    """Mean confidence and share of answerable questions of each bin that is not empty."""
    bins: dict[int, list[Row]] = {}
    for row in rows:
        bins.setdefault(min(int(row.scores.confidence * _BINS), _BINS - 1), []).append(row)
    return [
        (float(np.mean([row.scores.confidence for row in found])), share)
        for _, found in sorted(bins.items())
        if (share := estimate(float(row.answerable) for row in found))
    ]


def _latency(rows: Sequence[Row]) -> Plot:
    title = "Latency"
    seconds = [row.seconds for row in rows]
    if not seconds:
        return Plot(title, "No question was asked.", None)

    def plot(axes: Axes) -> None:
        axes.hist(seconds, bins=20, color=ACCENT, alpha=0.8)
        for percentile, style in ((50, "-"), (95, "--")):
            place = float(np.percentile(seconds, percentile))
            axes.axvline(place, color=SECOND, ls=style, label=f"p{percentile} {place:.2f} s")
        axes.set(xlabel="seconds to the whole answer", ylabel="questions")
        axes.legend()

    caption = "From the question to the whole answer, one question at a time."
    return Plot(title, caption, draw("latency", title, _HEIGHT, plot))


_ONE_SIDE = "It takes answerable and unanswerable questions; this run has only one kind, or none."


def _has_both(rows: Sequence[Row]) -> bool:
    return len({row.answerable for row in rows}) == 2


def _tall(lines: int) -> float:
    return 0.8 + 0.3 * lines


def _shares_across(axes: Axes, label: str) -> None:
    axes.set(xlim=(-0.03, 1.03), xlabel=label)
    axes.margins(y=0.5 / max(len(axes.get_yticks()), 1))
    axes.grid(axis="x")
