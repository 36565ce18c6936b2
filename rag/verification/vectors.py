"""Vectors of short texts, each encoded once and kept for the life of the process."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embeddings.calibrated import CalibratedEncoder
from rag.types import Language

Vector: TypeAlias = npt.NDArray[np.float32]
Key: TypeAlias = tuple[Language, str]
_KEPT = 20_000


class TextVectors:
    """Centred unit vectors of texts, by language and text. Thread-safe.

    `encoded` counts the texts that had to be encoded so far.
    """

    def __init__(self, encoder: CalibratedEncoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[Key, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self.encoded = 0

    @property
    def spread(self) -> float:
        """The unit of similarity: the standard deviation of unrelated texts' cosines."""
        return self._encoder.spread

    def of(self, keys: Sequence[Key]) -> Vector:
        """float32 (n, dim); what is not known yet is encoded, one batch for each language."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        new = self._encode(key for key in keys if key not in found)
        if new:
            self._keep(new)
        return np.stack([found[key] if key in found else new[key] for key in keys])

    def _encode(self, keys: Iterable[Key]) -> dict[Key, Vector]:
        missing = list(dict.fromkeys(keys))
        new: dict[Key, Vector] = {}
        for language in dict.fromkeys(language for language, _ in missing):
            batch = [key for key in missing if key[0] == language]
            vectors = self._encoder.encode_passages([text for _, text in batch], language)
            new.update(zip(batch, vectors, strict=True))
        return new

    def _keep(self, new: dict[Key, Vector]) -> None:
        with self._lock:
            self.encoded += len(new)
            self._known.update(new)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)


@lru_cache(maxsize=2)
def vectors_of(encoder: CalibratedEncoder) -> TextVectors:
    """The vectors known of an encoder, shared by all answers of the process."""
    return TextVectors(encoder)
