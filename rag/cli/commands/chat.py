"""`dalil chat`: a conversation that lasts as long as the command, and is kept nowhere else."""

import asyncio
import sys
from contextlib import ExitStack
from importlib import import_module
from typing import Annotated, Literal

import typer
from rich.console import Console

from rag.cli import options
from rag.cli.answering import show_while_it_comes
from rag.cli.console import print_line, stdout_console
from rag.cli.direction import Layout, lay_out, layout_for
from rag.cli.failures import say
from rag.cli.logs import tell_warnings
from rag.cli.session import opened_service
from rag.errors import LlmError, QuestionError
from rag.language import detect_language
from rag.types import Direction, Turn

_MOST_TURNS = 20
_NEW = "/new"
_PROMPT = "؟ "
_GREETING: tuple[tuple[str, Direction], ...] = (
    ("اسأل بالعربية أو الإنجليزية. /new محادثة جديدة، و Ctrl-D خروج.", "rtl"),
    ("Ask in Arabic or English. /new starts over, Ctrl-D leaves.", "ltr"),
)
_STARTED_OVER: tuple[tuple[str, Direction], ...] = (
    ("محادثة جديدة.", "rtl"),
    ("A new conversation.", "ltr"),
)


def chat(
    ctx: typer.Context,
    top_k: options.TopK = None,
    language: options.Languages = None,
    source: options.Sources = None,
    first_day: options.From = None,
    last_day: options.To = None,
    article: options.ArticleIds = None,
    answer_language: Annotated[
        Literal["ar", "en"] | None,
        typer.Option(help="Language to answer in; by default that of each question."),
    ] = None,
    visual: options.Visual = False,
) -> None:
    """Ask one question after another; each may point back at what was said before."""
    filters = options.filters_from(language, source, article, first_day, last_day)
    console = stdout_console()
    layout = layout_for(console, visual)
    talking = sys.stdin.isatty() and console.is_terminal
    history: list[Turn] = []
    with opened_service(ctx) as service, asyncio.Runner() as runner, ExitStack() as at_the_end:
        at_the_end.callback(lambda: runner.run(service.aclose()))
        if talking:
            _start_talking(console, layout)
        while (question := _next_line(_PROMPT if talking else "")) is not None:
            if question == _NEW:
                history.clear()
                _print(_STARTED_OVER if talking else (), console, layout)
            elif question.startswith("/"):
                say(f"there is no such command; {_NEW} starts over, Ctrl-D leaves")
            elif question:
                events = service.stream(
                    question,
                    top_k=top_k,
                    filters=filters,
                    language=answer_language,
                    history=tuple(history),
                    live=console.is_terminal,
                )
                expected = answer_language or detect_language(question)
                try:
                    answer = runner.run(show_while_it_comes(events, console, layout, expected))
                except (QuestionError, LlmError) as error:
                    say(str(error))
                except KeyboardInterrupt:
                    if not talking:
                        raise
                    say("interrupted")
                else:
                    history += [Turn("user", question), Turn("assistant", answer.answer)]
                    del history[:-_MOST_TURNS]
                tell_warnings()
                print_line(console, "")


def _start_talking(console: Console, layout: Layout) -> None:
    # Importing it gives `input` a line to edit, and the questions before to go back to.
    import_module("readline")
    _print(_GREETING, console, layout)


def _next_line(prompt: str) -> str | None:
    """What is asked next, without the space around it; None at the end."""
    try:
        return input(prompt).strip()
    except EOFError:
        return None


def _print(lines: tuple[tuple[str, Direction], ...], console: Console, layout: Layout) -> None:
    for text, direction in lines:
        for line in lay_out(text, direction, layout):
            print_line(console, line, "dim")
