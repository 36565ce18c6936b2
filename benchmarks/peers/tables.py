"""The tables of a comparison: what each system did, and how many times better Dalil is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import markdown, shown, times_better
from benchmarks.peers.processes import DALIL

NAMES = {
    DALIL: "Dalil",
    "plain": "sentence-transformers + FAISS",
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "txtai": "txtai (hybrid)",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: the key of a figure, its heading, which way is better, and what is aimed at.

    The time of the processor, all cores together, is what other work on the machine disturbs
    least.
    """

    key: str
    heading: str
    higher: bool
    target: float


FIGURES = (
    Figure("p50_ms", "query p50, ms", False, 4.0),
    Figure("p95_ms", "query p95, ms", False, 1.0),
    Figure("cpu_ms", "processor time a query, ms", False, 4.0),
    Figure("articles_per_second", "ingest, articles/s", True, 2.0),
    Figure("indexing_cpu_ms", "processor time an article, ms", False, 2.0),
    Figure("peak_mib", "peak memory, MiB", False, 1.0),
    Figure("indexing_peak_mib", "peak memory of ingest, MiB", False, 1.0),
    Figure("cold_start_seconds", "cold start, s", False, 1.0),
)


def comparison_tables(figures: Mapping[str, Any]) -> str:
    """Three tables in Markdown: figures, ratios with their targets, and ranking."""
    systems: Mapping[str, Mapping[str, Any]] = figures["systems"]
    return "\n\n".join((_figures(systems), _ratios(systems), _ranking(systems)))


def _figures(systems: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [NAMES[name], *(shown(found[figure.key]) for figure in FIGURES)]
        for name, found in systems.items()
    ]
    return markdown(("system", *(figure.heading for figure in FIGURES)), rows)


def _ratios(systems: Mapping[str, Mapping[str, Any]]) -> str:
    """How many times better Dalil is than each peer, and than the best one."""
    peers = [name for name in systems if name != DALIL]
    rows = []
    for figure in FIGURES:
        ratios = [
            times_better(
                systems[DALIL][figure.key], systems[peer][figure.key], higher=figure.higher
            )
            for peer in peers
        ]
        met = "yes" if min(ratios) >= figure.target else "no"
        wanted = f"≥ {figure.target:g}"
        rows.append([figure.heading, *(f"{r:.2f}×" for r in ratios), wanted, met])
    return markdown(("Dalil against", *(NAMES[peer] for peer in peers), "aim", "met"), rows)


def _ranking(systems: Mapping[str, Mapping[str, Any]]) -> str:
    directions: Sequence[str] = list(systems[DALIL]["mrr"])
    rows = [
        [NAMES[name], *(f"{found['mrr'][direction]:.3f}" for direction in directions)]
        for name, found in systems.items()
    ]
    return markdown(("MRR@10", *directions), rows)
