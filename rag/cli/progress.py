"""Shows on stderr how far a long step is, if stderr is a terminal; otherwise nothing."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class StderrProgress:
    """One bar, which is gone once the step is done. Both methods fit the engine's callbacks."""

    def __init__(self) -> None:
        terminal = sys.stderr.isatty()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr, force_terminal=terminal),
            transient=True,
            disable=not terminal,
        )
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def share(self, what: str, share: float) -> None:
        """A step of which `share`, 0 to 1, is done."""
        self._progress.update(self._task, description=what, completed=share, total=1.0)

    def count(self, what: str, done: int, total: int) -> None:
        """A step of which `done` of `total` parts are done."""
        self._progress.update(self._task, description=what, completed=done, total=total)
