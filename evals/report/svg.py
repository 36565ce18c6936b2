"""Draws a plot as SVG that stands inside a page: same bytes for the same data, page's colours.

What is drawn is up to `plots.py`.
"""

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

WIDTH = 4.0
"""Inches of 72 px: no wider than a phone, so that nothing is scaled down to be unreadable."""

# Matplotlib knows no CSS variables. Nobody else would choose these colours.
INK, MUTED, ACCENT, SECOND = "#010203", "#040506", "#070809", "#0a0b0c"
_VARIABLES = {INK: "--ink", MUTED: "--muted", ACCENT: "--accent", SECOND: "--second"}

_STYLE: dict[RcKeyType, Any] = {
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "grid.alpha": 0.25,
    "grid.color": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 9,
    # Text stays text: it can be read aloud, and takes the page's font.
    "svg.fonttype": "none",
    "text.color": INK,
    # A "$" in a name is a dollar.
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def draw(name: str, title: str, height: float, plot: Callable[[Axes], None]) -> str:
    """An `<svg>` element. `name` must be its own on a page; `height` is in inches."""
    # The salt makes the ids of markers and clips: another plot's must not be found instead.
    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure((WIDTH, height), layout="constrained")
        plot(figure.subplots())
        buffer = StringIO()
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    return _for_a_page(buffer.getvalue(), title, height)


def _for_a_page(document: str, title: str, height: float) -> str:
    """Without what a page has itself: a prologue, namespaces, rules for all elements, `g` ids."""
    body = document.partition("<svg")[2].partition(">")[2]
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, f"var({variable})")
    box = f"0 0 {72 * WIDTH:g} {72 * height:g}"
    return f'<svg viewBox="{box}" role="img" aria-label="{escape(title)}">{body}'.rstrip()
