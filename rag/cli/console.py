"""Where the command prints for people, and how: line by line, exactly as given."""

import sys

from rich.console import Console
from rich.text import Text


def stdout_console() -> Console:
    """Colour only where a terminal shows it, whatever the environment claims."""
    return Console(file=sys.stdout, force_terminal=sys.stdout.isatty(), highlight=False)


def print_line(console: Console, line: str | Text, style: str = "") -> None:
    """Print as it is: rich would read [1] as markup, and break lines in the middle."""
    text = line if isinstance(line, Text) else Text(line, style)
    console.print(text, soft_wrap=True)
