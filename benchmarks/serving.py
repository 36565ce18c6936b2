"""Puts load on a real `dalil serve` with `seeds/`: throughput and latency by number of clients.

`python -m benchmarks.serving` asks thousands of different questions, so that no memory of an
earlier one answers, and then a few that come again and again. Beside it stand an empty route
that is served the same way, and what the encoder does in process with the same questions. What
the server sheds is counted apart; how refused clients wait is `benchmarks/client.py`'s to say.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from rich.console import Console

from benchmarks.client import Load
from benchmarks.encoder_limit import encoder_throughput
from benchmarks.figures import latencies, markdown, median_of, shown
from benchmarks.machine import write_figures
from benchmarks.questions import SEEDS, different_questions
from rag.compose import open_ingester
from rag.errors import DalilError
from rag.settings import load_settings

_CLIENTS = (1, 8, 64)
_ROUNDS = 3
_SECONDS = 8.0
_WARMING_SECONDS = 2.0
_REPEATED = 10
_A_RUN = 2000
"""Different questions of a run: more than are asked in it, and than a server remembers."""

_START_SECONDS = 90
_COLUMNS = {
    "requests_per_second": "requests/s",
    "refused_per_second": "refused/s",
    "p50_ms": "p50, ms",
    "p95_ms": "p95, ms",
    "p99_ms": "p99, ms",
}
Rounds = dict[str, list[dict[str, float]]]


@contextmanager
def _serving(module: str, *arguments: str) -> Iterator[int]:
    """A server in a process of its own; its port. `{port}` in the arguments is replaced."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, *(a.format(port=port) for a in arguments)]
    # What it logs of each request would fill a pipe that nobody reads.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _load(folder: Path, load: Load) -> dict[str, float]:
    """The figures of one run of the client."""
    file = folder / "load.json"
    load.write(file)
    command = [sys.executable, "-m", "benchmarks.client", str(file)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    found = latencies(told["milliseconds"])
    return {
        "requests_per_second": found.count / told["seconds"],
        "refused_per_second": told["refused"] / told["seconds"],
        "p50_ms": found.p50,
        "p95_ms": found.p95,
        "p99_ms": found.p99,
    }


def _bodies(field: str, questions: Sequence[str]) -> tuple[str, ...]:
    return tuple(json.dumps({field: question}, ensure_ascii=False) for question in questions)


def _measure_dalil(port: int, folder: Path, rounds: int, seconds: float) -> Rounds:
    """By "route, questions, clients"; all of them once a round."""
    different = cycle(different_questions())
    repeated = list(islice(different, _REPEATED))
    measured: Rounds = {}
    for number in range(rounds + 1):
        for path, field in (("/v1/search", "query"), ("/v1/ask", "question")):
            for kind in ("different", "repeated"):
                for clients in _CLIENTS:
                    asked = repeated if kind == "repeated" else list(islice(different, _A_RUN))
                    length = seconds if number else _WARMING_SECONDS
                    load = Load(port, path, _bodies(field, asked), clients, length)
                    found = _load(folder, load)
                    if number:
                        measured.setdefault(f"{path}, {kind}, {clients}", []).append(found)
    return measured


def _measure_empty(folder: Path, rounds: int, seconds: float) -> Rounds:
    measured: Rounds = {}
    with _serving("benchmarks.empty", "{port}") as port:
        for number in range(rounds + 1):
            for clients in _CLIENTS:
                length = seconds if number else _WARMING_SECONDS
                load = Load(port, "/empty", _bodies("query", ["-"]), clients, length)
                found = _load(folder, load)
                if number:
                    measured.setdefault(f"empty route, –, {clients}", []).append(found)
    return measured


def measure(folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """All figures, by "what, questions, clients". Raises DalilError."""
    settings = load_settings(home=folder)
    ingester = open_ingester(settings)
    ingester.ingest([str(SEEDS)])
    ingester.close()
    measured = _measure_empty(folder, rounds, seconds)
    with _serving("rag.cli", "--home", str(folder), "serve", "--port", "{port}") as port:
        measured |= _measure_dalil(port, folder, rounds, seconds)
    questions = different_questions()[-_A_RUN:]
    limits = encoder_throughput(settings, questions, _CLIENTS, seconds)
    return {
        "rounds": rounds,
        "seconds": seconds,
        "load": {name: median_of(found) for name, found in measured.items()},
        "encoder_questions_per_second": limits,
    }


def serving_table(figures: dict[str, Any]) -> str:
    """One row a run, and the share of what the encoder alone could do."""
    limits = figures["encoder_questions_per_second"]
    rows = []
    for name, found in figures["load"].items():
        *what, clients = name.split(", ")
        share = 100 * found["requests_per_second"] / limits[clients]
        of_limit = f"{share:.0f} %" if what[1] == "different" else "–"
        rows.append([*what, clients, *(shown(found[key]) for key in _COLUMNS), of_limit])
    none = ["–"] * (len(_COLUMNS) - 1)
    rows += [["the encoder, in process", "different", clients, shown(limit), *none, "100 %"]
             for clients, limit in limits.items()]  # fmt: skip
    columns = ("route", "questions", "clients", *_COLUMNS.values(), "of the encoder's")
    return markdown(columns, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of each run")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parsed = parser.parse_args(arguments)
    models = load_settings().home / "models"
    try:
        with TemporaryDirectory(prefix="dalil-bench-") as name:
            if models.is_dir():
                (Path(name) / "models").symlink_to(models.resolve())
            figures = measure(Path(name), parsed.rounds, parsed.seconds)
    except DalilError as error:
        Console(stderr=True).print(f"dalil: {error}", style="red")
        return 2
    print(serving_table(figures))
    if parsed.json is not None:
        write_figures(parsed.json, "serving", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
