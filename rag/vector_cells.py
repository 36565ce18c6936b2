"""Nearest vectors among very many: those of the cells that lie nearest to the question.

A FAISS inverted file over float16 codes. `_base` is as it was built, or mapped from a
snapshot, and never changes; what came later is in `_recent`, which has the same cells; what
went is only marked. A snapshot joins the two and leaves out what went. When cells take the
place of an exact search is `vector_index.py`'s to say.
"""

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from pathlib import Path
from typing import Any, TypeAlias

import faiss as untyped
import numpy as np
import numpy.typing as npt

# Its stubs do not know what inverted files, selectors and maps of places have.
faiss: Any = untyped
Inverted: TypeAlias = Any
Selector: TypeAlias = Any

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Found = tuple[Vectors, Ids]

PROBED_CELLS = 256
FEW = 2_000
"""So many allowed vectors are compared one by one; of more, those in the cells probed."""

_CELLS_PER_ROOT = 4
_SAMPLES_PER_CELL = 40
_ROUNDS = 8
_SEED = 1234


def cell_count(vectors: int) -> int:
    """Cells for so many vectors: 50,000 → 894 · 1,000,000 → 4,000."""
    return max(1, round(_CELLS_PER_ROOT * sqrt(vectors)))


def sample_places(vectors: int) -> Ids:
    """Which of so many vectors the cells are found from, spread evenly."""
    wanted = min(vectors, cell_count(vectors) * _SAMPLES_PER_CELL)
    places: Ids = np.linspace(0, vectors - 1, wanted).astype(np.int64)
    return places


def train_cells(sample: Vectors, cells: int) -> Any:
    """The centres of `cells` cells of a sample (n, dim); always the same of the same sample."""
    centres = faiss.IndexFlatIP(sample.shape[1])
    clustering = faiss.Clustering(sample.shape[1], cells)
    clustering.seed, clustering.niter, clustering.spherical = _SEED, _ROUNDS, True
    clustering.min_points_per_centroid = 1
    clustering.train(sample, centres)
    return centres


class Cells:
    """Vectors by id, found approximately. An id is never used twice."""

    def __init__(self, base: Inverted) -> None:
        self._base = base
        self._in_base = _map_places(base)
        self._base_selector: Selector | None = None
        self._recent = _inverted_file(base.quantizer, base.d, base.nlist)
        self._recent.set_direct_map_type(faiss.DirectMap.Hashtable)
        self._in_recent: Flags = np.zeros(0, dtype=np.bool_)

    @classmethod
    def build(cls, sample: Vectors, parts: Iterable[tuple[Ids, Vectors]], cells: int) -> "Cells":
        """Find cells from a sample, then sort all vectors, given in parts, into them."""
        base = _inverted_file(train_cells(sample, cells), sample.shape[1], cells)
        for ids, vectors in parts:
            base.add_with_ids(vectors, ids)
        return cls(base)

    @classmethod
    def open(cls, path: Path) -> "Cells":
        """Map a snapshot into memory: what is not searched is not kept there."""
        base = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        # Threads that read ahead, started anew for each search, double what it takes.
        faiss.downcast_InvertedLists(base.invlists).prefetch_nthread = 0
        return cls(base)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._in_base)) + int(self._recent.ntotal)

    @property
    def cells(self) -> int:
        """Into how many cells the vectors are sorted."""
        return int(self._base.nlist)

    @property
    def ids(self) -> Ids:
        """All ids, ascending."""
        ids: Ids = np.union1d(np.flatnonzero(self._in_base), np.flatnonzero(self._in_recent))
        return ids

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors (n, dim) by their ids (n,)."""
        self._recent.add_with_ids(vectors, ids)
        longer = max(int(ids.max()) + 1 - self._in_recent.size, 0)
        self._in_recent = np.pad(self._in_recent, (0, longer))
        self._in_recent[ids] = True

    def remove(self, ids: Ids) -> None:
        """Forget vectors; ids that are not here count for nothing."""
        recent = _among(ids, self._in_recent)
        if recent.size:
            self._recent.remove_ids(faiss.IDSelectorArray(recent))
            self._in_recent[recent] = False
        self._in_base[_among(ids, self._in_base)] = False
        self._base_selector = faiss.IDSelectorBitmap(_bits(self._in_base))

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors (n, dim) of ids that are here."""
        found = np.empty((len(ids), self._base.d), dtype=np.float32)
        recent = np.ones(len(ids), dtype=np.bool_)
        known = ids < self._in_base.size
        recent[known] = ~self._in_base[ids[known]]
        for index, chosen in ((self._base, ~recent), (self._recent, recent)):
            if chosen.any():
                found[chosen] = index.reconstruct_batch(ids[chosen])
        return found

    def search(self, vectors: Vectors, k: int, allowed: Ids | None) -> Found:
        """Cosines and ids (n, ≤ k) of the nearest, best first; -1 where a row has no more."""
        if allowed is None:
            parts = [(self._base, self._base_selector), (self._recent, None)]
            return self._probe(vectors, k, parts, PROBED_CELLS)
        base, recent = _among(allowed, self._in_base), _among(allowed, self._in_recent)
        if base.size + recent.size <= FEW:
            return self._compare(vectors, k, np.concatenate([base, recent]))
        share = (base.size + recent.size) / len(self)
        selected = [(self._base, selector(base)), (self._recent, selector(recent))]
        # What is allowed lies in the cells as a collection of its size would, and the share of
        # cells that a collection needs falls with the root of its size.
        return self._probe(vectors, k, selected, ceil(PROBED_CELLS / sqrt(share)))

    def save(self, path: Path) -> None:
        """Write everything that is here as a snapshot, without what went."""
        joined = _inverted_file(self._base.quantizer, self._base.d, self.cells)
        for cell in range(self.cells):
            for index, here in ((self._base, self._in_base), (self._recent, self._in_recent)):
                ids, codes = _contents(index, cell)
                kept = here[ids]
                _append(joined, cell, ids[kept], codes[kept])
        faiss.write_index(joined, str(path))

    def _compare(self, vectors: Vectors, k: int, ids: Ids) -> Found:
        """Compare with each of the ids' vectors."""
        cosines = vectors @ self.vectors(ids).T
        return _best(cosines, np.broadcast_to(ids, cosines.shape), k)

    def _probe(
        self,
        vectors: Vectors,
        k: int,
        parts: Sequence[tuple[Inverted, Selector | None]],
        probed: int,
    ) -> Found:
        """Search in so many cells of both parts."""
        found = []
        for index, selector in parts:
            if index.ntotal:
                parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(probed, self.cells))
                found.append(index.search(vectors, k, params=parameters))
        return _best(np.hstack([f[0] for f in found]), np.hstack([f[1] for f in found]), k)


def _inverted_file(centres: Any, dim: int, cells: int) -> Inverted:
    index = faiss.IndexIVFScalarQuantizer(
        centres,
        dim,
        cells,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # codes are the vectors themselves, not what they differ by from the centres
    )
    index.is_trained = True
    return index


def _contents(index: Inverted, cell: int) -> tuple[Ids, npt.NDArray[np.uint8]]:
    """Ids (n,) and codes (n, bytes) of a cell, as they lie in memory."""
    lists = index.invlists
    size, width = lists.list_size(cell), lists.code_size
    if not size:
        return np.empty(0, dtype=np.int64), np.empty((0, width), dtype=np.uint8)
    ids = faiss.rev_swig_ptr(lists.get_ids(cell), size)
    codes = faiss.rev_swig_ptr(lists.get_codes(cell), size * width)
    return ids, codes.reshape(size, width)


def _append(index: Inverted, cell: int, ids: Ids, codes: npt.NDArray[np.uint8]) -> None:
    if ids.size:
        index.invlists.add_entries(cell, ids.size, faiss.swig_ptr(ids), faiss.swig_ptr(codes))
        index.ntotal += ids.size


def _map_places(base: Inverted) -> Flags:
    """Tell an index where each id's vector is, and give back which ids it has."""
    cells = [_contents(base, cell)[0] for cell in range(base.nlist)]
    highest = max((int(ids.max()) for ids in cells if ids.size), default=-1)
    places = np.full(highest + 1, -1, dtype=np.int64)
    for cell, ids in enumerate(cells):
        places[ids] = (cell << 32) | np.arange(ids.size)
    # FAISS's own map of this kind is for ids without gaps, but reading it takes any.
    base.direct_map.type = faiss.DirectMap.Array
    faiss.copy_array_to_vector(places, base.direct_map.array)
    here: Flags = places >= 0
    return here


def _among(ids: Ids, here: Flags) -> Ids:
    """Those of the ids that are marked."""
    known = ids[ids < here.size]
    return known[here[known]]


def _bits(here: Flags) -> npt.NDArray[np.uint8]:
    return np.packbits(here, bitorder="little")


def selector(ids: Ids) -> Selector:
    """What lets FAISS find only these ids: a bit each, for a set of them is slower to ask."""
    here = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.bool_)
    here[ids] = True
    return faiss.IDSelectorBitmap(_bits(here))


def _best(cosines: Vectors, ids: Ids, k: int) -> Found:
    """The `k` best columns of each row, best first."""
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(cosines, order, 1), np.take_along_axis(ids, order, 1)
