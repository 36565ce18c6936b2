"""Threads that encode at the same time share a run, and none gets another's vectors."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings.batching import BatchingEncoder
from embeddings.encoder import Vectors
from rag.errors import ModelError
from tests.fakes import FakeEncoder


class SlowEncoder(FakeEncoder):
    """Waits for `go` in each run, and notes how many texts a run has."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.started = threading.Event()
        self.runs: list[int] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.started.set()
        assert self.go.wait(10)
        self.runs.append(len(texts))
        if "broken" in texts:
            raise ModelError("it broke")
        return super().encode_queries(texts)


def _ask_while_busy(encoder: SlowEncoder, texts: Sequence[str]) -> list[Vectors | ModelError]:
    """One question occupies the model; the texts come meanwhile, each from its own thread."""
    batching = BatchingEncoder(encoder)

    def ask(text: str) -> Vectors | ModelError:
        try:
            return batching.encode_queries([text])
        except ModelError as error:
            return error

    with ThreadPoolExecutor(len(texts) + 1) as pool:
        first = pool.submit(ask, "first")
        assert encoder.started.wait(10)
        rest = [pool.submit(ask, text) for text in texts]
        while len(batching._queries._queue) < len(texts):
            pass
        encoder.go.set()
        return [first.result(10), *(future.result(10) for future in rest)]


def test_those_who_come_while_the_model_is_busy_share_the_next_run() -> None:
    encoder = SlowEncoder()
    _ask_while_busy(encoder, [f"question {n}" for n in range(7)])
    assert encoder.runs == [1, 7]


def test_everyone_gets_the_vectors_of_their_own_texts() -> None:
    texts = [f"word{n} canal" for n in range(20)]
    found = _ask_while_busy(SlowEncoder(), texts)
    alone = FakeEncoder()
    for text, vectors in zip(["first", *texts], found, strict=True):
        assert isinstance(vectors, np.ndarray)
        assert np.array_equal(vectors, alone.encode_queries([text]))


def test_an_error_reaches_all_whom_it_concerns_and_nobody_else() -> None:
    encoder = SlowEncoder()
    found = _ask_while_busy(encoder, ["broken", "whole"])
    assert isinstance(found[0], np.ndarray)
    assert all(isinstance(one, ModelError) for one in found[1:])
    assert isinstance(BatchingEncoder(encoder).encode_queries(["later"]), np.ndarray)


def test_a_run_has_at_most_64_texts_unless_one_caller_has_more() -> None:
    encoder = SlowEncoder()
    _ask_while_busy(encoder, [f"question {n}" for n in range(70)])
    assert encoder.runs == [1, 64, 6]
    encoder.runs.clear()
    assert BatchingEncoder(encoder).encode_queries(["text"] * 100).shape[0] == 100
    assert encoder.runs == [100]


@pytest.mark.parametrize("count", [1, 3])
def test_the_rest_goes_straight_to_the_encoder(count: int) -> None:
    alone, batching = FakeEncoder(), BatchingEncoder(FakeEncoder())
    texts = ["قناة السويس"] * count
    assert np.array_equal(batching.encode_passages(texts), alone.encode_passages(texts))
    assert np.array_equal(batching.encode_words(texts), alone.encode_words(texts))
    assert batching.count_tokens(texts) == alone.count_tokens(texts)
