"""Runs one system in a process of its own: indexes, or answers, and tells the figures.

`python -m benchmarks.peers.worker SYSTEM index|answer TASK.json`, in the environment of the
system; `processes.py` starts it. Figures come as lines of JSON on standard output: the first
once the first question is answered, the last one with everything.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.peers.system import System

_RESULTS = 10
_WARMING = 5

Tell = Callable[[dict[str, Any]], None]


def _index(system: System, task: dict[str, Any], tell: Tell) -> None:
    start, cpu = perf_counter(), process_time()
    system.build(task["texts"])
    seconds, cpu_seconds = perf_counter() - start, process_time() - cpu
    tell({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mib": _peak_mib()})


def _answer(system: System, task: dict[str, Any], tell: Tell) -> None:
    """Ask everything once; the first questions warm up and are not in the timings."""
    system.open(task["languages"])
    milliseconds, cpu_milliseconds, found = [], [], []
    for number, (question, language) in enumerate(task["questions"]):
        start, cpu = perf_counter(), process_time()
        passages = system.search(question, language, _RESULTS)
        milliseconds.append((perf_counter() - start) * 1000)
        cpu_milliseconds.append((process_time() - cpu) * 1000)
        found.append([passage for passage, _text in passages])
        if number == 0:
            tell({"first": len(passages)})
    tell(
        {
            "milliseconds": milliseconds[_WARMING:],
            "cpu_milliseconds": cpu_milliseconds[_WARMING:],
            "found": found,
            "peak_mib": _peak_mib(),
        }
    )


def _peak_mib() -> float:
    """The most memory that this process has held, in MiB, without what it inherited.

    `ru_maxrss` would start from that of the process that started this one.
    """
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (kibibytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kibibytes) / 1024


def main() -> None:
    name, what, file = sys.argv[1:]
    # Libraries write to standard output as they like; only figures may come out there.
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)

        def tell(figures: dict[str, Any]) -> None:
            print(json.dumps(figures), file=out, flush=True)

        task = json.loads(Path(file).read_text("utf-8"))
        module = import_module(f"benchmarks.peers.{name}")
        system: System = module.make(Path(task["model"]), Path(task["folder"]))
        (_index if what == "index" else _answer)(system, task, tell)


if __name__ == "__main__":
    main()
