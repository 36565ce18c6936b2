"""Nearest chunks, and nearest words, by vector: one FAISS index a language.

Languages are kept apart so that each gives its own candidates: an Arabic question is
nearer to middling Arabic passages than to the best English one. How one language's
vectors are searched is `vector_index.py`'s affair; nothing else knows which kind it is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.derived import Manifest, checksums, files_match, read_manifest, write_manifest
from rag.store import VectorRecord, View
from rag.types import Language
from rag.vector_index import (
    LARGEST_EXACT,
    SUFFIXES,
    Exact,
    VectorIndex,
    one_thread,
    open_index,
    settled,
    suffix_of,
)

_MANIFEST = "dense.json"
_REWRITE_SHARE = 0.2
_LARGEST_UNSAVED = 50_000
_LANGUAGE_CODE_CHARS = 8
_BATCH = 10_000

Ids = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index holds: how a view tells what came, and what went, after a generation."""

    added: Callable[[View, int], Iterable[VectorRecord]]
    removed: Callable[[View, int], Sequence[int]]


CHUNKS = Contents(View.chunk_vectors_since, View.removals_since)
WORDS = Contents(View.words_since, lambda _view, _generation: ())


class DenseIndex:
    """Vectors at hand, a snapshot of them on disk, caught up from the store.

    Not thread-safe by itself: `index.py` keeps searches and changes apart.
    """

    def __init__(
        self,
        folder: Path,
        dim: int,
        contents: Contents = CHUNKS,
        largest_exact: int = LARGEST_EXACT,
    ) -> None:
        self._folder = folder
        self._contents = contents
        self._dim = dim
        self._largest_exact = largest_exact
        self._indexes: dict[Language, VectorIndex] = {}
        self._saved_count = 0
        self._unsaved = 0
        self.generation = -1

    def __len__(self) -> int:
        return sum(map(len, self._indexes.values()))

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(sorted(self._indexes))

    def count(self, language: Language) -> int:
        """How many vectors there are in a language."""
        index = self._indexes.get(language)
        return len(index) if index else 0

    def catch_up(self, view: View) -> None:
        """Make the index that of the view's generation, from the snapshot or from nothing."""
        if self.generation < 0:
            self._load(view)
        if self.generation == view.generation:
            return
        removed = self._contents.removed(view, self.generation)
        if removed:
            self._remove(np.array(removed, dtype=np.int64))
        self._unsaved += len(removed) + self._add(self._contents.added(view, self.generation))
        self.generation = view.generation
        if self._settle() or self._is_worth_saving():
            self._save(view)

    def search(
        self, vector: Vector, language: Language, k: int, allowed: Ids | None
    ) -> tuple[list[int], list[float]]:
        """The `k` nearest in one language: ids and cosines, best first.

        `allowed` limits the search to these ids; None allows all.
        """
        index = self._indexes.get(language)
        if index is None or not len(index):
            return [], []
        with one_thread():
            scores, ids = index.search(vector.reshape(1, -1), k, allowed)
        found = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return [i for i, _ in found], [s for _, s in found]

    def search_each(self, vectors: Vector, k: int) -> list[dict[int, float]]:
        """For each of the vectors (n, dim), the cosines of the `k` nearest in each language."""
        found: list[dict[int, float]] = [{} for _ in vectors]
        for index in self._indexes.values():
            if not len(index) or not found:
                continue
            with one_thread():
                scores, ids = index.search(vectors, k, None)
            for near, row, cosines in zip(found, ids.tolist(), scores.tolist(), strict=True):
                near.update((i, cosine) for i, cosine in zip(row, cosines, strict=True) if i >= 0)
        return found

    def _add(self, added: Iterable[VectorRecord]) -> int:
        count = 0
        records = iter(added)
        while batch := list(islice(records, _BATCH)):
            count += len(batch)
            for language, ids, vectors in _by_language(batch):
                self._indexes.setdefault(language, Exact.empty(self._dim)).add(ids, vectors)
        return count

    def _remove(self, ids: Ids) -> None:
        for index in self._indexes.values():
            index.remove(ids)

    def _settle(self) -> bool:
        """Keep each language in the kind of index that suits it; whether one has changed."""
        before = dict(self._indexes)
        for language, index in before.items():
            self._indexes[language] = settled(index, self._dim, self._largest_exact)
        return any(self._indexes[language] is not index for language, index in before.items())

    def _is_worth_saving(self) -> bool:
        most = min(_REWRITE_SHARE * self._saved_count, _LARGEST_UNSAVED)
        return self._unsaved > most

    def _load(self, view: View) -> None:
        """Load the snapshot if it can be trusted; otherwise start from nothing."""
        self.generation = 0
        manifest = read_manifest(self._folder / _MANIFEST)
        if (
            manifest is None
            or manifest.pipeline != view.pipeline
            or manifest.generation > view.generation
            or not files_match(self._folder, manifest)
        ):
            return
        self._indexes = {
            _language_of(name): open_index(self._folder / name) for name in manifest.files
        }
        self._saved_count = manifest.count
        self.generation = manifest.generation

    def _save(self, view: View) -> None:
        """Write a snapshot under new names, then the manifest, then drop the old files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = {
            language: f"{language}-{self.generation}{suffix_of(index)}"
            for language, index in self._indexes.items()
        }
        for language, name in names.items():
            self._indexes[language].save(self._folder / name)
        manifest = Manifest(
            self.generation,
            view.pipeline,
            len(self),
            checksums(self._folder, names.values()),
        )
        write_manifest(self._folder / _MANIFEST, manifest)
        for language, name in names.items():
            # Mapped from the file, what was written costs memory only where it is searched.
            self._indexes[language] = open_index(self._folder / name)
        self._saved_count, self._unsaved = len(self), 0
        _remove_others(self._folder, names.values())


def _by_language(records: Sequence[VectorRecord]) -> Iterator[tuple[Language, Ids, Vector]]:
    """Ids (n,) and vectors (n, dim) of each language's records."""
    for language in dict.fromkeys(record.language for record in records):
        chosen = [record for record in records if record.language == language]
        ids = np.array([record.id for record in chosen], dtype=np.int64)
        yield language, ids, np.stack([record.vector for record in chosen])


def _language_of(name: str) -> Language:
    return name[:_LANGUAGE_CODE_CHARS].split("-")[0]


def _remove_others(folder: Path, keep: Iterable[str]) -> None:
    kept = set(keep)
    for path in folder.iterdir():
        if path.suffix in SUFFIXES and path.name not in kept:
            path.unlink(missing_ok=True)
