"""Makes vectors that lie as an encoder's do, as many as are asked for, always the same.

A vector is that of its subject, of its article and of its own: subjects have sizes that fall
off as a power of their rank, an article has five chunks, and every part is drawn from a
spectrum that falls off as that of the bundled model on articles does. So chunks of one
article have a cosine of about 0.7, those of one subject of 0.5, and unrelated ones lie
around 0 with a spread of 0.1.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

DIM = 384
_SUBJECTS = 4000
_ARTICLE_CHUNKS = 5
_SUBJECT, _ARTICLE, _OWN = 0.72, 0.45, 0.53
_BLOCK = 50_000
_QUESTIONS_SEED = 10**6


class ClusteredVectors:
    """One collection's vectors, and questions about it."""

    def __init__(self, n: int, seed: int = 0, dim: int = DIM) -> None:
        self._n = n
        self._seed = seed
        places = np.arange(dim)
        self._scale = ((places + 4.0) ** -0.45).astype(np.float32)
        generator = np.random.default_rng(seed)
        self._subjects = self._draw(generator, _SUBJECTS)
        sizes = np.arange(1, _SUBJECTS + 1) ** -0.8
        self._chances = sizes / sizes.sum()

    def blocks(self) -> Iterator[Vectors]:
        """All vectors in blocks (≤ 50,000, dim), unit length, exact in float16."""
        for start in range(0, self._n, _BLOCK):
            generator = np.random.default_rng((self._seed, start))
            yield self._make(generator, min(_BLOCK, self._n - start))

    def all(self) -> Vectors:
        """All vectors at once, (n, dim)."""
        return np.concatenate(list(self.blocks()))

    def questions(self, count: int) -> Vectors:
        """Vectors (count, dim) near articles of the collection, none of them in it."""
        generator = np.random.default_rng((self._seed, _QUESTIONS_SEED))
        stored = next(self.blocks())
        chosen = stored[generator.integers(len(stored), size=count)]
        return _unit(0.75 * chosen + 0.66 * self._draw(generator, count))

    def _make(self, generator: np.random.Generator, count: int) -> Vectors:
        articles = -(-count // _ARTICLE_CHUNKS)
        subjects = generator.choice(_SUBJECTS, articles, p=self._chances)
        shared = _SUBJECT * self._subjects[subjects] + _ARTICLE * self._draw(generator, articles)
        whole = np.repeat(shared, _ARTICLE_CHUNKS, axis=0)[:count]
        vectors = _unit(whole + _OWN * self._draw(generator, count))
        return vectors.astype(np.float16).astype(np.float32)

    def _draw(self, generator: np.random.Generator, count: int) -> Vectors:
        drawn = generator.standard_normal((count, self._scale.size), dtype=np.float32)
        return _unit(drawn * self._scale)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
