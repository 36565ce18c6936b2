"""Numbers in digits and words, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import fold
from rag.verification.numerals import numbers_of

_ONES = "zero one two three four five six seven eight nine".split()
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def values(text: str) -> list[str]:
    return [value for number in numbers_of(fold(text)) for value in sorted(number.values)]


@pytest.mark.parametrize("text", ["40", "٤٠", "۴۰", "40.0", "أربعين", "الأربعون", "forty"])
def test_forty_is_forty_however_it_is_written(text: str) -> None:
    assert values(text) == ["40"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,768 km", ["1768"]),
        ("٦٨ ألف كيلومتر", ["68000"]),
        ("2.72 million", ["2720000"]),
        ("١٫٢ كم", ["1.2"]),
        ("$115 million", ["115000000"]),
        ("30.1 per cent", ["30.1"]),
        ("ألفين وخمسمئة", ["2500"]),
        ("مليوني برميل", ["2000000"]),
        ("ستة آلاف", ["6000"]),
        ("ثمانمئة درجة", ["800"]),
        ("two thousand and five", ["2005"]),
        ("two hundred and fifty", ["250"]),
        ("thirty-five states", ["35"]),
        ("اثنتين وعشرين دولة", ["22"]),
        ("تسعة وعشرون عامًا", ["29"]),
        ("أحد عشر عامًا", ["11"]),
        ("أربع عشرة دولة", ["14"]),
        ("مئة وخمسون", ["150"]),
        ("القرن الثاني عشر", ["12"]),
        ("the twelfth century", ["12"]),
        ("ثمانينيات", ["1980"]),
        ("ثمانية قرون", ["8", "800"]),
        ("2020-2021", ["2020", "2021"]),
        ("يوم الاثنين", []),
        ("no number", []),
    ],
)
def test_numbers_are_read(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@given(st.integers(21, 99).filter(lambda n: n % 10))
def test_english_tens_and_ones_are_read(number: int) -> None:
    assert values(f"{_TENS[number // 10 - 1]}-{_ONES[number % 10]}") == [str(number)]


@given(st.integers(0, 10**12))
def test_every_way_of_writing_an_integer_in_digits_is_the_same(number: int) -> None:
    arabic = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert values(f"{number:,}") == values(str(number)) == values(arabic) == [str(number)]


def test_words_that_need_not_count_are_not_sure() -> None:
    assert [n.sure for n in numbers_of(fold("one of them"))] == [False]
    assert [n.sure for n in numbers_of(fold("ألّف كتابًا"))] == [False]
    assert [n.sure for n in numbers_of(fold("seven of them"))] == [True]


@given(st.text(max_size=80))
def test_no_text_makes_reading_fail(text: str) -> None:
    numbers_of(fold(text))


def test_a_number_of_a_million_digits_is_read() -> None:
    assert len(numbers_of("9" * 1_000_000)) == 1
