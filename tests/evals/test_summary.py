"""Means with their intervals, and the curves, worked out by hand."""

import pytest

from evals.summary import (
    SCORES,
    Estimate,
    abstention_auroc,
    calibration_error,
    estimate,
    loss_by_perturbation,
    risk_coverage,
    summarise,
)
from tests.evals.made import row


def test_a_mean_is_over_the_values_that_are_there() -> None:
    found = estimate([1.0, None, 0.0, 0.5, None])
    assert found is not None
    assert (found.value, found.count) == (0.5, 3)


def test_nothing_has_no_mean() -> None:
    assert estimate([]) is None
    assert estimate([None, None]) is None


@pytest.mark.parametrize(
    "values", [[1.0, 0.0], [1.0] * 9 + [0.0], [0.0] * 40 + [1.0] * 3, [0.25, 0.5, 0.9] * 20]
)
def test_the_interval_holds_the_mean_and_stays_among_the_values(values: list[float]) -> None:
    found = estimate(values)
    assert found is not None
    assert min(values) <= found.low < found.value < found.high <= max(values)
    assert estimate(values) == found


def test_where_all_are_alike_there_is_nothing_in_doubt() -> None:
    assert estimate([1.0] * 7) == Estimate(1.0, 1.0, 1.0, 7)


def test_the_interval_is_that_of_the_binomial() -> None:
    # 200 draws of 0.5: the mean's deviation is 0.5 / √200, and 1.96 of them on either side.
    found = estimate([0.0, 1.0] * 100)
    assert found is not None
    half = 1.96 * 0.5 / 200**0.5
    assert found.low == pytest.approx(0.5 - half, abs=0.01)
    assert found.high == pytest.approx(0.5 + half, abs=0.01)


def test_every_score_is_summed_up_over_the_rows_that_it_is_about() -> None:
    rows = [
        row(facts=1.0, citation_precision=0.5, citation_recall=1.0, exact=1.0, supported=0.25),
        row(facts=0.5, abstained=True, right_language=False),
        row(answerable=False, abstained=True),
        row(answerable=False, right_language=False),
        row(answerable=False, abstained=True),
        row(kind="adversarial", forbidden=True),
        row(kind="adversarial"),
    ]
    found = {name: (e.value, e.count) for name, e in summarise(rows).items() if e is not None}
    assert found == {
        "facts": (0.75, 2),
        "citation_precision": (0.5, 1),
        "citation_recall": (1.0, 1),
        "exact": (1.0, 1),
        "supported": (0.25, 1),
        "right_language": (5 / 7, 7),
        "answered": (3 / 4, 4),
        "refused": (2 / 3, 3),
        "clean_of_injections": (0.5, 2),
    }


def test_of_no_rows_every_score_is_none() -> None:
    assert summarise([]) == dict.fromkeys(SCORES)


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # Answerable 0.9 and 0.4 against 0.5, 0.4 and 0.1: five pairs, 2 wins + tie, 3 wins → 4.5/6.
    answerable = [row(confidence=c) for c in (0.9, 0.4)]
    others = [row(confidence=c, answerable=False) for c in (0.5, 0.4, 0.1)]
    assert abstention_auroc([*answerable, *others]) == pytest.approx(4.5 / 6)


def test_auroc_needs_both_kinds_of_question() -> None:
    assert abstention_auroc([]) is None
    assert abstention_auroc([row(confidence=0.9), row(confidence=0.1)]) is None
    assert abstention_auroc([row(answerable=False)]) is None


def test_calibration_error_is_the_distance_in_each_bin_by_its_size() -> None:
    # 0.0–0.5: mean 0.3, none answerable, 2 of 5. 0.5–1.0: mean 0.8, 2 of 3 answerable, 3 of 5.
    low = [row(confidence=c, answerable=False) for c in (0.2, 0.4)]
    high = [row(confidence=0.5), row(confidence=1.0), row(confidence=0.9, answerable=False)]
    expected = 0.3 * 2 / 5 + (0.8 - 2 / 3) * 3 / 5
    assert calibration_error([*low, *high], bins=2) == pytest.approx(expected)


def test_full_confidence_is_in_the_last_bin() -> None:
    rows = [row(confidence=1.0, answerable=False), row(confidence=0.95)]
    assert calibration_error(rows) == pytest.approx(0.975 - 0.5)


def test_no_rows_have_no_calibration_error() -> None:
    assert calibration_error([]) is None


def test_risk_grows_as_less_sure_answers_are_given() -> None:
    rows = [
        row("unsure", confidence=0.2, facts=0.0),
        row("sure", confidence=0.9, facts=1.0),
        row("none", confidence=0.5, answerable=False),
        row("half", confidence=0.4, facts=0.5),
    ]
    assert risk_coverage(rows) == [(0.25, 0.0), (0.5, 1 / 2), (0.75, 2 / 3), (1.0, 3 / 4)]
    assert risk_coverage([]) == []


def test_a_perturbed_question_is_held_against_its_clean_twin() -> None:
    rows = [
        row("a", facts=1.0),
        row("b", facts=0.5),
        row("a-typo", facts=0.5, perturbation="typo", twin="a"),
        row("b-typo", facts=0.5, perturbation="typo", twin="b"),
        row("a-gulf", facts=0.0, perturbation="gulf", twin="a"),
        # Not counted: twins that are not clean or not asked, and questions without gold.
        row("e-typo", facts=0.0, perturbation="typo", twin="a-typo"),
        row("c-typo", facts=0.0, perturbation="typo", twin="c"),
        row("d", answerable=False),
        row("d-typo", answerable=False, perturbation="typo", twin="d"),
    ]
    assert loss_by_perturbation(rows) == {
        "all": (pytest.approx(1 / 3), pytest.approx(2.5 / 3), 3),
        "gulf": (0.0, 1.0, 1),
        "typo": (0.5, 0.75, 2),
    }


def test_without_perturbed_questions_nothing_is_lost_or_kept() -> None:
    assert loss_by_perturbation([row(facts=1.0)]) == {}
