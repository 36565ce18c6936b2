"""Nearest chunks, and nearest words, by vector: one exact FAISS index a language.

Languages are kept apart so that each gives its own candidates: an Arabic question is
nearer to middling Arabic passages than to the best English one. An approximate index
for large collections takes `_new_index`'s place; nothing else knows which it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from rag.derived import Manifest, checksums, files_match, read_manifest, write_manifest
from rag.store import ChunkRecord, View, WordRecord
from rag.types import Language

_MANIFEST = "dense.json"
_REWRITE_SHARE = 0.2
_LANGUAGE_CODE_CHARS = 8

Ids = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index holds: how a view tells what came, and what went, after a generation."""

    added: Callable[[View, int], Iterable[ChunkRecord | WordRecord]]
    removed: Callable[[View, int], Sequence[int]]


CHUNKS = Contents(View.chunks_since, View.removals_since)
WORDS = Contents(View.words_since, lambda _view, _generation: ())


def _new_index(dim: int) -> faiss.IndexIDMap2:
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dim))


class DenseIndex:
    """Vectors in memory, a snapshot of them on disk, caught up from the store.

    Not thread-safe by itself: `index.py` keeps searches and changes apart.
    """

    def __init__(self, folder: Path, dim: int, contents: Contents = CHUNKS) -> None:
        self._folder = folder
        self._contents = contents
        self._dim = dim
        self._indexes: dict[Language, faiss.IndexIDMap2] = {}
        self._saved_count = 0
        self.generation = -1

    def __len__(self) -> int:
        return sum(index.ntotal for index in self._indexes.values())

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(sorted(self._indexes))

    def count(self, language: Language) -> int:
        """How many vectors there are in a language."""
        index = self._indexes.get(language)
        return index.ntotal if index else 0

    def catch_up(self, view: View) -> None:
        """Make the index that of the view's generation, from the snapshot or from nothing."""
        if self.generation < 0:
            self._load(view)
        if self.generation == view.generation:
            return
        removed = self._contents.removed(view, self.generation)
        if removed:
            self._remove(np.array(removed, dtype=np.int64))
        changed = len(removed) + self._add(self._contents.added(view, self.generation))
        self.generation = view.generation
        if changed and (self._saved_count == 0 or changed > _REWRITE_SHARE * self._saved_count):
            self._save(view)

    def search(
        self, vector: Vector, language: Language, k: int, allowed: Ids | None
    ) -> tuple[list[int], list[float]]:
        """The `k` nearest in one language: ids and cosines, best first.

        `allowed` limits the search to these ids; None allows all.
        """
        index = self._indexes.get(language)
        if index is None or index.ntotal == 0:
            return [], []
        parameters = None
        if allowed is not None:
            # FAISS takes its fields by name here, which its stubs do not know.
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        scores, ids = index.search(vector.reshape(1, -1), min(k, index.ntotal), params=parameters)
        found = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return [i for i, _ in found], [s for _, s in found]

    def search_each(self, vectors: Vector, k: int) -> list[dict[int, float]]:
        """For each of the vectors (n, dim), the cosines of the `k` nearest in each language.

        One call of FAISS for all of them: its threads cost more than a search.
        """
        found: list[dict[int, float]] = [{} for _ in vectors]
        for index in self._indexes.values():
            if not index.ntotal or not found:
                continue
            scores, ids = index.search(vectors, min(k, index.ntotal))
            for near, row, cosines in zip(found, ids.tolist(), scores.tolist(), strict=True):
                near.update(zip(row, cosines, strict=True))
        return found

    def _add(self, added: Iterable[ChunkRecord | WordRecord]) -> int:
        by_language: dict[Language, list[ChunkRecord | WordRecord]] = {}
        for record in added:
            by_language.setdefault(record.language, []).append(record)
        for language, records in by_language.items():
            index = self._indexes.setdefault(language, _new_index(self._dim))
            vectors = np.stack([record.vector for record in records])
            index.add_with_ids(vectors, np.array([r.id for r in records], dtype=np.int64))
        return sum(map(len, by_language.values()))

    def _remove(self, ids: Ids) -> None:
        for index in self._indexes.values():
            index.remove_ids(faiss.IDSelectorBatch(ids))

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
        # `read_index` gives back the class that was written, which its stubs do not say.
        self._indexes = {
            _language_of(name): faiss.read_index(str(self._folder / name))  # type: ignore[misc]
            for name in manifest.files
        }
        self._saved_count = manifest.count
        self.generation = manifest.generation

    def _save(self, view: View) -> None:
        """Write a snapshot under new names, then the manifest, then drop the old files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = {language: f"{language}-{self.generation}.faiss" for language in self._indexes}
        for language, name in names.items():
            faiss.write_index(self._indexes[language], str(self._folder / name))
        manifest = Manifest(
            self.generation,
            view.pipeline,
            len(self),
            checksums(self._folder, names.values()),
        )
        write_manifest(self._folder / _MANIFEST, manifest)
        self._saved_count = len(self)
        _remove_others(self._folder, names.values())


def _language_of(name: str) -> Language:
    return name[:_LANGUAGE_CODE_CHARS].split("-")[0]


def _remove_others(folder: Path, keep: Iterable[str]) -> None:
    kept = set(keep)
    for path in folder.glob("*.faiss"):
        if path.name not in kept:
            path.unlink(missing_ok=True)
