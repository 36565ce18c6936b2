"""The command over a collection of its own, with its real settings and a scripted model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli.main import app
from tests.fakes import ARTICLES, fake_encoder, write_articles
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import KEY, MODEL

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection that the command itself has made, without the model."""
    folder = tmp_path_factory.mktemp("cli")
    write_articles(folder / "articles", {article.id: article.text for article in ARTICLES})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.compose.open_encoder", lambda *_: fake_encoder())
        arguments = ["--home", str(folder / "home"), "ingest", str(folder / "articles")]
        result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return folder / "home"


@pytest.fixture
def environment(llm: ScriptedLlm, home: Path) -> dict[str, str]:
    return {
        "DALIL_HOME": str(home),
        "DALIL_LLM": MODEL,
        "DALIL_LLM_BASE_URL": llm.url,
        "DALIL_LLM_API_KEY": KEY,
        "DALIL_LLM_RETRIES": "0",
        "DALIL_LLM_STALL_SECONDS": "0.5",
        "DALIL_MIN_CONFIDENCE": "0",
    }


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with the real settings and parts, but for the encoder."""
    monkeypatch.setattr("rag.compose.open_encoder", lambda *_: fake_encoder())
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def invoke(*arguments: str, lines: str | None = None) -> Result:
        result = CliRunner().invoke(app, list(arguments), input=lines)
        assert KEY not in result.output
        return result

    return invoke
