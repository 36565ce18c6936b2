"""A terminal as simple as can be: what is on its rows after what was written to it."""

import re

from rich.cells import cell_len

_TOKENS = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|\x1b[()][A-Z0-9]|(\r)|(\n)|([^\x1b\r\n])")


class Screen:
    """Knows line breaks, returns, moving up, clearing to the end, and colours, which it drops.

    A full row keeps the cursor on it until one more character comes, as terminals do.
    """

    def __init__(self, width: int, height: int = 24) -> None:
        self.width, self.height = width, height
        self.rows = [""]
        self._at = 0

    def feed(self, text: str) -> None:
        for match in _TOKENS.finditer(text):
            number, command, back, down, char = match.groups()
            if command == "A":
                top = max(0, len(self.rows) - self.height)
                self._at = max(top, self._at - int(number or 1))
            elif command == "J":
                del self.rows[self._at + 1 :]
                self.rows[self._at] = ""
            elif command not in (None, "m"):
                raise AssertionError(f"an unknown sequence: {match[0]!r}")
            elif back:
                self._returned = True
            elif down:
                self._down()
            elif char:
                self._put(char)

    def lines(self) -> list[str]:
        """The rows, without what only sets the direction, and without space around them."""
        return [re.sub("[\u2066-\u2069]", "", row).strip() for row in self.rows]

    def _put(self, char: str) -> None:
        if cell_len(self.rows[self._at] + char) > self.width:
            self._down()
        self.rows[self._at] += char

    def _down(self) -> None:
        self._at += 1
        if self._at == len(self.rows):
            self.rows.append("")
