"""`dalil ask`: from the arguments to an answer on stdout, as it comes on a terminal."""

import asyncio
from typing import Annotated, Literal

import typer

from rag.cli import options
from rag.cli.answering import show_while_it_comes
from rag.cli.console import stdout_console
from rag.cli.direction import layout_for
from rag.cli.logs import tell_warnings
from rag.cli.render import show_answer
from rag.cli.session import and_let_go, opened_service
from rag.language import detect_language
from rag.wire import answer_to_dict, to_json


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="In Arabic or English.", show_default=False)],
    as_json: options.AsJson = False,
    top_k: options.TopK = None,
    language: options.Languages = None,
    source: options.Sources = None,
    first_day: options.From = None,
    last_day: options.To = None,
    article: options.ArticleIds = None,
    answer_language: Annotated[
        Literal["ar", "en"] | None,
        typer.Option(help="Language to answer in; by default that of the question."),
    ] = None,
    visual: options.Visual = False,
) -> None:
    """Answer a question from the articles, with exact quotes."""
    filters = options.filters_from(language, source, article, first_day, last_day)
    console = stdout_console()
    with opened_service(ctx) as service:
        if console.is_terminal and not as_json:
            events = service.stream(
                question, top_k=top_k, filters=filters, language=answer_language
            )
            expected = answer_language or detect_language(question)
            layout = layout_for(console, visual)
            showing = show_while_it_comes(events, console, layout, expected)
            asyncio.run(and_let_go(service, showing))
            return
        answer = service.ask(question, top_k=top_k, filters=filters, language=answer_language)
    tell_warnings()
    if as_json:
        typer.echo(to_json(answer_to_dict(answer)))
    else:
        show_answer(answer, console, layout_for(console, visual))
