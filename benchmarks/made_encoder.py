"""An encoder that looks nothing up: each text has one of the vectors of `vectors.py`.

It stands in for the model where only the cost of searching is measured.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from benchmarks.vectors import DIM, ClusteredVectors, Vectors
from embeddings.calibrated import CALIBRATED_LANGUAGES, CalibratedEncoder, Calibration

_SPREAD = 0.1
_VECTORS = 2000


class MadeEncoder:
    """Satisfies `Encoder`; the same text always has the same vector."""

    fingerprint = "made"
    runtime = "made"
    dim = DIM
    max_tokens = 512

    def __init__(self, chunks: int) -> None:
        """Its vectors lie near those of a collection of so many chunks."""
        self._vectors = ClusteredVectors(chunks).questions(_VECTORS)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors[[crc32(text.encode()) % _VECTORS for text in texts]]

    encode_passages = encode_words = encode_queries

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def made_encoder(chunks: int) -> CalibratedEncoder:
    """One whose centres are nothing and whose spreads are those of the made vectors."""
    nothing = {language: np.zeros(DIM, dtype=np.float32) for language in CALIBRATED_LANGUAGES}
    calibration = Calibration(nothing, nothing, nothing, _SPREAD, _SPREAD)
    return CalibratedEncoder(MadeEncoder(chunks), calibration)
