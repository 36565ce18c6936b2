"""How lines of Arabic are laid out for each kind of terminal."""

import pytest
from rich.cells import cell_len

from rag.cli.direction import Layout, Mode, isolate, lay_out
from rag.plain import shown

ARABIC = "افتُتحت قناة السويس رسميًا في 17 نوفمبر 1869 في عهد الخديوي إسماعيل."
ISOLATES = "\u2066\u2067\u2068\u2069"


def test_plain_text_stays_in_logical_order_on_one_line() -> None:
    text = f"{isolate('[1]')} {ARABIC}"

    assert lay_out(text, "rtl", Layout(Mode.PLAIN, 20)) == [f"[1] {ARABIC}"]


def test_right_to_left_lines_are_isolated_and_aligned_right() -> None:
    lines = lay_out(ARABIC, "rtl", Layout(Mode.ISOLATE, 40))

    assert len(lines) > 1
    for line in lines:
        assert cell_len(line) == 40
        assert line.lstrip(" ").startswith("\u2067")
        assert line.endswith("\u2069")
    words = " ".join(line.strip(f" {ISOLATES}") for line in lines)
    assert words == ARABIC


def test_left_to_right_lines_are_not_moved() -> None:
    assert lay_out("The Suez Canal", "ltr", Layout(Mode.ISOLATE, 40)) == [
        "\u2066The Suez Canal\u2069"
    ]


@pytest.mark.parametrize("width", range(3, 60, 7))
def test_isolates_are_closed_on_the_line_where_they_are_opened(width: int) -> None:
    text = f"المقال {isolate('The long story of the Suez Canal')} من {isolate(ARABIC)} [1]"

    for line in lay_out(text, "rtl", Layout(Mode.ISOLATE, width)):
        depth = 0
        for char in line:
            depth += (char in ISOLATES[:3]) - (char == ISOLATES[3])
            assert depth >= 0
        assert depth == 0


def test_visual_lines_read_from_right_to_left_without_control_characters() -> None:
    (line,) = lay_out(f"القمة {isolate('[1]')}", "rtl", Layout(Mode.VISUAL, 20))

    assert line == "[1] ﺔﻤﻘﻟﺍ".rjust(20)


def test_a_word_wider_than_the_line_is_kept_whole() -> None:
    url = "https://example.org/" + "a" * 50

    assert lay_out(f"انظر {url} هنا", "ltr", Layout(Mode.VISUAL, 20))[1] == url


def test_line_breaks_and_empty_lines_are_kept() -> None:
    for mode in Mode:
        lines = lay_out("a\n\nب", "ltr", Layout(mode, 10))
        assert len(lines) == 3
        assert lines[1] == ""


@pytest.mark.parametrize(
    "hostile",
    ["\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\x1b[2J"[:1], "\x00", "\r", "\U000e0041"],
)
def test_what_could_disturb_the_text_around_it_is_not_shown(hostile: str) -> None:
    assert shown(f"قمة{hostile}عربية") == "قمةعربية"


def test_joiners_and_marks_are_part_of_the_text() -> None:
    text = "می\u200cخواهم مُدَرِّسٌ"

    assert shown(text) == text
