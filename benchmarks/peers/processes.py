"""Makes the peers' environments, and runs one worker at a time in them.

What a worker does is in `worker.py`.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

DALIL = "dalil"
PEERS = ("plain", "langchain", "llamaindex", "txtai")
_REQUIREMENTS = Path(__file__).parent / "requirements"
_ROOT = Path(__file__).parent.parent.parent
_INSTALLED = "installed.txt"


class WorkerError(Exception):
    """A worker failed; the message is what it said last."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker told last, and the seconds from its start until it first told anything."""

    figures: Mapping[str, Any]
    first_seconds: float


def python_of(system: str, environments: Path) -> Path:
    """The interpreter that a system runs with; a peer's environment is made if need be."""
    if system == DALIL:
        return Path(sys.executable)
    folder = (environments / system).resolve()
    python = folder / "bin" / "python"
    requirements = _REQUIREMENTS / f"{system}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    mark = folder / _INSTALLED
    if mark.is_file() and mark.read_text("utf-8") == digest:
        return python
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "--requirement", str(requirements)], check=True)
    mark.write_text(digest, "utf-8")
    return python


def run_worker(python: Path, system: str, what: str, task: Path) -> Told:
    """Start a worker and wait for it. Raises WorkerError."""
    command = [str(python), "-m", "benchmarks.peers.worker", system, what, str(task)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with (task.parent / "worker.log").open("w+b") as log:
        start = perf_counter()
        with subprocess.Popen(
            command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            first_seconds = perf_counter() - start
            told = [line, *process.stdout]
        if process.returncode or not line:
            log.seek(0)
            said = log.read().decode(errors="replace").strip()
            raise WorkerError(f"{system} ({what}): {said[-1000:] or process.returncode}")
    return Told(json.loads(told[-1]), first_seconds)
