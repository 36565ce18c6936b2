"""Dates in both languages, and what states them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import fold
from rag.verification.dates import Date, dates_of


def date(text: str) -> Date:
    (found,) = dates_of(fold(text))[0]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "14 أيلول 2013", "١٤ سبتمبر ٢٠١٣", "14 سبتمبر/أيلول 2013", "14 أيلول/سبتمبر 2013",
        "الرابع عشر من أيلول 2013", "14 من شهر أيلول 2013", "September 14, 2013",
        "14 September 2013", "the 14th of September 2013", "14 Sept 2013", "14/9/2013",
        "14.9.2013", "2013-09-14",
    ],
)  # fmt: skip
def test_one_day_in_all_its_spellings(text: str) -> None:
    found = date(text)
    assert (found.day, found.month, found.year) == (14, 9, 2013)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("في كانون الثاني 2022", 1), ("فيفري 2012", 2), ("in March 1979", 3), ("أفريل 2012", 4),
        ("في أيار 2023", 5), ("جوان 2012", 6), ("في تموز 2016", 7), ("غشت 2011", 8),
        ("تشرين الأول 2018", 10), ("نونبر 2011", 11), ("ديسمبر 1994", 12),
    ],
)  # fmt: skip
def test_months_are_known_by_their_names_in_east_and_west(text: str, month: int) -> None:
    assert date(text).month == month


@pytest.mark.parametrize("text", ["it may be", "they march on", "مارس الرياضة", "أب وأم", "3/4"])
def test_a_word_that_only_looks_like_a_month_is_no_date(text: str) -> None:
    assert dates_of(fold(text))[0] == ()


def test_a_day_is_not_left_over_as_a_number_but_the_year_is() -> None:
    assert dates_of("14 september 2013")[1].split() == ["2013"]


def test_a_source_without_a_year_states_a_day_of_any_year() -> None:
    assert Date(29, 3, None).states(Date(29, 3, 2021))
    assert not Date(29, 3, 2020).states(Date(29, 3, 2021))


def test_a_source_that_names_only_the_month_does_not_state_the_day() -> None:
    assert not Date(None, 3, 2021).states(Date(29, 3, 2021))
    assert Date(29, 3, 2021).states(Date(None, 3, 2021))


def test_day_and_month_in_digits_may_stand_either_way_round() -> None:
    assert Date(5, 9, 2013).states(date("5/9/2013"))
    assert Date(9, 5, 2013).states(date("5/9/2013"))
    assert not Date(9, 6, 2013).states(date("5/9/2013"))


@given(st.text(max_size=80))
def test_no_text_makes_reading_fail(text: str) -> None:
    dates_of(fold(text))
