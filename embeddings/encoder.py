"""The seam between texts and vectors: what every encoder promises.

How a model is loaded, and what its prompts are, is each implementation's affair.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their cosine similarity.

    The three `encode` methods return float32 (n, dim), L2-normalised, in the order given, and
    may be called from several threads.
    """

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector."""
        ...

    @property
    def runtime(self) -> str:
        """What runs the model, in a few words for people."""
        ...

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """The longest input, in tokens, that is encoded without being cut."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...

    def encode_words(self, words: Sequence[str]) -> Vectors:
        """Single words, each by itself and without a prompt."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without prompt and special tokens."""
        ...
