"""`dalil ingest`: from paths to a report of what changed in the collection."""

from typing import Annotated

import typer

from rag.cli import options
from rag.cli.console import stdout_console
from rag.cli.failures import FAILED, say
from rag.cli.progress import StderrProgress
from rag.cli.reports import show_ingest_report
from rag.cli.session import settings_of
from rag.reports import IngestReport
from rag.wire import ingest_report_to_dict, to_json


def ingest(
    ctx: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders or patterns.")
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove articles whose file is gone.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Add or update articles; unchanged ones are left alone."""
    report = _ingest(ctx, paths, prune)
    for failure in report.failed:
        say(f"{failure.path}: {failure.reason}")
    if as_json:
        typer.echo(to_json(ingest_report_to_dict(report)))
    else:
        show_ingest_report(report, stdout_console())
    if report.failed:
        raise typer.Exit(FAILED)


def _ingest(ctx: typer.Context, paths: list[str], prune: bool) -> IngestReport:
    settings = settings_of(ctx)
    # torch and FAISS take seconds to import.
    from rag.compose import open_ingester

    with StderrProgress() as progress:
        ingester = open_ingester(settings, progress.share)
        try:
            return ingester.ingest(paths, prune=prune, progress=progress.count)
        finally:
            ingester.close()
