"""`dalil eval`: runs the eval set, compares two runs, writes the report.

Everything it does is in `evals/`; here are only the arguments.
"""

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.failures import FAILED
from rag.cli.progress import StderrProgress

app = typer.Typer(help="Measure the answers, and compare measurements.", no_args_is_help=True)

_FOLDER = Path(".dalil") / "evals"
Folder = Annotated[Path, typer.Option(help="Where runs are kept.")]


@app.command()
def run(
    config: Annotated[Path | None, typer.Option(help="A TOML file; see evals/config.py.")] = None,
    split: Annotated[str | None, typer.Option(help="dev, test or all.")] = None,
    folder: Folder = _FOLDER,
    gate: Annotated[bool, typer.Option(help="Fail where a figure is below its threshold.")] = False,
) -> None:
    """Ask every question, print the figures, and keep the run with its report."""
    from evals.command import run_configs

    with StderrProgress() as progress:
        passed = run_configs(config, split, folder, progress.count, gate=gate)
    if not passed:
        raise typer.Exit(FAILED)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="A run's name, or its file.")],
    b: Annotated[str, typer.Argument(help="Another one's.")],
    folder: Folder = _FOLDER,
    other_data: Annotated[
        bool, typer.Option("--other-data", help="Even if their questions or articles differ.")
    ] = False,
) -> None:
    """Show what the second run won and lost against the first."""
    from evals.command import compare_runs

    compare_runs(a, b, folder, allow_other_data=other_data)


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="A run's name, or its file.")],
    folder: Folder = _FOLDER,
) -> None:
    """Write the report of a run again."""
    from evals.command import report_run

    typer.echo(report_run(name, folder))
