"""The command as a process whose output is a terminal, and what it writes there."""

import os
import pty
import select
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[4]


class Terminal:
    """A running process. Its stderr is a pipe, so that errors can be told from output."""

    def __init__(self, process: subprocess.Popen[str], ours: int) -> None:
        self.process = process
        self.output = ""
        self._ours = ours
        self._decoder = getincrementaldecoder("utf-8")()

    def wait_for(self, text: str, seconds: float = 60.0) -> None:
        """Read until this has been written."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.output!r}"
            if select.select([self._ours], [], [], 0.1)[0]:
                self.output += self._decoder.decode(os.read(self._ours, 65_536))

    def ends(self, seconds: float = 30.0) -> tuple[int, list[str]]:
        """The exit code, and the lines on stderr."""
        _, stderr = self.process.communicate(timeout=seconds)
        return self.process.returncode, stderr.splitlines()


@contextmanager
def on_a_terminal(
    script: str, *arguments: str, cwd: Path, environment: Mapping[str, str]
) -> Iterator[Terminal]:
    """A Python script that runs with these arguments and settings, and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DALIL_")}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait(timeout=30)
        os.close(ours)
