"""How a vector is laid down on disk."""

import numpy as np

from rag.store.rows import pack, unpack


def test_a_vector_takes_two_bytes_a_number() -> None:
    assert len(pack(np.ones(384, dtype=np.float32))) == 768


def test_a_packed_vector_comes_back_nearly_as_it_was() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    restored = np.stack([unpack(pack(vector)) for vector in vectors])
    assert restored.dtype == np.float32
    assert np.abs(vectors @ vectors.T - restored @ restored.T).max() < 0.001


def test_packing_again_changes_nothing() -> None:
    vector = np.random.default_rng(1).normal(size=64).astype(np.float32)
    assert pack(unpack(pack(vector))) == pack(vector)
