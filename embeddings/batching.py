"""Encodes what several threads ask for at the same time in one go.

Nobody waits for company: whoever comes while the model is busy is taken along by the next
run. A batch of eight questions costs little more than one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from embeddings.encoder import Encoder, Vectors

_MOST_TEXTS = 64


@dataclass(slots=True)
class _Waiting:
    """What one thread asked for, and what became of it."""

    texts: Sequence[str]
    vectors: Vectors | None = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.vectors is not None or self.error is not None


class BatchingEncoder:
    """Wraps an encoder. Satisfies `Encoder`; passages go straight to it, in their own batches."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._queries = _Batcher(encoder.encode_queries)
        self._words = _Batcher(encoder.encode_words)
        self.fingerprint = encoder.fingerprint
        self.runtime = encoder.runtime
        self.dim = encoder.dim
        self.max_tokens = encoder.max_tokens

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._queries.run(texts)

    def encode_words(self, words: Sequence[str]) -> Vectors:
        return self._words.run(words)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)


class _Batcher:
    """One of an encoder's methods, called for all who wait."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._encode = encode
        self._queue: list[_Waiting] = []
        self._queueing = Lock()
        self._running = Lock()

    def run(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`. Raises what the encoder raised for the batch."""
        mine = _Waiting(texts)
        with self._queueing:
            self._queue.append(mine)
        while not mine.done:
            with self._running:
                if not mine.done:
                    self._run_batch(self._next_batch())
        if mine.error is not None:
            raise mine.error
        assert mine.vectors is not None
        return mine.vectors

    def _next_batch(self) -> list[_Waiting]:
        """Those who came first, together at most 64 texts; a longer wish stands alone."""
        with self._queueing:
            batch: list[_Waiting] = []
            texts = 0
            while self._queue and (not batch or texts + len(self._queue[0].texts) <= _MOST_TEXTS):
                batch.append(self._queue.pop(0))
                texts += len(batch[-1].texts)
            return batch

    def _run_batch(self, batch: list[_Waiting]) -> None:
        texts = [text for waiting in batch for text in waiting.texts]
        try:
            vectors = self._encode(texts)
        except Exception as error:
            # Each thread of the batch raises it in `run`.
            for waiting in batch:
                waiting.error = error
            return
        start = 0
        for waiting in batch:
            end = start + len(waiting.texts)
            waiting.vectors = vectors[start:end]
            start = end
