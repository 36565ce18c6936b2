"""Compares two runs of the eval set, question by question: is the difference more than chance?

Only questions that both runs have count, each against itself. Making runs is for `run.py`,
means of a single one for `summary.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from rich.text import Text
from scipy.stats import permutation_test

from evals.results import Row, Run
from evals.summary import SCORES, Estimate, Score, estimate
from rag.cli.console import print_line
from rag.errors import InputError

WON_AND_LOST = ("facts", "refused")
"""The scores whose questions are listed: one of answerable questions, one of the others."""

_FLIPS = 2**16
_FLIPS_AT_ONCE = 2**12
_SEED = 20211

Pair = tuple[Row, Row]


@dataclass(frozen=True, slots=True)
class Difference:
    """One score in both runs, over the questions that have it in both.

    Attributes:
        mean_a, mean_b: from 0 to 1.
        change: the mean of b − a, from -1 to 1, with its 95 % interval (paired percentile
            bootstrap) and the number of questions.
        p_value: how often chance alone would change the mean at least so much, from 0 to 1.
            It is that of one score; with nine of them, 0.05 is no longer rare.
    """

    mean_a: float
    mean_b: float
    change: Estimate
    p_value: float


@dataclass(frozen=True, slots=True)
class WonAndLost:
    """Ids of the questions that score more in the second run, and of those that score less."""

    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The runs `a` and `b` by name, over `shared` questions.

    Attributes:
        same_data: whether both asked the same questions over the same articles.
        changed: ids that mean another question in the other run; they do not count.
        only_a, only_b: ids that one run has alone; they do not count either.
        scores: every score of `summary.SCORES`; None where no question has it in both.
        questions: won and lost, for the scores of `WON_AND_LOST`.
    """

    a: str
    b: str
    shared: int
    same_data: bool
    changed: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    scores: Mapping[str, Difference | None]
    questions: Mapping[str, WonAndLost]


def compare(a: Run, b: Run, *, allow_other_data: bool = False) -> Comparison:
    """What changes from run `a` to run `b`; better is more, as all scores are shares.

    Twins count as questions of their own, so with many of them the intervals are a little
    too narrow: compare clean questions alone where it is close.

    Raises:
        InputError: the runs' data differ, unless `allow_other_data`, which leaves out the
            questions that have changed; or no question is in both.
    """
    same_data = dict(a.provenance.data) == dict(b.provenance.data)
    if not same_data and not allow_other_data:
        files = ", ".join(_differing(a.provenance.data, b.provenance.data))
        raise InputError(
            f"{a.name} and {b.name} were made from other data ({files}): "
            "run the older one again, or allow other data"
        )
    rows_a, rows_b = ({row.id: row for row in run.rows} for run in (a, b))
    both = [(row, rows_b[row.id]) for row in a.rows if row.id in rows_b]
    pairs = [pair for pair in both if _is_same_question(pair)]
    if not pairs:
        raise InputError(f"{a.name} and {b.name} have no question in common")
    return Comparison(
        a=a.name,
        b=b.name,
        shared=len(pairs),
        same_data=same_data,
        changed=tuple(one.id for one, other in both if not _is_same_question((one, other))),
        only_a=tuple(name for name in rows_a if name not in rows_b),
        only_b=tuple(name for name in rows_b if name not in rows_a),
        scores={name: _difference(pairs, score) for name, score in SCORES.items()},
        questions={name: _won_and_lost(pairs, SCORES[name]) for name in WON_AND_LOST},
    )


def sign_flip_p_value(differences: Sequence[float]) -> float:
    """Two-sided p-value of a paired permutation test of the mean (Good, 2005), 0 to 1.

    If nothing but chance tells the runs apart, each difference could as well have the other
    sign. Exact up to 16 differences that are not 0, else from 65,536 random flips with a
    fixed seed. [] → 1.0 · [1, 1, 1, 1, 1] → 0.0625, as two of 32 are as extreme.
    """
    # A zero has no sign: leaving it out changes no sum, and lets more tests be exact.
    flipped = np.array([value for value in differences if value != 0], dtype=float)
    if flipped.size < 2:  # SciPy takes no fewer, and either sign is as extreme as the other.
        return 1.0
    result = permutation_test(
        (flipped,),
        _absolute_sum,
        permutation_type="samples",
        vectorized=True,
        alternative="greater",
        n_resamples=_FLIPS,
        batch=_FLIPS_AT_ONCE,
        rng=np.random.default_rng(_SEED),
    )
    return float(result.pvalue)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print one table of all scores, and then the questions that were won and lost."""
    c = comparison
    print_line(console, f"{c.a} → {c.b}: {c.shared} questions in both")
    if not c.same_data:
        print_line(console, "The data differ: articles or questions are not the same.", "yellow")
    for what, ids in (("changed", c.changed), (f"only {c.a}", c.only_a), (f"only {c.b}", c.only_b)):
        if ids:
            print_line(console, f"not compared, {what}: {', '.join(ids)}")
    console.print(_table(c))
    for name, questions in c.questions.items():
        print_line(console, f"{name}: {len(questions.won)} won, {len(questions.lost)} lost")
        for sign, ids in (("+", questions.won), ("-", questions.lost)):
            for question_id in ids:
                print_line(console, f"  {sign} {question_id}")


def _table(comparison: Comparison) -> Table:
    table = Table(caption="p: paired sign-flip test of each score alone")
    for heading in ("score", "questions", comparison.a, comparison.b, "change", "95 %", "p"):
        table.add_column(Text(heading), justify="left" if heading == "score" else "right")
    for name, found in comparison.scores.items():
        table.add_row(name, *(["0", *["–"] * 5] if found is None else _cells(found)))
    return table


def _cells(found: Difference) -> list[str]:
    change = found.change
    return [
        str(change.count),
        f"{found.mean_a:.3f}",
        f"{found.mean_b:.3f}",
        f"{change.value:+.3f}",
        f"{change.low:+.3f} … {change.high:+.3f}",
        f"{found.p_value:.4f}",
    ]


def _difference(pairs: Iterable[Pair], score: Score) -> Difference | None:
    scored = _scored(pairs, score)
    changes = [after - before for _id, before, after in scored]
    change = estimate(changes)
    if change is None:
        return None
    mean_a = sum(before for _id, before, _after in scored) / len(scored)
    mean_b = sum(after for _id, _before, after in scored) / len(scored)
    return Difference(mean_a, mean_b, change, sign_flip_p_value(changes))


def _won_and_lost(pairs: Iterable[Pair], score: Score) -> WonAndLost:
    scored = _scored(pairs, score)
    return WonAndLost(
        tuple(name for name, before, after in scored if after > before),
        tuple(name for name, before, after in scored if after < before),
    )


def _scored(pairs: Iterable[Pair], score: Score) -> list[tuple[str, float, float]]:
    """Id and both values of the questions that have the score in both runs."""
    valued = ((one.id, score(one), score(other)) for one, other in pairs)
    return [(name, a, b) for name, a, b in valued if a is not None and b is not None]


def _is_same_question(pair: Pair) -> bool:
    one, other = pair
    return (one.question, one.facts, one.gold) == (other.question, other.facts, other.gold)


def _differing(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def _absolute_sum(values: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
    return np.asarray(np.abs(values.sum(axis=axis)))
