"""The derived indexes as one: always of the same generation as the reader's view.

Any number of searches run at once; a change waits for them and they wait for it. Only
ids leave this module: what a chunk says is read from the view.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from readerwriterlock.rwlock import RWLockFair

from rag.dense import CHUNKS, WORDS, DenseIndex, Ids, Vector
from rag.lexical import LexicalIndex
from rag.store import View
from rag.types import Filters, Language
from rag.vector_index import LARGEST_EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the weight of a term is computed from: chunks in all, and with each term."""

    chunks: int
    document_frequencies: dict[str, int]


class SearchIndex:
    """Finds candidate chunks for a question, in one language at a time."""

    def __init__(self, folder: Path, dim: int, largest_exact: int = LARGEST_EXACT) -> None:
        """More vectors of a language than `largest_exact` are searched approximately."""
        self._folder = folder
        self._dense = DenseIndex(folder, dim, CHUNKS, largest_exact)
        self._words = DenseIndex(folder / "words", dim, WORDS, largest_exact)
        self._lexical = LexicalIndex(folder)
        self._lock = RWLockFair()

    @contextmanager
    def at(self, view: View) -> "Iterator[SearchIndex]":
        """Hold the index at the view's generation while the block runs."""
        self.catch_up(view)
        with self._lock.gen_rlock():
            yield self

    def catch_up(self, view: View) -> None:
        """Bring all indexes to the view's generation; at once where they are there already."""
        if self._dense.generation == view.generation:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock.gen_wlock(), FileLock(self._folder / "index.lock"):
            if self._dense.generation == view.generation:
                return
            self._lexical.catch_up(view)
            self._words.catch_up(view)
            self._dense.catch_up(view)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Languages in which there are chunks."""
        return tuple(code for code in self._dense.languages if self._dense.count(code))

    def nearest(self, vector: Vector, language: Language, k: int, allowed: Ids | None) -> list[int]:
        """Ids of the chunks whose vectors are nearest, best first."""
        return self._dense.search(vector, language, k, allowed)[0]

    def matching(
        self, terms: Sequence[str], language: Language, k: int, filters: Filters
    ) -> list[int]:
        """Ids of the chunks that share the most telling terms, best first."""
        return self._lexical.search(terms, language, k, filters)

    def near_words(self, vectors: Vector, k: int) -> list[dict[int, float]]:
        """For each word vector (n, dim), the cosines of the `k` nearest words of each language."""
        return self._words.search_each(vectors, k)

    def statistics(self, terms: Sequence[str], language: Language) -> Statistics:
        """How common terms are, counted against the chunks of one language."""
        return Statistics(
            self._dense.count(language),
            {
                term: self._lexical.document_frequency(term, language)
                for term in dict.fromkeys(terms)
            },
        )
