"""Runs an iterator in a thread of its own, a few items ahead of whoever reads it.

Steps that are chained so overlap, and what waits between two of them is bounded.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

_POLL_SECONDS = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


@contextmanager
def ahead(items: Iterable[T], depth: int = 1) -> Iterator[Iterator[T]]:
    """The items in their order, at most `depth` of them made before they are asked for.

    What making an item raises is raised where the item would have come. When the block is
    left early, no further item is made, and the thread has ended.
    """
    queue: Queue[_Item[T] | _End] = Queue(depth)
    stop = Event()

    def hand_over(message: _Item[T] | _End) -> None:
        while not stop.is_set():
            try:
                queue.put(message, timeout=_POLL_SECONDS)
                return
            except Full:
                continue

    def make() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                hand_over(_Item(item))
                if stop.is_set():
                    return
        except BaseException as caught:
            error = caught
        hand_over(_End(error))

    thread = Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        yield _received(queue)
    finally:
        stop.set()
        thread.join()


def _received(queue: "Queue[_Item[T] | _End]") -> Iterator[T]:
    while True:
        message = queue.get()
        if isinstance(message, _Item):
            yield message.value
        elif message.error is not None:
            raise message.error
        else:
            return
