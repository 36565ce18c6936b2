"""The gate: figures by name, each at least its threshold."""

from pathlib import Path

import pytest

from evals.gate import THRESHOLDS, Verdict, figures, judge, load_thresholds
from tests.evals.made import row

ROWS = [
    row("same", facts=1.0, citation_precision=1.0, confidence=0.9),
    row("half", facts=0.5, citation_precision=0.5, confidence=0.8),
    row("cross", facts=0.25, direction="ar→en", crosses=True, confidence=0.1),
    row("none", answerable=False, abstained=True, confidence=0.2),
    row("typo", facts=0.75, perturbation="typo", twin="same", abstained=True),
]


def test_figures_are_of_clean_questions_by_where_their_answer_is() -> None:
    found = figures(ROWS)
    assert found["same.facts"] == 0.75
    assert found["cross.facts"] == 0.25
    assert found["all.facts"] == pytest.approx(1.75 / 3)
    assert (found["all.answered"], found["all.refused"]) == (1.0, 1.0)
    # Of the three pairs with the one that nothing answers, two are in the right order.
    assert found["all.auroc"] == pytest.approx(2 / 3)


def test_what_is_kept_is_what_twins_do_not_lose() -> None:
    assert figures(ROWS)["perturbed.kept"] == 0.75
    gained = [row("a", facts=0.5), row("b", facts=1.0, perturbation="typo", twin="a")]
    assert figures(gained)["perturbed.kept"] == 1.0


def test_what_nothing_measures_has_no_figure() -> None:
    found = figures(ROWS)
    assert found["cross.refused"] is None
    assert found["same.auroc"] is None
    assert found["all.clean_of_injections"] is None
    assert figures([])["all.facts"] is None


def test_a_figure_passes_from_its_threshold_on() -> None:
    thresholds = {"same.facts": 0.75, "cross.facts": 0.26, "perturbed.kept": 0.7}
    assert list(judge(ROWS, thresholds)) == [
        Verdict("same.facts", 0.75, 0.75),
        Verdict("cross.facts", 0.25, 0.26),
        Verdict("perturbed.kept", 0.75, 0.7),
    ]
    assert [verdict.passed for verdict in judge(ROWS, thresholds)] == [True, False, True]


@pytest.mark.parametrize("name", ["all.clean_of_injections", "perturbed.kept"])
def test_a_figure_that_is_not_there_does_not_pass(name: str) -> None:
    (verdict,) = judge([row(facts=1.0)], {name: 0.0})
    assert verdict.value is None
    assert not verdict.passed


def test_a_threshold_for_no_known_figure_is_a_mistake() -> None:
    with pytest.raises(KeyError, match=r"same\.fact"):
        list(judge(ROWS, {"same.fact": 0.5}))


def test_thresholds_are_read_by_group_and_name(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[all]\nexact = 1\n[same]\nfacts = 0.8\n", "utf-8")
    assert load_thresholds(path) == {"all.exact": 1.0, "same.facts": 0.8}


def test_the_shipped_thresholds_are_of_known_figures_and_can_be_reached() -> None:
    thresholds = load_thresholds()
    assert THRESHOLDS.name == "thresholds.toml"
    assert thresholds["all.exact"] == 1.0
    assert {verdict.name for verdict in judge([], thresholds)} == set(thresholds)
    assert all(0 < threshold <= 1 for threshold in thresholds.values())
