"""The command over a collection in memory: no model is loaded, nothing is stored."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.cli.main import app
from rag.errors import DalilError
from rag.reports import FailedFile, IngestReport
from rag.settings import Settings
from tests.server.fakes import FakeService

Run = Callable[..., Result]


class FakeIngester:
    """Reports what it is told to, after calling back as the engine does."""

    def __init__(self, report: IngestReport | BaseException) -> None:
        self.report = report
        self.inputs: Sequence[str] = ()
        self.prune = False
        self.closed = False

    def ingest(
        self,
        inputs: Sequence[str],
        *,
        prune: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> IngestReport:
        self.inputs, self.prune = inputs, prune
        if progress:
            progress("reading", 1, 2)
        if isinstance(self.report, BaseException):
            raise self.report
        return self.report

    def close(self) -> None:
        self.closed = True


@dataclass
class Engine:
    """What stands in for `rag.compose`; a test may put other parts in."""

    service: Any = field(default_factory=FakeService)
    ingester: FakeIngester = field(default_factory=lambda: FakeIngester(report()))
    opening_fails: DalilError | None = None
    settings: Settings | None = None

    def open_service(self, settings: Settings, progress: Any = None) -> Any:
        self._open(settings, progress)
        return self.service

    def open_ingester(self, settings: Settings, progress: Any = None) -> FakeIngester:
        self._open(settings, progress)
        return self.ingester

    def llm_client(self, _settings: Settings) -> None:
        """Nothing but quotes; what a model does to the commands is in test_language_model.py."""

    def store_path(self, settings: Settings) -> Path:
        return settings.home / "dalil.db"

    def _open(self, settings: Settings, progress: Any) -> None:
        self.settings = settings
        if progress:
            progress("unpacking the bundled model", 0.5)
        if self.opening_fails:
            raise self.opening_fails


def report(*failed: FailedFile) -> IngestReport:
    return IngestReport(("a", "b"), ("c",), (), ("d",), failed, 42, 1.25)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    engine = Engine()
    names = ("open_service", "open_ingester", "llm_client", "store_path")
    module = SimpleNamespace(**{name: getattr(engine, name) for name in names})
    monkeypatch.setitem(sys.modules, "rag.compose", module)
    monkeypatch.chdir(tmp_path)
    for name in ("DALIL_HOME", "DALIL_LLM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return engine


@pytest.fixture
def run(engine: Engine) -> Run:  # noqa: ARG001  (the engine must be in place)
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return invoke
