"""Shows what an ingest did, what a collection holds and what a check-up found, for people."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from rag.cli.console import print_line
from rag.cli.doctor import Check, Health
from rag.plain import shown
from rag.reports import CollectionStatus, IngestReport

_HEALTH_STYLES = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "red"}


def show_ingest_report(report: IngestReport, console: Console) -> None:
    rows = {
        "added": len(report.added),
        "changed": len(report.changed),
        "unchanged": len(report.unchanged),
        "removed": len(report.removed),
        "failed": len(report.failed),
        "sentences embedded": report.embedded_sentences,
        "seconds": f"{report.seconds:.1f}",
    }
    _show_pairs(rows, console)


def show_status(status: CollectionStatus, console: Console) -> None:
    by_language = ", ".join(f"{code} {n}" for code, n in sorted(status.articles.items()))
    total = sum(status.articles.values())
    rows = {
        "articles": f"{total} ({by_language})" if by_language else total,
        "passages": status.passages,
        "sentences": status.sentences,
        "generation": status.generation,
        "model": status.model,
        "model fingerprint": status.model_fingerprint,
        "answerer": status.answerer,
        "home": status.home,
    }
    _show_pairs(rows, console)


def show_checks(checks: Sequence[Check], console: Console) -> None:
    """One line for each check, and one more that says what to do where that is needed."""
    for check in checks:
        head = Text(f"{check.health.value:<5}", _HEALTH_STYLES[check.health])
        print_line(console, head + Text(shown(f"{check.name}: {check.found}")))
        if check.advice:
            print_line(console, " " * 5 + shown(check.advice))


def _show_pairs(rows: Mapping[str, object], console: Console) -> None:
    widest = max(map(len, rows))
    for name, value in rows.items():
        print_line(console, f"{name:<{widest}}  {shown(str(value))}")
