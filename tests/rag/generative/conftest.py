"""A small collection, and a model that writes what a test's script says."""

from collections.abc import Iterator

import pytest

from rag.service import Service
from tests.fakes import ARTICLES, Engine, open_engine
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import asking, written_by


@pytest.fixture(scope="session")
def scripted() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server


@pytest.fixture
def llm(scripted: ScriptedLlm) -> ScriptedLlm:
    """The model that is asked first; a test that has no script for it fails if it is asked."""
    scripted.script()
    return scripted


@pytest.fixture
def other() -> Iterator[ScriptedLlm]:
    """The model to fall back to."""
    with ScriptedLlm() as server:
        yield server


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The four articles, which no test may change."""
    engine = open_engine(tmp_path_factory.mktemp("collection"))
    engine.ingester.add(ARTICLES)
    return engine


@pytest.fixture
def service(llm: ScriptedLlm, engine: Engine) -> Service:
    """Waits for the model as long as it takes, and quotes where it proves nothing."""
    return written_by(asking(llm), engine)


@pytest.fixture
def strict(llm: ScriptedLlm, engine: Engine) -> Service:
    """Abstains where the model proves nothing."""
    return written_by(asking(llm), engine, unsupported="abstain")
