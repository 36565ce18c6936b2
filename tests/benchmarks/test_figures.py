"""The arithmetic of the benchmarks, by hand."""

import pytest

from benchmarks.figures import (
    latencies,
    markdown,
    median_of,
    percentile,
    shown,
    times_better,
)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    # Of four values, the half is two and 95 % are all four.
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
    assert percentile([7.0], 0.5) == 7.0


def test_of_a_hundred_values_the_95th_percentile_is_the_95th() -> None:
    assert percentile([float(value) for value in range(1, 101)], 0.95) == 95.0


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_latencies_are_counted_and_ordered() -> None:
    found = latencies([float(value) for value in range(1, 201)])
    assert (found.count, found.p50, found.p95, found.p99) == (200, 100.0, 190.0, 198.0)


def test_the_median_over_rounds_is_taken_of_each_figure_by_itself() -> None:
    rounds = [{"a": 1.0, "b": 9.0}, {"a": 3.0, "b": 5.0}, {"a": 9.0, "b": 1.0}]
    assert median_of(rounds) == {"a": 3.0, "b": 5.0}


def test_a_figure_of_some_rounds_is_the_median_of_those() -> None:
    assert median_of([{"built": 2.0}, {"built": 4.0}, {"asked": 7.0}]) == {
        "built": 3.0,
        "asked": 7.0,
    }


def test_better_is_less_time_and_more_throughput() -> None:
    # 10 ms against 40 ms is four times as fast, 10/s against 40/s a quarter.
    assert times_better(10.0, 40.0, higher=False) == 4.0
    assert times_better(10.0, 40.0, higher=True) == 0.25


def test_a_table_has_its_figures_to_the_right() -> None:
    assert markdown(("what", "ms"), [["one", "1"]]) == (
        "| what | ms |\n| --- | ---: |\n| one | 1 |"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1,234"), (99.96, "100.0"), (12.34, "12.3"), (1.0, "1"), (0.01234, "0.0123")],
)
def test_a_figure_is_shown_with_what_counts_of_it(value: float, text: str) -> None:
    assert shown(value) == text
