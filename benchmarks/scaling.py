"""Measures search over growing collections: latency, memory, disk, building, opening.

`python -m benchmarks.scaling --sizes 1k,10k,100k,1M [--dense-only] [--json FILE]` makes
collections (`collection.py`), builds the indexes from them and searches in a process of its
own, as a server that was just started would. Quality is not measured here.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.collection import DAYS, FIRST_DAY, PIPELINE, SOURCES, fill, titles
from benchmarks.machine import write_figures
from benchmarks.made_encoder import made_encoder
from benchmarks.sizes import parse_sizes
from benchmarks.vectors import DIM, ClusteredVectors
from embeddings.calibrated import CalibratedEncoder
from rag.dense import Contents, DenseIndex, Ids, Vector
from rag.findings import find
from rag.index import SearchIndex
from rag.query import Query, analyse_query
from rag.retrieval import Retriever
from rag.store import NewVectors, Store, VectorRecord
from rag.types import Filters
from rag.weights import load_weights

Figures = dict[str, float]
Asked = TypeVar("Asked")

_LONGEST_QUESTION = 2000
_TOP_K = 5
_CANDIDATES = 100
_LATEST = FIRST_DAY + timedelta(days=DAYS * 9 // 10)
_FILTERS = {
    "find": Filters(),
    "find, one language": Filters(languages=("ar",)),
    "find, one source in eight": Filters(sources=SOURCES[:1]),
    "find, newest tenth": Filters(published_from=_LATEST),
    "find, last week": Filters(published_from=FIRST_DAY + timedelta(days=DAYS - 7)),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A collection of so many chunks in a folder."""

    folder: Path
    size: int
    dense_only: bool

    def open_store(self) -> Store:
        return Store(self.folder / "dalil.db", create=True)

    def dense(self) -> DenseIndex:
        """An index of nothing but made vectors, all of one language."""

        def added(_view: object, generation: int) -> Iterator[VectorRecord]:
            if generation == 0:
                vectors = (v for block in ClusteredVectors(self.size).blocks() for v in block)
                yield from (VectorRecord(i, "en", v) for i, v in enumerate(vectors, start=1))

        contents = Contents(added, lambda _view, _generation: ())
        return DenseIndex(self.folder / "dense", DIM, contents)


def _build(place: Place) -> Figures:
    """Fill the store and build the indexes from it; seconds of each."""
    with closing(place.open_store()) as store:
        start = perf_counter()
        if place.dense_only:
            store.write([], [], NewVectors({}, {}), fingerprint=PIPELINE, pipeline=PIPELINE)
        else:
            fill(store, place.size)
        filled = perf_counter()
        with store.reading() as view:
            if place.dense_only:
                place.dense().catch_up(view)
            else:
                SearchIndex(place.folder / "index", DIM).catch_up(view)
    return {"fill s": filled - start, "build s": perf_counter() - filled}


def _measure_dense(place: Place) -> Figures:
    """Open the index as a new process does, and search it."""
    vectors = list(ClusteredVectors(place.size).questions(200))
    generator = np.random.default_rng(0)
    with closing(place.open_store()) as store, store.reading() as view:
        before, start = _memory_mb(), perf_counter()
        index = place.dense()
        index.catch_up(view)
        index.search(vectors[0], "en", _CANDIDATES, None)
        figures = {"open ms": 1000 * (perf_counter() - start)}
        figures |= _latencies("dense", vectors, partial(_nearest, index, None))
        for share in (0.001, 0.01, 0.1, 0.5):
            count = max(1, int(share * place.size))
            allowed = 1 + np.sort(generator.choice(place.size, count, replace=False))
            name = f"dense, {share:.1%} allowed"
            figures |= _latencies(name, vectors, partial(_nearest, index, allowed))
    return figures | {"memory MB": _memory_mb() - before, "disk MB": _disk_mb(place.folder)}


def _measure_all(place: Place) -> Figures:
    """Open store and indexes as a new process does, and search them in every way."""
    encoder = made_encoder(place.size)
    queries = _queries(encoder)
    before, start = _memory_mb(), perf_counter()
    with closing(place.open_store()) as store:
        index = SearchIndex(place.folder / "index", DIM)
        retriever = Retriever(index, encoder, load_weights())

        def search(query: Query, filters: Filters = Filters()) -> None:
            with store.reading() as view:
                find(retriever, view, query, filters, _TOP_K)

        search(queries[0])
        figures = {"open ms": 1000 * (perf_counter() - start)}
        figures |= _latencies("lexical", queries, lambda q: _matching(index, q))
        figures |= _latencies("term counts", queries, lambda q: _counted(index, q))
        figures |= _latencies(
            "dense", queries, lambda q: index.nearest(q.vector, q.language, _CANDIDATES, None)
        )
        figures |= _latencies("words", queries, partial(_near_words, index, encoder))
        for name, filters in _FILTERS.items():
            figures |= _latencies(name, queries, partial(search, filters=filters))
    return figures | {"memory MB": _memory_mb() - before, "disk MB": _disk_mb(place.folder)}


def _nearest(index: DenseIndex, allowed: Ids | None, vector: Vector) -> None:
    index.search(vector, "en", _CANDIDATES, allowed)


def _matching(index: SearchIndex, query: Query) -> None:
    index.matching(query.terms_for(query.language), query.language, _CANDIDATES, Filters())


def _near_words(index: SearchIndex, encoder: CalibratedEncoder, query: Query) -> None:
    """As for words that were not asked for before."""
    languages = [query.language] * len(query.words)
    index.near_words(encoder.encode_words(query.words, languages), _CANDIDATES)


def _counted(index: SearchIndex, query: Query) -> None:
    index.statistics(query.terms_for(query.language), query.language)


def _queries(encoder: CalibratedEncoder) -> list[Query]:
    """Questions about what the seeds are about, with made vectors."""
    asked = [
        (title, f"ماذا يقول عن {title}؟" if language == "ar" else f"Who told about {title}?")
        for title, language in titles()
    ]
    return [analyse_query(text, encoder, _LONGEST_QUESTION) for pair in asked for text in pair]


def _latencies(name: str, asked: Sequence[Asked], search: Callable[[Asked], object]) -> Figures:
    """Milliseconds by the clock and of the processor, after one round to warm up."""
    walls, cpus = [], []
    for position, one in enumerate([*asked, *asked]):
        wall, cpu = perf_counter(), process_time()
        search(one)
        if position >= len(asked):
            walls.append(1000 * (perf_counter() - wall))
            cpus.append(1000 * (process_time() - cpu))
    return {
        f"{name} p50 ms": statistics.median(walls),
        f"{name} p95 ms": statistics.quantiles(walls, n=20)[-1],
        f"{name} CPU p50 ms": statistics.median(cpus),
    }


def _memory_mb() -> float:
    """What this process holds in memory, mapped files included where they were read."""
    status = Path("/proc/self/status").read_text("utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmRSS"].split()[0]) / 1000


def _disk_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _in_a_process(work: Callable[[Place], Figures], place: Place) -> Figures:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, place).result()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=parse_sizes, default=(1000, 10_000))
    parser.add_argument("--dense-only", action="store_true")
    parser.add_argument("--json", type=Path)
    parsed = parser.parse_args(arguments)
    measured: dict[int, Figures] = {}
    for size in parsed.sizes:
        with tempfile.TemporaryDirectory(prefix="dalil-scaling-") as name:
            place = Place(Path(name), size, parsed.dense_only)
            measure = _measure_dense if parsed.dense_only else _measure_all
            built = _in_a_process(_build, place)
            measured[size] = built | _in_a_process(measure, place)
        if parsed.json:
            write_figures(parsed.json, "scaling", {str(n): f for n, f in measured.items()})
    table = Table("figure", *(f"{size:,}" for size in measured))
    for figure in next(iter(measured.values()), {}):
        table.add_row(figure, *(f"{figures[figure]:,.2f}" for figures in measured.values()))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
