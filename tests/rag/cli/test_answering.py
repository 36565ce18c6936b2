"""Answers on a terminal while they come, and a conversation there."""

import asyncio
import io
from dataclasses import replace

import pytest
from rich.console import Console

from rag.cli.answering import show_while_it_comes
from rag.cli.direction import Layout, Mode
from rag.cli.render import show_answer
from rag.errors import LlmInterruptedError
from rag.types import Answer, Turn
from tests.rag.cli.screen import Screen
from tests.server.fakes import (
    ANSWERABLE_AR,
    ANSWERABLE_EN,
    UNANSWERABLE_AR,
    FakeService,
    Pace,
)

WIDTH = 60


def _console(*, terminal: bool = True) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=WIDTH, height=50)


def _written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _layout(*, terminal: bool = True) -> Layout:
    return Layout(Mode.ISOLATE if terminal else Mode.PLAIN, WIDTH)


def _screen(written: str) -> list[str]:
    screen = Screen(WIDTH, 50)
    screen.feed(written)
    return screen.rows


@pytest.mark.parametrize(
    ("question", "language"),
    [(ANSWERABLE_AR, "ar"), (ANSWERABLE_EN, "en"), (UNANSWERABLE_AR, "ar")],
)
@pytest.mark.parametrize("terminal", [True, False])
def test_in_the_end_it_looks_as_if_it_had_come_at_once(
    question: str, language: str, terminal: bool
) -> None:
    streamed, whole = _console(terminal=terminal), _console(terminal=terminal)
    layout = _layout(terminal=terminal)
    events = FakeService().stream(question)
    answer = asyncio.run(show_while_it_comes(events, streamed, layout, language))
    show_answer(answer, whole, layout)

    assert answer == FakeService().ask(question)
    assert _screen(_written(streamed)) == _screen(_written(whole))


def test_the_text_is_there_before_the_answer_is_whole() -> None:
    console = _console()
    service = FakeService(Pace(fails_after=5, error=LlmInterruptedError("broke off")))
    shown = show_while_it_comes(service.stream(ANSWERABLE_AR), console, _layout(), "ar")
    with pytest.raises(LlmInterruptedError):
        asyncio.run(shown)

    row, empty = _screen(_written(console))
    assert "افتُتحت قناة السويس في" in row
    assert empty == ""
    assert service.running == 0


def test_what_an_interrupt_leaves_is_a_whole_line() -> None:
    async def interrupt(console: Console) -> None:
        service = FakeService(Pace(between=0.01))
        events = service.stream(ANSWERABLE_AR)
        task = asyncio.create_task(show_while_it_comes(events, console, _layout(), "ar"))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert service.running == 0

    console = _console()
    asyncio.run(interrupt(console))
    assert _written(console).endswith("\n")


def test_controls_in_the_text_do_not_reach_the_terminal() -> None:
    hostile = replace(FakeService().ask(ANSWERABLE_AR), answer="قناة \x1b[2J\u202e السويس\x07")

    class Hostile(FakeService):
        def ask(self, *_: object, **__: object) -> Answer:
            return hostile

    console = _console()
    asyncio.run(show_while_it_comes(Hostile().stream(ANSWERABLE_AR), console, _layout(), "ar"))

    for control in ("\x1b[2J", "\u202e", "\x07"):
        assert control not in _written(console)


def test_a_follow_up_shows_how_it_was_understood() -> None:
    history = [Turn("user", ANSWERABLE_AR)]
    console = _console(terminal=False)
    show_answer(FakeService().ask("ومتى؟", history=history), console, _layout(terminal=False))

    assert f"فُهم السؤال هكذا: ومتى؟ ({ANSWERABLE_AR})" in _written(console)
