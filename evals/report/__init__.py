"""The report of a run: one HTML page that needs nothing else, to read and to print."""

from pathlib import Path

from evals.report.page import render
from evals.results import Run


def write_report(run: Run, path: Path) -> None:
    """Write the page; the same run gives the same bytes. Raises OSError where it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(run), "utf-8", newline="\n")
