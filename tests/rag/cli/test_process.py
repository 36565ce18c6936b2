"""The command as a process: exit codes, streams, start-up and the server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[3]
HEAVY = (
    "torch", "sentence_transformers", "transformers", "faiss", "tantivy", "fastapi", "litellm",
    "mcp", "uvicorn",
)  # fmt: skip
WITH_A_FAKE_ENGINE = """
import sys
from types import SimpleNamespace
from tests.server.fakes import FailingService, FakeService
from rag.errors import StoreError
service = {service}
sys.modules["rag.compose"] = SimpleNamespace(open_service=lambda *_: service)
from rag.cli.main import main
main()
"""


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DALIL_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def _run(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=_environment(**environment),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def _faked(service: str = "FakeService()") -> tuple[str, str]:
    return "-c", WITH_A_FAKE_ENGINE.format(service=service)


def test_a_mistake_is_one_line_and_2_for_the_shell_too(tmp_path: Path) -> None:
    result = _run(tmp_path, "-m", "rag.cli", "bogus")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "dalil: No such command 'bogus'.\n"


def test_an_error_of_ours_has_no_traceback(tmp_path: Path) -> None:
    failing = _faked("FailingService(StoreError('the store is damaged'))")
    result = _run(tmp_path, *failing, "ask", "متى؟")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "dalil: the store is damaged\n"


def test_arabic_is_printed_as_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    environment = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    result = _run(tmp_path, *_faked(), "ask", "متى افتُتحت قناة السويس؟", "--json", **environment)

    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert json.loads(result.stdout)["question"] == "متى افتُتحت قناة السويس؟"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--top-k", "0", "x"]])
def test_help_version_and_mistakes_import_nothing_heavy(
    tmp_path: Path, arguments: list[str]
) -> None:
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print(sorted(set({HEAVY!r}) & set(sys.modules))))\n"
        "from rag.cli.main import main\nmain()"
    )
    result = _run(tmp_path, "-c", script, *arguments)

    assert result.stdout.endswith("[]\n")


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, *_faked(), "search", "قناة السويس"]
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        command,
        cwd=tmp_path,
        env=_environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)

    assert result.returncode != 0
    assert b"Traceback" not in result.stderr


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running `dalil serve` and its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *_faked(), "serve", "--port", str(port)],
        cwd=tmp_path,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    yield process, port
    process.kill()
    process.communicate(timeout=30)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as reply:
                assert reply.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def test_serve_serves_until_it_is_interrupted(served: tuple[subprocess.Popen[str], int]) -> None:
    process, port = served
    _wait_until_ready(port)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert process.returncode == 130
    assert stderr.startswith(f"dalil: listening on http://127.0.0.1:{port}\n")
    assert stderr.endswith("dalil: interrupted\n")
    assert '"GET /readyz HTTP/1.1" 200' in stdout


def test_a_port_that_is_taken_is_one_line_and_2(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        result = _run(tmp_path, *_faked(), "serve", "--port", str(port))

    assert result.returncode == 2
    assert result.stderr == (
        f"dalil: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "choose another --host or --port\n"
    )
