"""`dalil doctor`: shows what `rag/cli/doctor.py` finds."""

import typer

from rag.cli import options
from rag.cli.console import stdout_console
from rag.cli.doctor import Health, examine
from rag.cli.failures import FAILED
from rag.cli.progress import StderrProgress
from rag.cli.reports import show_checks
from rag.cli.session import Overrides
from rag.wire import to_json


def doctor(ctx: typer.Context, as_json: options.AsJson = False) -> None:
    """Check the installation, the model and the collection."""
    given: Overrides = ctx.obj
    with StderrProgress() as progress:
        checks = examine(progress=progress.share, home=given.home, embedding_model=given.model)
    healthy = all(check.health is not Health.FAIL for check in checks)
    if as_json:
        typer.echo(to_json({"ok": healthy, "checks": [check.to_dict() for check in checks]}))
    else:
        show_checks(checks, stdout_console())
    if not healthy:
        raise typer.Exit(FAILED)
