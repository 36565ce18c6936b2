"""Makes Arabic readable in a terminal: direction, alignment, and whose job it is.

Terminals that apply the bidirectional algorithm get text in its logical order, each line
wrapped in isolates (U+2066 to U+2069) and, where it runs right to left, aligned right.
For those that do not, `--visual` joins the letters and reorders each line here; harakat
are left out then, for reordered marks would sit on the wrong letter. What is no terminal
gets plain logical text, unwrapped, without control characters.
"""

import re
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len
from rich.console import Console

from rag.plain import shown
from rag.types import Direction

_LRI, _RLI, _FSI, _PDI = "\u2066", "\u2067", "\u2068", "\u2069"
_ISOLATES = re.compile(f"[{_LRI}{_RLI}{_FSI}{_PDI}]")


class Mode(Enum):
    """Who puts right-to-left text in order: nobody, the terminal, or Dalil."""

    PLAIN = "plain"
    ISOLATE = "isolate"
    VISUAL = "visual"


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines are laid out; `width` is in terminal cells."""

    mode: Mode
    width: int


def layout_for(console: Console, visual: bool) -> Layout:
    if visual:
        return Layout(Mode.VISUAL, console.width)
    return Layout(Mode.ISOLATE if console.is_terminal else Mode.PLAIN, console.width)


def isolate(text: str) -> str:
    """Text of unknown direction, safe within a line of any. "x" → U+2068 "x" U+2069."""
    return f"{_FSI}{shown(text)}{_PDI}"


def lay_out(text: str, direction: Direction, layout: Layout) -> list[str]:
    """The terminal lines of a text, which may hold isolates of `isolate`."""
    return [
        line
        for paragraph in text.split("\n")
        for line in _lay_out_paragraph(paragraph, direction, layout)
    ]


def _lay_out_paragraph(text: str, direction: Direction, layout: Layout) -> list[str]:
    if layout.mode is Mode.PLAIN:
        return [_ISOLATES.sub("", text)]
    if not text:
        return [""]
    lines = _balanced(_wrapped(text, layout.width))
    if layout.mode is Mode.VISUAL:
        lines = [_reordered(line, direction) for line in lines]
    else:
        lines = [f"{_RLI if direction == 'rtl' else _LRI}{line}{_PDI}" for line in lines]
    if direction == "rtl":
        return [" " * (layout.width - cell_len(line)) + line for line in lines]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of whole words; a word that is wider than a line has one for itself."""
    lines = [""]
    for word in text.split(" "):
        candidate = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(candidate) <= width:
            lines[-1] = candidate
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    return lines


def _balanced(lines: list[str]) -> list[str]:
    """Close each line's isolates at its end and open them again on the next.

    Terminals order each line by itself, so a stray U+2069 would end the line's own isolate.
    """
    opened: list[str] = []
    result = []
    for line in lines:
        start = "".join(opened)
        for mark in _ISOLATES.findall(line):
            if mark != _PDI:
                opened.append(mark)
            elif opened:
                opened.pop()
        result.append(start + line + _PDI * len(opened))
    return result


def _reordered(line: str, direction: Direction) -> str:
    """The line as a terminal without the bidirectional algorithm must print it."""
    # Both take time to import, and only this mode needs them.
    from arabic_reshaper import reshape
    from bidi import get_display

    visual = get_display(reshape(line), base_dir="R" if direction == "rtl" else "L")
    return _ISOLATES.sub("", str(visual))
