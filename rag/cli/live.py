"""Shows a text on a terminal while it grows, a line at a time and its last line over again.

A line that runs right to left starts at a place that depends on its end, and joined or
reordered letters on what follows them; so nothing shorter than a line can be printed once
and for all. The lines before the last one never change, unless the whole text does.
"""

from math import ceil

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rag.cli.direction import Layout, lay_out
from rag.types import Direction

_CLEAR_TO_THE_END = "\x1b[J"


class LiveText:
    """One text at the bottom of a terminal. Leave it with `end`, however it ends."""

    def __init__(self, console: Console, layout: Layout, style: str) -> None:
        self._console = console
        self._layout = layout
        self._style = style
        self._lines: list[str] = []

    def show(self, text: str, direction: Direction) -> None:
        """Make the terminal show this text; what has scrolled away stays as it was."""
        lines = lay_out(text, direction, self._layout)
        first = self._first_to_write(lines)
        if first is None:
            return
        self._go_back_to(first)
        self._write(lines[first:])
        self._lines = lines

    def end(self) -> None:
        if self._lines:
            self._console.file.write("\n")
            self._console.file.flush()
            self._lines = []

    def _first_to_write(self, lines: list[str]) -> int | None:
        """The first line that differs and can still be reached; None if nothing differs."""
        if lines == self._lines:
            return None
        pairs = zip(lines, self._lines, strict=False)
        same = next((at for at, (new, old) in enumerate(pairs) if new != old), len(self._lines))
        # The last line shown has no end yet, so it is written again even if it stays.
        first = max(0, min(same, len(self._lines) - 1))
        while first < len(self._lines) - 1 and self._rows(first) >= self._console.height:
            first += 1
        return min(first, len(lines) - 1)

    def _go_back_to(self, first: int) -> None:
        if not self._lines:
            return
        up = self._rows(first) - 1
        self._console.file.write("\r" + (f"\x1b[{up}A" if up > 0 else "") + _CLEAR_TO_THE_END)

    def _rows(self, first: int) -> int:
        """How many rows of the terminal the lines from `first` on take."""
        width = max(1, self._layout.width)
        return sum(max(1, ceil(cell_len(line) / width)) for line in self._lines[first:])

    def _write(self, lines: list[str]) -> None:
        text = Text("\n".join(lines), self._style)
        self._console.print(text, end="", soft_wrap=True)
        self._console.file.flush()
