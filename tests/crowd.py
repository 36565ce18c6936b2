"""Questions that take as long as a test wants, for what happens when too many come at once."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

from embeddings.encoder import Vectors
from rag.admission import Admission
from tests.fakes import FakeEncoder

_PATIENCE = 30.0
_numbers = count(1)


class GatedEncoder(FakeEncoder):
    """Encodes no question while its gate is shut. `failing` questions are none."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()
        self.failing = False

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        assert self.gate.wait(_PATIENCE)
        if self.failing:
            raise RuntimeError("the encoder is broken")
        return super().encode_queries(texts)


class SlowEncoder(FakeEncoder):
    """Takes so many seconds for a question, and leaves the processor to others meanwhile."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self.seconds)
        return super().encode_queries(texts)


def another_question() -> str:
    """One that was not asked before, for what was is remembered."""
    return f"When was the Suez Canal opened for ship {next(_numbers)}?"


@contextmanager
def occupied(admission: Admission, places: int) -> Iterator[None]:
    """So many places are taken by work that lasts until the block ends."""
    leave = Event()

    async def work() -> None:
        await asyncio.gather(*(admission.run(leave.wait) for _ in range(places)))

    before = admission.taken
    thread = Thread(target=asyncio.run, args=(work(),))
    thread.start()
    while admission.taken < before + places:
        time.sleep(0.001)
    try:
        yield
    finally:
        leave.set()
        thread.join()
