"""A process that ingests until it is killed; `test_crash.py` starts and kills it.

It imports everything once, then forks a child for each order that it reads: a folder to
ingest into, a folder of articles, and at which operation the child kills itself (0 for
never; the test may kill it then). An operation is a change of a file, or an SQL statement.
Run as `python -m tests.rag.crash_process`.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tests.fakes import open_engine

_EVENTS = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})
_connect = sqlite3.connect


class _Counter:
    """Counts operations, and kills the process at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self._last = last

    def count(self, *_: object) -> None:
        self.done += 1
        if self.done == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]
        if writes or event in _EVENTS:
            self.count()

    def connect(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _connect(*arguments, **options)
        connection.set_trace_callback(self.count)
        return connection


def _ingest(home: str, articles: str, last: int) -> int:
    counter = _Counter(last)
    sys.addaudithook(counter.hear)
    # It takes what the original takes, but not with the types of all its overloads.
    sqlite3.connect = counter.connect  # type: ignore[assignment]
    open_engine(Path(home)).ingester.ingest([articles], prune=True)
    return counter.done


def main() -> None:
    """Replies are the child's id, then its exit code, then the operations that it counted."""
    print("ready", flush=True)
    for line in sys.stdin:
        home, articles, last = line.rstrip("\n").split("\t")
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, str(_ingest(home, articles, int(last))).encode())
            os._exit(0)
        print(child, flush=True)
        _pid, status = os.waitpid(child, 0)
        os.close(writing)
        counted = os.read(reading, 20).decode() or "0"
        os.close(reading)
        print(os.waitstatus_to_exitcode(status), counted, flush=True)


if __name__ == "__main__":
    main()
