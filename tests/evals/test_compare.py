"""Two runs side by side: what differs, by how much, and whether chance would do as much."""

import io
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy.stats import binomtest

from evals.compare import compare, print_comparison, sign_flip_p_value
from evals.results import Gold, Run
from evals.summary import SCORES
from rag.errors import InputError
from tests.evals.rows import DATA, row, run, scores


def _facts(name: str, **facts: float | None) -> Run:
    return run(name, [row(i, scores=scores(facts=value)) for i, value in facts.items()])


def _refusing(name: str, **abstained: bool) -> Run:
    return run(
        name,
        [
            row(i, gold=(), facts=(), scores=scores(facts=None, abstained=value))
            for i, value in abstained.items()
        ],
    )


def _printed(a: Run, b: Run, **options: bool) -> str:
    console = Console(file=io.StringIO(), width=120)
    print_comparison(compare(a, b, **options), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_means_and_their_difference_are_over_the_questions_of_both_runs() -> None:
    a = _facts("a", q1=0.0, q2=0.5, q3=1.0, gone=0.0)
    b = _facts("b", new=0.0, q3=1.0, q2=1.0, q1=1.0)
    comparison = compare(a, b)
    facts = comparison.scores["facts"]
    assert facts is not None
    assert (facts.mean_a, facts.mean_b) == (0.5, 1.0)
    assert facts.change.value == 0.5
    assert facts.change.count == comparison.shared == 3
    assert facts.change.low < 0.5 < facts.change.high
    assert (comparison.only_a, comparison.only_b) == (("gone",), ("new",))


def test_every_score_of_the_summary_is_compared() -> None:
    comparison = compare(run("a", [row()]), run("b", [row()]))
    assert list(comparison.scores) == list(SCORES)


def test_a_score_that_one_run_lacks_for_a_question_is_not_compared_there() -> None:
    facts = compare(_facts("a", q1=0.0, q2=1.0), _facts("b", q1=None, q2=0.5)).scores["facts"]
    assert facts is not None
    assert (facts.mean_a, facts.mean_b, facts.change.count) == (1.0, 0.5, 1)


def test_a_score_that_no_question_has_is_not_compared() -> None:
    comparison = compare(_facts("a", q=1.0), _facts("b", q=1.0))
    assert comparison.scores["refused"] is None
    assert comparison.scores["facts"] is not None


def test_the_interval_is_that_of_pairs_and_not_of_two_means() -> None:
    # Each question gains the same, so resampling questions changes nothing.
    before = {f"q{n}": n / 20 for n in range(10)}
    after = {name: value + 0.25 for name, value in before.items()}
    facts = compare(_facts("a", **before), _facts("b", **after)).scores["facts"]
    assert facts is not None
    assert facts.change.low == pytest.approx(0.25)
    assert facts.change.high == pytest.approx(0.25)


def test_questions_won_and_lost_are_listed_by_facts_and_by_refusals() -> None:
    comparison = compare(
        _facts("a", up=0.0, down=1.0, same=0.5), _facts("b", up=0.5, down=0.0, same=0.5)
    )
    assert comparison.questions["facts"].won == ("up",)
    assert comparison.questions["facts"].lost == ("down",)
    assert comparison.questions["refused"].won == ()
    refusals = compare(
        _refusing("a", up=False, down=True), _refusing("b", up=True, down=False)
    ).questions
    assert (refusals["refused"].won, refusals["refused"].lost) == (("up",), ("down",))
    assert refusals["facts"].won == refusals["facts"].lost == ()


def test_an_answerable_question_that_is_refused_is_no_refusal_won() -> None:
    a = run("a", [row(scores=scores(abstained=False))])
    b = run("b", [row(scores=scores(facts=0.0, abstained=True))])
    questions = compare(a, b).questions
    assert questions["refused"].won == ()
    assert questions["facts"].lost == ("q",)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([1.0], 1.0),
        ([0.5, 0.5], 0.5),  # 2 of 4 are as extreme.
        ([1.0] * 5, 2 / 32),
        ([1.0, 1.0, 1.0, -1.0, 1.0], 12 / 32),
        ([-1.0] * 5 + [0.0] * 50, 2 / 32),
    ],
)
def test_the_p_value_is_the_share_of_sign_flips_as_extreme(
    differences: list[float], expected: float
) -> None:
    assert sign_flip_p_value(differences) == pytest.approx(expected)


@given(st.lists(st.sampled_from([-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0]), max_size=9))
def test_the_p_value_of_few_is_that_of_counting_all_flips(differences: list[float]) -> None:
    seen = abs(sum(differences))
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in product((-1, 1), repeat=len(differences))
    ]
    expected = sum(value >= seen for value in sums) / len(sums)
    assert sign_flip_p_value(differences) == pytest.approx(expected)


def test_the_p_value_of_many_is_near_the_exact_one_and_the_same_each_time() -> None:
    # 15 won and 5 lost of 20: as the sign test has it.
    differences = [1.0] * 15 + [-1.0] * 5
    first = sign_flip_p_value(differences)
    assert first == pytest.approx(binomtest(5, 20).pvalue, abs=0.003)
    assert sign_flip_p_value(differences) == first


def test_runs_over_other_data_are_refused_unless_that_is_allowed() -> None:
    a = _facts("before", q=1.0)
    b = run("after", [row("q")], DATA | {"seeds": "00" * 32})
    with pytest.raises(InputError, match=r"before and after .* \(seeds\)"):
        compare(a, b)
    comparison = compare(a, b, allow_other_data=True)
    assert comparison.shared == 1
    assert not comparison.same_data
    assert "data differ" in _printed(a, b, allow_other_data=True)
    assert "data differ" not in _printed(a, a)


def test_data_that_one_run_lacks_are_other_data() -> None:
    with pytest.raises(InputError, match="seeds"):
        compare(run("a", [row()]), run("b", [row()], {"questions.en.jsonl": "1f" * 32}))


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "Who opened the Suez Canal?"},
        {"facts": (("1869",),)},
        {"gold": (Gold("suez-en", "It joins two seas."),)},
    ],
    ids=["text", "facts", "gold"],
)
def test_a_changed_question_is_not_compared(changes: dict[str, object]) -> None:
    a = run("a", [row("same"), row("other")])
    b = run("b", [row("same"), row("other", **changes)], {"seeds": "new"})
    comparison = compare(a, b, allow_other_data=True)
    assert comparison.shared == 1
    assert comparison.changed == ("other",)


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(InputError, match="no question in common"):
        compare(_facts("a", q1=1.0), _facts("b", q2=1.0))


def test_the_print_holds_one_table_and_the_lists() -> None:
    facts_a = {f"q{n}": 0.0 for n in range(5)} | {"fell": 1.0}
    facts_b = {f"q{n}": 1.0 for n in range(5)} | {"fell": 0.0}
    printed = _printed(_facts("before", **facts_a), _facts("after", **facts_b))
    lines = printed.splitlines()
    assert "before → after: 6 questions in both" in lines
    (cells,) = [line.split("│")[1:-1] for line in lines if line.startswith("│ facts")]
    assert [cell.strip() for cell in cells[:5]] == ["facts", "6", "0.167", "0.833", "+0.667"]
    assert cells[-1].strip() == "0.2188"  # 14 of 64: all alike, or all but one.
    (missing,) = [line for line in lines if line.startswith("│ refused")]
    assert missing.count("–") == 5
    assert "facts: 5 won, 1 lost" in lines
    assert "  + q0" in lines
    assert "  - fell" in lines


def test_names_and_ids_are_printed_as_they_are() -> None:
    a, b = _facts("[red]a[/red]", **{"[b]q[/b]": 0.0}), _facts("b", **{"[b]q[/b]": 1.0})
    printed = _printed(a, b)
    assert "  + [b]q[/b]" in printed
    assert "[red]a[/red] → b" in printed
