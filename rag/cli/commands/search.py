"""`dalil search`: from the arguments to passages on stdout."""

from typing import Annotated

import typer

from rag.cli import options
from rag.cli.console import stdout_console
from rag.cli.direction import layout_for
from rag.cli.render import show_search
from rag.cli.session import opened_service
from rag.wire import search_to_dict, to_json


def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="In Arabic or English.", show_default=False)],
    as_json: options.AsJson = False,
    top_k: options.TopK = None,
    language: options.Languages = None,
    source: options.Sources = None,
    first_day: options.From = None,
    last_day: options.To = None,
    article: options.ArticleIds = None,
    visual: options.Visual = False,
) -> None:
    """Show the passages nearest to a query, best first."""
    filters = options.filters_from(language, source, article, first_day, last_day)
    with opened_service(ctx) as service:
        result = service.search(query, top_k=top_k, filters=filters)
    if as_json:
        typer.echo(to_json(search_to_dict(result)))
    else:
        console = stdout_console()
        show_search(result, console, layout_for(console, visual))
