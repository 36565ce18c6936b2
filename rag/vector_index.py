"""Nearest vectors of one language: exactly while they are few, in cells when they are many.

Both kinds keep vectors as float16, which is how the store has them, so nothing is lost.
`docs/benchmarks.md` has the measurements that the threshold comes from. Which kind a
snapshot holds is in its name; what is written when, `dense.py` decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np

from rag.vector_cells import Cells, Found, Ids, Vectors, cell_count, sample_places, selector

LARGEST_EXACT = 50_000
"""More vectors than these are kept in cells."""

EXACT_SUFFIX, CELLS_SUFFIX = SUFFIXES = (".faiss", ".cells")

_PART = 20_000
_CELLS_TOO_FEW = 0.5


class VectorIndex(Protocol):
    """Vectors of unit length by id, and the nearest of them to others."""

    def __len__(self) -> int: ...

    @property
    def ids(self) -> Ids:
        """All ids, ascending."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None: ...

    def remove(self, ids: Ids) -> None:
        """Forget vectors; ids that are not here count for nothing."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors (n, dim) of ids that are here."""
        ...

    def search(self, vectors: Vectors, k: int, allowed: Ids | None) -> Found:
        """Cosines and ids (n, ≤ k) of the nearest, best first; -1 where a row has no more."""
        ...

    def save(self, path: Path) -> None: ...


class Exact:
    """Compares with every vector. A snapshot is read whole, so that it can be changed."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index = index

    @classmethod
    def empty(cls, dim: int) -> "Exact":
        codes = faiss.IndexScalarQuantizer(
            dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        return cls(faiss.IndexIDMap2(codes))

    @classmethod
    def open(cls, path: Path) -> "Exact":
        # `read_index` gives back the class that was written, which its stubs do not say.
        return cls(faiss.read_index(str(path)))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        ids: Ids = np.sort(faiss.vector_to_array(self._index.id_map))
        return ids

    def add(self, ids: Ids, vectors: Vectors) -> None:
        self._index.add_with_ids(vectors, ids)

    def remove(self, ids: Ids) -> None:
        self._index.remove_ids(faiss.IDSelectorBatch(ids))

    def vectors(self, ids: Ids) -> Vectors:
        found: Vectors = self._index.reconstruct_batch(ids)
        return found

    def search(self, vectors: Vectors, k: int, allowed: Ids | None) -> Found:
        parameters = None
        if allowed is not None:
            # FAISS takes its fields by name here, which its stubs do not know.
            parameters = faiss.SearchParameters(sel=selector(allowed))  # type: ignore[call-arg]
        return self._index.search(vectors, min(k, len(self)), params=parameters)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))


def open_index(path: Path) -> VectorIndex:
    """The index that a snapshot holds."""
    return Cells.open(path) if path.suffix == CELLS_SUFFIX else Exact.open(path)


def suffix_of(index: VectorIndex) -> str:
    """What the name of an index's snapshot ends in."""
    return CELLS_SUFFIX if isinstance(index, Cells) else EXACT_SUFFIX


def settled(index: VectorIndex, dim: int, largest_exact: int) -> VectorIndex:
    """The same vectors in the kind of index that suits their number.

    There and back have thresholds apart, so that a collection near one does not swing.
    """
    count = len(index)
    if isinstance(index, Cells):
        if count <= largest_exact // 2:
            return _copied(index, Exact.empty(dim))
        outgrown = index.cells < _CELLS_TOO_FEW * cell_count(count)
        return in_cells(index) if outgrown else index
    return in_cells(index) if count > largest_exact else index


def in_cells(index: VectorIndex) -> Cells:
    """The same vectors in cells that are found from them."""
    ids = index.ids
    sample = index.vectors(ids[sample_places(len(ids))])
    parts = ((part, index.vectors(part)) for part in _parts(ids))
    return Cells.build(sample, parts, cell_count(len(ids)))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS search in this thread alone.

    Searches run beside each other, and threads that FAISS starts wait for each other by
    spinning: on a busy machine that costs many times what they bring.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _copied(index: VectorIndex, into: Exact) -> Exact:
    for part in _parts(index.ids):
        into.add(part, index.vectors(part))
    return into


def _parts(ids: Ids) -> Iterator[Ids]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
