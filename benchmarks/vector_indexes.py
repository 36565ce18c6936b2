"""Compares kinds of vector indexes: what `rag/vector_index.py` was chosen by.

`python -m benchmarks.vector_indexes --sizes 10k,100k,1M` measures recall against an exact
search, latency of one thread, memory and build time, each with the least effort that finds
98 % of the nearest ten and of the nearest hundred. Whole searches are in `scaling.py`.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any, TypeAlias

import faiss as untyped
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks.machine import write_figures
from benchmarks.sizes import parse_sizes
from benchmarks.vectors import DIM, ClusteredVectors, Vectors
from rag.vector_cells import cell_count, sample_places, train_cells
from rag.vector_index import one_thread

# Its stubs do not know what is used of it here.
faiss: Any = untyped
Index: TypeAlias = Any
Ids: TypeAlias = npt.NDArray[np.int64]

_QUESTIONS = 200
_K = 100
_WANTED = 0.98
_PART = 20_000
_IP = faiss.METRIC_INNER_PRODUCT
_CELLS = (16, 32, 64, 96, 128, 192, 256, 384, 512)
_GRAPH = (64, 128, 256, 400, 600)
_REFINED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of index at one size with one effort: cells probed, or nodes kept in view."""

    size: int
    kind: str
    effort: int
    recall_10: float
    recall_100: float
    wall_ms: float
    cpu_ms: float
    megabytes: float
    build_seconds: float


@dataclass(slots=True)
class Data:
    """Vectors, questions, their true neighbours, and the cells that all kinds share."""

    vectors: npt.NDArray[np.float16]
    questions: Vectors
    nearest: Ids
    centres: Index
    cells: Ids
    cells_seconds: float

    def parts(self) -> Iterator[tuple[int, Vectors]]:
        for start in range(0, len(self.vectors), _PART):
            yield start, self.vectors[start : start + _PART].astype(np.float32)


def _data(size: int) -> Data:
    made = ClusteredVectors(size)
    vectors = np.concatenate([block.astype(np.float16) for block in made.blocks()])
    questions = made.questions(_QUESTIONS)
    start = perf_counter()
    centres = train_cells(vectors[sample_places(size)].astype(np.float32), cell_count(size))
    data = Data(vectors, questions, np.empty(0, np.int64), centres, np.empty(0, np.int64), 0.0)
    assigned = [centres.search(part, 1)[1][:, 0] for _, part in data.parts()]
    data.cells, data.cells_seconds = np.concatenate(assigned), perf_counter() - start
    data.nearest = _flat(data, _halves()).search(questions, _K)[1]
    return data


def _halves() -> Index:
    return faiss.IndexScalarQuantizer(DIM, faiss.ScalarQuantizer.QT_fp16, _IP)


def _flat(data: Data, index: Index) -> Index:
    for _, part in data.parts():
        index.add(part)
    return index


def _graph(data: Data) -> Index:
    index = faiss.IndexHNSWSQ(DIM, faiss.ScalarQuantizer.QT_8bit, 16, _IP)
    index.hnsw.efConstruction = 80
    index.train(data.vectors[:_PART].astype(np.float32))
    return _flat(data, index)


def _inverted(data: Data, index: Index) -> Index:
    sample = data.vectors[:: max(1, len(data.vectors) // _PART)].astype(np.float32)
    index.train(sample)
    for start, part in data.parts():
        ids = np.arange(start, start + len(part))
        cells = data.cells[start : start + len(part)]
        index.add_core(len(part), *map(faiss.swig_ptr, (part, ids, cells)))
    return index


def _cells_of(code: str) -> Callable[[Data], Index]:
    """Builds cells over codes that FAISS's scalar quantizer knows by this name."""

    def build(data: Data) -> Index:
        kind = getattr(faiss.ScalarQuantizer, code)
        cells = data.centres.ntotal
        return _inverted(
            data, faiss.IndexIVFScalarQuantizer(data.centres, DIM, cells, kind, _IP, False)
        )

    return build


def _cells_flat(data: Data) -> Index:
    return _inverted(data, faiss.IndexIVFFlat(data.centres, DIM, data.centres.ntotal, _IP))


def _cells_pq(data: Data) -> Index:
    index = faiss.IndexIVFPQ(data.centres, DIM, data.centres.ntotal, 96, 8, _IP)
    index.by_residual = False
    with one_thread():  # many small trainings, which threads only slow down
        return _refined(data, _inverted(data, index))


def _refined(data: Data, base: Index) -> Index:
    refined = faiss.IndexRefine(base, _flat(data, _halves()))
    refined.k_factor = _REFINED
    return refined


_KINDS: dict[str, tuple[Callable[[Data], Index], Sequence[int]]] = {
    "Flat": (lambda data: _flat(data, faiss.IndexFlatIP(DIM)), (0,)),
    "Flat, float16": (lambda data: _flat(data, _halves()), (0,)),
    "IVF-float16": (_cells_of("QT_fp16"), _CELLS),
    "IVF-SQ8": (_cells_of("QT_8bit"), _CELLS),
    "IVF-SQ8, refined": (lambda data: _refined(data, _cells_of("QT_8bit")(data)), _CELLS),
    "IVF-PQ96, refined": (_cells_pq, _CELLS),
    "IVF-Flat": (_cells_flat, _CELLS),
    "HNSW16-SQ8": (_graph, _GRAPH),
}


@contextmanager
def _effort(index: Index, effort: int) -> Iterator[None]:
    """Set what an index does for a question."""
    inner = (
        faiss.downcast_index(index.base_index) if isinstance(index, faiss.IndexRefine) else index
    )
    if hasattr(inner, "nprobe"):
        inner.nprobe = effort
    elif hasattr(inner, "hnsw"):
        inner.hnsw.efSearch = effort
    with one_thread():
        yield


def _recall(found: Ids, data: Data, k: int) -> float:
    pairs = zip(found, data.nearest, strict=True)
    return statistics.mean(len(np.intersect1d(a[:k], b[:k])) / k for a, b in pairs)


def _measure(data: Data, kind: str) -> Iterator[Row]:
    build, efforts = _KINDS[kind]
    start = perf_counter()
    index = build(data)
    seconds = perf_counter() - start + (data.cells_seconds if "IVF" in kind else 0)
    megabytes = faiss.serialize_index(index).nbytes / 1e6
    for effort in efforts:
        with _effort(index, effort):
            walls, cpus, found = [], [], []
            for question in data.questions:
                wall, cpu = perf_counter(), thread_time()
                found.append(index.search(question[np.newaxis], _K)[1][0])
                walls.append(perf_counter() - wall)
                cpus.append(thread_time() - cpu)
        row = Row(
            size=len(data.vectors),
            kind=kind,
            effort=effort,
            recall_10=_recall(np.array(found), data, 10),
            recall_100=_recall(np.array(found), data, 100),
            wall_ms=1000 * statistics.median(walls),
            cpu_ms=1000 * statistics.median(cpus),
            megabytes=megabytes,
            build_seconds=seconds,
        )
        yield row
        if min(row.recall_10, row.recall_100) >= _WANTED:
            return


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=parse_sizes, default=(10_000, 100_000))
    parser.add_argument("--kinds", nargs="+", choices=_KINDS, default=list(_KINDS))
    parser.add_argument("--json", type=Path)
    parsed = parser.parse_args(arguments)
    rows: list[Row] = []
    console = Console()
    for size in parsed.sizes:
        data = _data(size)
        for kind in parsed.kinds:
            measured = list(_measure(data, kind))
            rows += measured
            for row in measured:
                console.print(row)
            if parsed.json:
                figures = {"rows": [asdict(row) for row in rows]}
                write_figures(parsed.json, "vector indexes", figures)
    console.print(_table(rows))
    return 0


def _table(rows: Sequence[Row]) -> Table:
    """The last row of each kind and size: the least effort that was enough, or the most."""
    names = ("size", "kind", "effort", "R@10", "R@100", "p50", "p50, CPU", "MB", "build")
    table = Table(*names)
    for row in {(row.size, row.kind): row for row in rows}.values():
        table.add_row(
            f"{row.size:,}",
            row.kind,
            str(row.effort or "–"),
            f"{row.recall_10:.3f}",
            f"{row.recall_100:.3f}",
            f"{row.wall_ms:.2f} ms",
            f"{row.cpu_ms:.2f} ms",
            f"{row.megabytes:,.0f}",
            f"{row.build_seconds:,.0f} s",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
