"""`dalil status`: what the collection holds."""

import typer

from rag.cli import options
from rag.cli.console import stdout_console
from rag.cli.reports import show_status
from rag.cli.session import opened_service
from rag.wire import status_to_dict, to_json


def status(ctx: typer.Context, as_json: options.AsJson = False) -> None:
    """Show what the collection holds."""
    with opened_service(ctx) as service:
        found = service.status()
    if as_json:
        typer.echo(to_json(status_to_dict(found)))
    else:
        show_status(found, stdout_console())
