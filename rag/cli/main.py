"""The `dalil` command: its global options and the list of its commands.

Each command is a file in `commands/`. Nothing heavy is imported before a command runs,
so `--help`, `--version` and mistakes answer at once.
"""

import sys
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.commands import ask, chat, doctor, eval, ingest, mcp, search, serve, status
from rag.cli.failures import USAGE, OneLineFailures
from rag.cli.logs import keep_warnings
from rag.cli.session import Overrides

app = typer.Typer(
    name="dalil",
    cls=OneLineFailures,
    help="Answers questions in Arabic and English from articles, and proves each sentence.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        typer.echo(f"dalil {version('dalil')}")
    except PackageNotFoundError:
        typer.echo("dalil (not installed)")
    raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder for the store, indexes and model.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Embedding model: a name, a path, or 'bundled'.")
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    ctx.obj = Overrides(home, model)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(USAGE)


app.command("ingest")(ingest.ingest)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("search")(search.search)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.add_typer(eval.app, name="eval")


def main() -> None:
    """The entry point. Output is UTF-8 whatever the locale says, for it is Arabic."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    keep_warnings()
    app()
