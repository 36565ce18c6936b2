"""Finds the collection's words that are near a question's, and remembers them by word.

Most words of a question stand in the collection and have their vectors there; only the
others are embedded. What nearness is used for is `nearness.py`'s business.
"""

from collections.abc import Sequence

import numpy as np

from embeddings.calibrated import CalibratedEncoder
from rag.index import SearchIndex
from rag.nearness import Neighbours
from rag.repeated import Repeated
from rag.store import Vector, View
from rag.words import word_language

_FOUND = 100
_LEAST_SIMILARITY = 2.0
"""In spreads of unrelated words; what is no nearer tells nothing."""

_REMEMBERED = 8192


class NeighbourFinder:
    """Finds neighbours in one index. Thread-safe."""

    def __init__(self, index: SearchIndex, encoder: CalibratedEncoder) -> None:
        self._index = index
        self._encoder = encoder
        self._remembered: Repeated[tuple[str, int], Neighbours] = Repeated(_REMEMBERED)

    def find(self, view: View, words: Sequence[str]) -> list[Neighbours]:
        """The neighbours of each word; the index must be held at the view's generation.

        ["opened"] → those of «افتتحت», "inaugurated", …, by how many spreads of unrelated words
        each is nearer than the least that counts.
        """
        keys = [(word, view.generation) for word in words]

        def work_out(missing: list[tuple[str, int]]) -> dict[tuple[str, int], Neighbours]:
            vectors = self._vectors(view, [word for word, _generation in missing])
            near = self._index.near_words(vectors, _FOUND)
            return dict(zip(missing, map(self._neighbours, near), strict=True))

        found = self._remembered.get_many(keys, work_out)
        return [found[key] for key in keys]

    def _vectors(self, view: View, words: list[str]) -> Vector:
        """Unit vectors (words, dim): the stored ones, and those of words that are not there."""
        known = view.word_vectors(self._encoder.fingerprint, words)
        new = [word for word in words if word not in known]
        encoded = self._encoder.encode_words(new, [word_language(word) for word in new])
        known.update(zip(new, encoded, strict=True))
        return np.stack([known[word] for word in words])

    def _neighbours(self, cosines: dict[int, float]) -> Neighbours:
        ids = np.fromiter(cosines.keys(), dtype=np.int32, count=len(cosines))
        values = np.fromiter(cosines.values(), dtype=np.float64, count=len(cosines))
        nearness = values / self._encoder.word_spread - _LEAST_SIMILARITY
        near = nearness > 0
        return Neighbours(ids[near], nearness[near])
