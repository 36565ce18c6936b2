"""How LiteLLM is loaded: late, once, and without reaching for the network or for .env."""

import subprocess
import sys
from pathlib import Path

import pytest

LAZY = """
import sys
from rag.llm import Deadlines, LlmClient, ModelConfig
LlmClient([ModelConfig("openai/x", None, None, 0.0, 9, None)], Deadlines(1, 1, 1), 0)
print("litellm" in sys.modules, "openai" in sys.modules)
"""

FLAGS = """
import os, socket
def refuse(*_): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = refuse
from rag.llm import Deadlines, LlmClient, ModelConfig
client = LlmClient([ModelConfig("ollama/x", None, None, 0.0, 9, None)], Deadlines(1, 1, 1), 0)
client.prepare()
import litellm
print(litellm.telemetry, litellm.suppress_debug_info, litellm.drop_params)
print(client.count_tokens("word") > 0, client.context_tokens(), os.environ.get("FROM_DOTENV"))
"""

THREADS = """
from concurrent.futures import ThreadPoolExecutor
from rag.llm import gateway
with ThreadPoolExecutor(8) as threads:
    modules = list(threads.map(lambda _: gateway.load(), range(8)))
print(len({id(module) for module in modules}), len(modules))
"""


def _run(script: str, folder: Path) -> str:
    environment = {"PATH": "", "HOME": str(folder)}
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.stderr == ""
    return result.stdout


def test_a_client_is_made_without_loading_litellm(tmp_path: Path) -> None:
    assert _run(LAZY, tmp_path) == "False False\n"


@pytest.mark.slow
def test_loading_needs_no_network_and_leaves_dotenv_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_DOTENV=1\n")
    assert _run(FLAGS, tmp_path) == "False True True\nTrue 8192 None\n"


@pytest.mark.slow
def test_threads_that_load_at_once_load_once(tmp_path: Path) -> None:
    assert _run(THREADS, tmp_path) == "1 8\n"
