"""Times what a newcomer meets: ingesting `seeds/`, and a warm answer over HTTP.

`python -m benchmarks.seeds` uses a temporary collection and a real server on the
loopback address. Figures of quality are in `evals/`.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import uvicorn
from rich.console import Console
from rich.table import Table

from rag.compose import open_ingester, open_service
from rag.errors import DalilError
from rag.settings import Settings, load_settings
from server.app import create_app

_QUESTIONS = (
    "كم عدد معسكرات التدريب قرب حدود المنظمة؟",
    "متى افتُتحت قناة السويس؟",
    "من ترأس القمة في دوشنبه؟",
    "ما هي لغات الأمم المتحدة الرسمية؟",
    "أين وُلد ابن بطوطة؟",
    "When did the INF Treaty end?",
    "Who deciphered the Rosetta Stone?",
    "How long is the Baku–Tbilisi–Ceyhan pipeline?",
    "What did Lukashenko say about Kazakhstan?",
    "When was resolution 2254 adopted?",
)
_ROUNDS = 5
_START_SECONDS = 60


def _ingest_seconds(settings: Settings, folder: Path) -> tuple[float, float]:
    """Seconds of a first ingest and of one that finds nothing changed; the model is loaded."""
    ingester = open_ingester(settings)
    try:
        first = ingester.ingest([str(folder)]).seconds
        again = ingester.ingest([str(folder)])
        if again.embedded_sentences:
            raise AssertionError("an unchanged collection was embedded again")
        return first, again.seconds
    finally:
        ingester.close()


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    service = open_service(settings)
    config = uvicorn.Config(create_app(settings, service), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        service.close()


def _latencies_ms(url: str) -> list[float]:
    with httpx2.Client(base_url=url, timeout=60) as client:
        for question in _QUESTIONS:
            client.post("/v1/ask", json={"question": question}).raise_for_status()
        latencies = []
        for _ in range(_ROUNDS):
            for question in _QUESTIONS:
                start = time.perf_counter()
                client.post("/v1/ask", json={"question": question}).raise_for_status()
                latencies.append((time.perf_counter() - start) * 1000)
        return latencies


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("seeds"))
    parsed = parser.parse_args(arguments)
    model_home = load_settings().home
    try:
        with tempfile.TemporaryDirectory(prefix="dalil-bench-") as name:
            settings = load_settings(home=Path(name))
            if (model_home / "models").is_dir():
                (Path(name) / "models").symlink_to((model_home / "models").resolve())
            first, again = _ingest_seconds(settings, parsed.folder)
            with _server(settings) as url:
                latencies = sorted(_latencies_ms(url))
    except DalilError as error:
        Console(stderr=True).print(f"dalil: {error}", style="red")
        return 2
    median, slow = statistics.median(latencies), latencies[int(0.95 * len(latencies))]
    table = Table("figure", "value", title=f"{parsed.folder}, bundled model")
    table.add_row("ingest, first", f"{first:.1f} s")
    table.add_row("ingest, nothing changed", f"{again:.2f} s")
    table.add_row(f"warm answer over HTTP, median of {len(latencies)}", f"{median:.0f} ms")
    table.add_row("warm answer over HTTP, 95th percentile", f"{slow:.0f} ms")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
