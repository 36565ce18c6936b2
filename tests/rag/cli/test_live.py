"""Text that grows on a terminal: at each moment it shows the text so far, and once only."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from rag.cli.direction import Layout, Mode, lay_out
from rag.cli.live import LiveText
from rag.types import Direction
from tests.rag.cli.screen import Screen

ARABIC = (
    "افتُتحت قناة السويس رسميًا في 17 نوفمبر 1869 في عهد الخديوي إسماعيل. [1] "
    "ويبلغ طول القناة اليوم 193 كيلومترًا، وتصل البحر المتوسط بالبحر الأحمر. [2]"
)
ENGLISH = "The Suez Canal was opened on 17 November 1869. [1] It is 193 km long today. [2]"
WIDTH = 40


def _terminal(height: int = 24) -> tuple[LiveText, io.StringIO, Screen]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=WIDTH, height=height)
    return LiveText(console, Layout(Mode.ISOLATE, WIDTH), "bold"), stream, Screen(WIDTH, height)


def _take(stream: io.StringIO) -> str:
    written = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return written


def _plain(text: str, direction: Direction) -> list[str]:
    marks = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
    lines = lay_out(text, direction, Layout(Mode.ISOLATE, WIDTH))
    return [line.translate(marks).strip() for line in lines]


@pytest.mark.parametrize(("text", "direction"), [(ARABIC, "rtl"), (ENGLISH, "ltr")])
@pytest.mark.parametrize("step", [1, 3, 17, 1000])
def test_the_terminal_shows_the_text_so_far_at_each_step(
    text: str, direction: Direction, step: int
) -> None:
    live, stream, screen = _terminal()
    for end in range(step, len(text) + step, step):
        live.show(text[:end], direction)
        screen.feed(_take(stream))
        assert screen.lines() == _plain(text[:end], direction)
    live.end()
    screen.feed(_take(stream))
    assert screen.lines() == [*_plain(text, direction), ""]


def test_a_finished_line_is_not_written_again() -> None:
    live, stream, _ = _terminal()
    first = _plain(ARABIC, "rtl")[0]
    for end in range(1, len(ARABIC) + 1):
        live.show(ARABIC[:end], "rtl")
        written = _take(stream)
        assert first not in written or end < len(first) + 20


def test_lines_that_run_right_to_left_end_at_the_right_edge() -> None:
    live, stream, screen = _terminal()
    live.show(ARABIC, "rtl")
    screen.feed(_take(stream))

    assert all(cell_len(row) == WIDTH for row in screen.rows)


def test_the_whole_text_can_change_at_the_end() -> None:
    live, stream, screen = _terminal()
    live.show(ARABIC, "ltr")
    live.show(ENGLISH, "ltr")
    live.end()
    screen.feed(_take(stream))

    assert screen.lines() == [*_plain(ENGLISH, "ltr"), ""]


def test_what_has_scrolled_away_is_left_alone() -> None:
    long = " ".join(f"كلمة{n}" for n in range(200))
    live, stream, screen = _terminal(height=5)
    live.show(long, "rtl")
    screen.feed(_take(stream))
    live.show(long.replace("كلمة0 ", "جملة0 ") + " آخر", "rtl")
    screen.feed(_take(stream))

    lines = screen.lines()
    assert lines == _plain(long + " آخر", "rtl")
    assert lines[0].startswith("كلمة0 ")


def test_a_word_wider_than_the_terminal_does_not_spoil_the_rows() -> None:
    text = "انظر https://example.org/" + "a" * 100 + " هنا"
    live, stream, screen = _terminal()
    for end in range(1, len(text) + 1):
        live.show(text[:end], "ltr")
    screen.feed(_take(stream))

    assert "".join(screen.lines()).replace(" ", "") == text.replace(" ", "")


def test_nothing_is_written_where_nothing_was_shown() -> None:
    live, stream, _ = _terminal()
    live.end()

    assert stream.getvalue() == ""
