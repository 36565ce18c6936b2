import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.loading.clean import clean, clean_line

ODD_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ابتة \t\n\r\u200f\u202e\u00a0\u064b\u0651\ufef7\ufdfa\u2028\x85\f"),
    )
)


@pytest.mark.parametrize(
    "sign",
    [
        *["\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b"],
        *["\U000e0001", "\U000e0041", "\x00", "\x07", "\x9f", "\xad", "\ud800", "\ufeff"],
    ],
)
def test_signs_nobody_can_see_are_removed(sign: str) -> None:
    assert clean(f"قم{sign}ة") == "قمة"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028", "\v"])
def test_every_line_end_becomes_a_newline(end: str) -> None:
    assert clean(f"سطر{end}سطر") == "سطر\nسطر"


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u202f", "\u3000", "\t", " \u00a0 "])
def test_odd_and_repeated_spaces_become_one(space: str) -> None:
    assert clean(f"قمة{space}عربية") == "قمة عربية"


def test_paragraphs_are_parted_by_exactly_one_blank_line() -> None:
    assert clean("\n\nأ\n \n\t\n\u200f\nب\n\n") == "أ\n\nب"
    assert clean("أ\fب\u2029ج") == "أ\n\nب\n\nج"


def test_what_the_author_wrote_stays() -> None:
    text = "الجَمَلُ ـ والكتـــاب، ٣ أقلام و4 دفاتر؛ إلى أين؟ یک کتاب «۱۲»"
    assert clean(text) == text


def test_a_line_is_joined_and_cleaned() -> None:
    assert clean_line(" قمة\n\n\u202eعربية ") == "قمة عربية"


@given(ODD_TEXT)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@pytest.mark.parametrize(
    "unit",
    ["\u064b\u0651", "\u0651\u064e", "ا\u200f", " \t", "\n ", "\ufe91\u0651", "\u0315\u0300"],
)
def test_cleaning_takes_linear_time(unit: str) -> None:
    text = unit * 100_000
    # The best of three, for other programs share the machine.
    assert min(_seconds(clean, text) for _ in range(3)) < 0.2
    assert _seconds(lambda cleaned: unicodedata.normalize("NFKC", cleaned), clean(text)) < 0.2


def _seconds(function: Callable[[str], str], text: str) -> float:
    start = time.process_time()
    function(text)
    return time.process_time() - start


def test_a_run_of_marks_is_cut_to_eight() -> None:
    assert clean("ب" + "\u0651" * 50 + "ت") == "ب" + "\u0651" * 8 + "ت"
