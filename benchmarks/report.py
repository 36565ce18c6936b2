"""Draws the plots of `docs/benchmarks.md` from the figures of the benchmarks, as small PNGs.

`python -m benchmarks.report FOLDER` reads the JSON that the benchmarks wrote into a folder,
prints their tables and draws into `docs/`. Nothing is measured here.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from matplotlib.typing import RcKeyType

from benchmarks.encoder import encoder_tables
from benchmarks.figures import shown
from benchmarks.peers.tables import NAMES, comparison_tables
from benchmarks.question import stage_table
from benchmarks.serving import serving_table

_INK, _MUTED, _ACCENT, _SECOND = "#1f2328", "#57606a", "#0b6e4f", "#b35900"
_STYLE: dict[RcKeyType, Any] = {
    "axes.edgecolor": _MUTED,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "font.size": 9,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "text.color": _INK,
    "text.parse_math": False,
    "xtick.color": _MUTED,
    "ytick.labelcolor": _INK,
}
_DPI = 110
_TABLES: dict[str, Callable[[dict[str, Any]], str]] = {
    "peers": comparison_tables,
    "serving": serving_table,
    "question": stage_table,
    "encoder": encoder_tables,
}


def _bars(axes: Axes, names: Sequence[str], values: Sequence[float], title: str) -> None:
    """Horizontal bars with their values, the first one on top and in the accent's colour."""
    places = range(len(names))
    axes.barh(places, values, color=[_ACCENT, *[_MUTED] * (len(names) - 1)], height=0.6)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set(title=title, xlim=(0, 1.2 * max(values)), xticks=[])
    axes.spines["bottom"].set_visible(False)
    for place, value in zip(places, values, strict=True):
        axes.annotate(shown(value), (value, place), (4, 0), textcoords="offset points", va="center")


def _peers(figure: Figure, figures: Mapping[str, Any]) -> None:
    systems = figures["systems"]
    names = [NAMES[name] for name in systems]
    panels = {
        "query p50, ms": "p50_ms",
        "ingest, articles/s": "articles_per_second",
        "peak memory, MiB": "peak_mib",
        "cold start, s": "cold_start_seconds",
    }
    for axes, (title, key) in zip(
        figure.subplots(2, 2, sharey=True).flat, panels.items(), strict=True
    ):
        _bars(axes, names, [found[key] for found in systems.values()], title)


def _question(figure: Figure, figures: Mapping[str, Any]) -> None:
    stages = dict(sorted(figures["stages_ms"].items(), key=lambda stage: -stage[1]))
    _bars(figure.subplots(), list(stages), list(stages.values()), "one question by stage, ms")


def _serving(figure: Figure, figures: Mapping[str, Any]) -> None:
    """Throughput by the number of clients, of different questions and of repeated ones."""
    axes = figure.subplots()
    lines: dict[str, dict[str, float]] = {}
    for name, found in figures["load"].items():
        what, _, clients = name.rpartition(", ")
        lines.setdefault(what, {})[clients] = found["requests_per_second"]
    lines["encoder alone, different"] = figures["encoder_questions_per_second"]
    for what, found in lines.items():
        colour = _SECOND if "ask" in what else _ACCENT if "search" in what else _MUTED
        style = "--" if "repeated" in what or "–" in what else "-"
        label = what.replace(", –", "")
        axes.plot(list(found), list(found.values()), style, marker="o", color=colour, label=label)
    axes.set(xlabel="clients", ylabel="requests/s", yscale="log", title="throughput")
    # Its own labels for powers of ten are formulas, which are not parsed here.
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: shown(value)))
    axes.grid(axis="y")
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))


_PLOTS: dict[str, tuple[Callable[[Figure, Mapping[str, Any]], None], tuple[float, float]]] = {
    "peers": (_peers, (7.0, 4.0)),
    "question": (_question, (6.0, 3.8)),
    "serving": (_serving, (7.0, 3.6)),
}


def draw(name: str, figures: Mapping[str, Any], folder: Path) -> Path | None:
    """Draw the plot of a benchmark into `folder`; None where it has none."""
    if name not in _PLOTS:
        return None
    plot, size = _PLOTS[name]
    path = folder / f"benchmark-{name}.png"
    with rc_context(_STYLE):
        figure = Figure(size, layout="constrained")
        plot(figure, figures)
        figure.savefig(path, dpi=_DPI, metadata={"Software": None})
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the benchmarks wrote their JSON")
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    parsed = parser.parse_args(arguments)
    for path in sorted(parsed.folder.glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        name, figures = document["benchmark"], document["figures"]
        if name not in _TABLES:
            continue
        machine = ", ".join(f"{key} {value}" for key, value in document["machine"].items())
        print(f"## {name}\n\n{document['date']}: {machine}\n\n{_TABLES[name](figures)}\n")
        draw(name, figures, parsed.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
