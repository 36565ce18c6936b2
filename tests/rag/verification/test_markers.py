"""Markers as models write them: what they cite, and to which sentence they belong."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification import Marker, parse_markers
from rag.verification.markers import read_marker, read_superscript

SHOWN = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ("1", (1,)),
        ("1, 2", (1, 2)),
        ("1،2", (1, 2)),
        ("2 و 3", (2, 3)),
        ("1 and 4", (1, 4)),
        ("1-3", (1, 2, 3)),
        ("1–3, 5", (1, 2, 3, 5)),
        ("١", (1,)),
        ("۲", (2,)),
        ("²", (2,)),
        ("^1", (1,)),
        ("المصدر 1", (1,)),
        ("المصدر ٢، المصدر ٣", (2, 3)),
        ("Source 2", (2,)),
        ("sources: 2 and 3", (2, 3)),
        ("passage 4", (4,)),
        ("3, 3", (3,)),
        ("99", ()),
        ("1, 99", (1,)),
        ("4-900", (4, 5)),
    ],
)
def test_a_bracket_cites_the_shown_passages_that_it_numbers(
    content: str, numbers: tuple[int, ...]
) -> None:
    assert read_marker("[", content, SHOWN) == Marker(numbers)


@pytest.mark.parametrize("content", ["2021", "", "a", "see 1", "1-2021", "1.5", "x1", "1" * 40])
def test_what_is_no_marker_is_text(content: str) -> None:
    assert read_marker("[", content, SHOWN) is None


def test_a_bracket_with_a_year_is_text_unless_so_many_passages_were_shown() -> None:
    assert read_marker("[", "2021", SHOWN) is None
    assert read_marker("[", "2021", range(1, 3000)) == Marker((2021,))


def test_parentheses_are_a_marker_only_with_a_label() -> None:
    assert read_marker("(", "1", SHOWN) is None
    assert read_marker("(", "Source 1", SHOWN) == Marker((1,))
    assert read_marker("(", "المصدر ١", SHOWN) == Marker((1,))


def test_the_marks_of_file_search_are_read() -> None:
    assert read_marker("【", "1†source", SHOWN) == Marker((1,))
    assert read_marker("【", "4:0†report.pdf", SHOWN) == Marker(())


def test_a_superscript_after_a_unit_or_a_number_is_text() -> None:
    assert read_superscript("the area in km", "²", SHOWN) is None
    assert read_superscript("about 10", "³", SHOWN) is None
    assert read_superscript("the summit", "²", SHOWN) == Marker((2,))
    assert read_superscript("the summit", "⁹", SHOWN) == Marker(())


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    first, second = parse_markers("It opened in 1869. [1] It is long [2].", SHOWN, "en")
    assert (first.text, first.cited) == ("It opened in 1869.", (1,))
    assert (second.text, second.cited) == ("It is long.", (2,))


def test_a_marker_without_a_space_after_the_full_stop_belongs_there_too() -> None:
    first, second = parse_markers("افتُتحت القناة.[١] وهي طويلة.[٢][٣]", SHOWN, "ar")
    assert (first.cited, second.cited) == ((1,), (2, 3))


def test_a_marker_that_opens_a_line_belongs_to_that_line() -> None:
    first, second = parse_markers("[1] The first point\n[2] The second point", SHOWN, "en")
    assert (first.text, first.cited) == ("The first point", (1,))
    assert (second.text, second.cited) == ("The second point", (2,))


def test_a_marker_alone_on_a_line_belongs_to_what_stands_before() -> None:
    (only,) = parse_markers("The canal opened.\n[1]", SHOWN, "en")
    assert only.cited == (1,)


def test_doubled_brackets_leave_nothing_behind() -> None:
    (only,) = parse_markers("The canal opened [[1]].", SHOWN, "en")
    assert (only.text, only.cited) == ("The canal opened.", (1,))


def test_arabic_and_latin_text_in_one_sentence_keep_their_marker() -> None:
    (only,) = parse_markers("زار Putin مدينة Astana [1، 3].", SHOWN, "ar")
    assert (only.text, only.cited) == ("زار Putin مدينة Astana.", (1, 3))


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[1" * 50_000, "[1]" * 33_000, "[[1" * 33_000, "(" * 100_000, "¹" * 100_000],
    ids=["brackets", "open", "markers", "doubled", "parentheses", "superscripts"],
)
def test_hostile_brackets_take_linear_time(text: str) -> None:
    started = time.perf_counter()
    parse_markers(text, SHOWN, "en")
    assert time.perf_counter() - started < 5


def test_a_marker_full_of_spaces_takes_no_time() -> None:
    started = time.perf_counter()
    for _ in range(200):
        read_marker("[", "1" + " " * 62 + "x", SHOWN)
    assert time.perf_counter() - started < 1


@given(st.text(alphabet="[](){}【】†^0123456789١٢²¹ ,-–.،aب\n", max_size=60))
def test_no_text_makes_parsing_fail_and_only_shown_passages_are_cited(text: str) -> None:
    for sentence in parse_markers(text, SHOWN, "ar"):
        assert set(sentence.cited) <= set(SHOWN)
