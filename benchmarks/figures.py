"""The arithmetic of the benchmarks: percentiles, ratios, tables. Nothing is timed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that `share` of them do not exceed.

    [1, 2, 3, 4], 0.5 → 2 · [1, 2, 3, 4], 0.95 → 4. Raises ValueError where there is none.
    """
    if not values:
        raise ValueError("no percentile of nothing")
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long the calls of a run took, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float


def latencies(milliseconds: Sequence[float]) -> Latencies:
    """Raises ValueError where there are none."""
    p50, p95, p99 = (percentile(milliseconds, share) for share in (0.5, 0.95, 0.99))
    return Latencies(len(milliseconds), p50, p95, p99)


def median_of(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median over rounds of each figure: [{"a": 1}, {"a": 3}, {"a": 9}] → {"a": 3}.

    What only some of the rounds measured is the median of those.
    """
    names = dict.fromkeys(name for one in rounds for name in one)
    return {name: median(one[name] for one in rounds if name in one) for name in names}


def times_better(ours: float, theirs: float, *, higher: bool) -> float:
    """How many times better ours is; below 1 where theirs is better.

    10 ms against 40 ms, higher=False → 4 · 10/s against 40/s, higher=True → 0.25
    """
    better, worse = (ours, theirs) if higher else (theirs, ours)
    return better / worse


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are figures."""
    rule = ["---", *["---:"] * (len(columns) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, rule, *rows))


def shown(value: float) -> str:
    """Three figures that count: 1234.5 → "1,234", 12.34 → "12.3", 0.01234 → "0.0123"."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"
