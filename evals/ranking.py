"""Measures rankings of articles against what is relevant, with the library ir-measures.

Works on rows of the eval set and on any other qrels. What scores an answer is
`answer_scores.py`'s business, reading other people's collections `beir.py`'s.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, Measure, R, nDCG

from evals.results import Row
from evals.summary import Estimate, estimate

MEASURES: tuple[Measure, ...] = (nDCG @ 10, RR @ 10, R @ 1, R @ 5, R @ 20)
"""nDCG as Järvelin and Kekäläinen (2002) define it with trec_eval's linear gains; reciprocal
rank; and recall, which is a share of all that is relevant: of two gold articles, one at the
top is an R@1 of 0.5."""

CLEAN = "clean"
"""What questions without a perturbation are called."""

Qrels = Mapping[str, Mapping[str, int]]
"""Grades by question and article; 0 or less is not relevant, and neither is what is not there."""

Estimates = dict[str, Estimate]
"""By the measure's name, such as "nDCG@10"."""


def measure_rankings(
    qrels: Qrels,
    rankings: Mapping[str, Sequence[str]],
    measures: Sequence[Measure] = MEASURES,
) -> dict[str, dict[str, float]]:
    """Each question's value of each measure, 0 to 1: question → "nDCG@10" → value.

    A ranking holds article ids, best first, each once. A question that has no relevant
    article is left out; one that has, but no ranking, gets 0.
    """
    relevant = {
        question: positive
        for question, grades in qrels.items()
        if (positive := {article: grade for article, grade in grades.items() if grade > 0})
    }
    # trec_eval sorts by score alone, so the place is made one.
    scored = {
        question: {article: -float(place) for place, article in enumerate(rankings[question])}
        for question in relevant
        if question in rankings
    }
    values: dict[str, dict[str, float]] = {question: {} for question in relevant}
    for metric in ir_measures.iter_calc(measures, relevant, scored):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values


def estimate_rankings(
    values: Iterable[Mapping[str, float]], measures: Sequence[Measure] = MEASURES
) -> Estimates:
    """The mean of each measure over questions, with its interval; {} for no questions."""
    listed = list(values)
    estimates = {str(m): estimate(value[str(m)] for value in listed) for m in measures}
    return {name: found for name, found in estimates.items() if found is not None}


def by_direction(rows: Sequence[Row]) -> dict[str, Estimates]:
    """Every measure by direction ("ar→en"), of the rows with gold. Ids are to be unique."""
    return _by(rows, lambda row: row.direction)


def by_perturbation(rows: Sequence[Row]) -> dict[str, Estimates]:
    """Every measure by perturbation, and of `CLEAN` questions, of the rows with gold."""
    return _by(rows, lambda row: row.perturbation or CLEAN)


def _by(rows: Sequence[Row], group: Callable[[Row], str]) -> dict[str, Estimates]:
    qrels = {row.id: {gold.article_id: 1 for gold in row.gold} for row in rows}
    values = measure_rankings(qrels, {row.id: row.ranking for row in rows})
    grouped: dict[str, list[Mapping[str, float]]] = {}
    for row in rows:
        if row.id in values:
            grouped.setdefault(group(row), []).append(values[row.id])
    return {name: estimate_rankings(found) for name, found in sorted(grouped.items())}
