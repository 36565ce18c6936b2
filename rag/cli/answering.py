"""Shows an answer while it is made: its text as it comes, then what bears it out."""

from collections.abc import AsyncIterator

from rich.console import Console

from rag.cli.direction import Layout
from rag.cli.live import LiveText
from rag.cli.render import ANSWER_STYLE, show_answer, show_evidence, with_isolates, with_markers
from rag.events import Done, Event, TextDelta
from rag.reading import read_answer
from rag.types import Answer, Language, direction_of


async def show_while_it_comes(
    events: AsyncIterator[Event], console: Console, layout: Layout, language: Language
) -> Answer:
    """Show an answer in the language that it is expected in, and return it.

    Where the console is no terminal, the answer is shown once it is whole. Raises what the
    events raise; the text that was shown by then stays.
    """
    if not console.is_terminal:
        answer = await read_answer(events)
        show_answer(answer, console, layout)
        return answer
    live = LiveText(console, layout, ANSWER_STYLE)
    text = ""

    def show(event: Event) -> None:
        nonlocal text
        if isinstance(event, TextDelta):
            text += event.text
            live.show(with_markers(text), direction_of(language))
        elif isinstance(event, Done):
            live.show(with_isolates(event.answer), direction_of(event.answer.language))

    try:
        answer = await read_answer(events, show)
    finally:
        live.end()
    show_evidence(answer, console, layout)
    return answer
