"""Lets so many questions be searched at once, and refuses the others instead of queueing them.

Who waits in a queue that grows waits longer than anybody reads, and whoever waits before it
makes it worse. What the work is, is the service's business; how a refusal looks on the wire,
the server's.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import TypeVar

from rag.errors import OverloadedError

logger = logging.getLogger("dalil.admission")

_THREADS = min(32, (os.cpu_count() or 1) + 4)
_RETRY_SECONDS = 1.0
"""Longer than the places are taken, and the least that `Retry-After` can say."""

_LOG_SECONDS = 10.0

T = TypeVar("T")


class Admission:
    """So many places, and threads to work in. Safe to share between threads and event loops.

    The threads are its own: those who wait for another's pool would be a queue that nobody
    counts, and would keep from it what is not refused.
    """

    def __init__(self, places: int, threads: int = _THREADS) -> None:
        self._places = places
        self._taken = 0
        self._counting = Lock()
        self._told = float("-inf")
        self._pool = ThreadPoolExecutor(min(places, threads), "dalil-search")

    @property
    def taken(self) -> int:
        """Questions that are worked on now, or wait for a thread."""
        return self._taken

    def require_room(self) -> None:
        """Raises OverloadedError if work that came now would be refused."""
        with self._counting:
            self._require_room()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives or raises, done in a thread.

        Raises OverloadedError at once where every place is taken. A place is free again when
        its work has ended. If the caller is cancelled, work that has not begun is dropped, but
        what a thread has begun keeps its place to the end: those who come and go must not pile
        up work, either.
        """
        with self._counting:
            self._require_room()
            working = self._pool.submit(work)
            self._taken += 1
        working.add_done_callback(self._leave)
        return await asyncio.wrap_future(working)

    def close(self) -> None:
        """Wait for the work that has begun, and let the threads go."""
        self._pool.shutdown(cancel_futures=True)

    def _leave(self, _done: Future[T]) -> None:
        with self._counting:
            self._taken -= 1

    def _require_room(self) -> None:
        if self._taken < self._places:
            return
        # One line for many refusals: a log that grows with the load makes it worse.
        if monotonic() - self._told >= _LOG_SECONDS:
            self._told = monotonic()
            logger.warning(
                "refusing questions: %d are being searched, as many as DALIL_MAX_SEARCHES allows",
                self._places,
            )
        raise OverloadedError(
            "too many questions are being searched at the moment; ask again in a second",
            _RETRY_SECONDS,
        )
