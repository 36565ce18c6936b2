"""A small collection, and a model that writes what a test's script says."""

from collections.abc import Iterator

import pytest

from tests.fakes import ARTICLES, Engine, open_engine
from tests.llm.scripted import ScriptedLlm


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The four articles, which no test may change."""
    engine = open_engine(tmp_path_factory.mktemp("collection"))
    engine.ingester.add(ARTICLES)
    return engine


@pytest.fixture(scope="module")
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server
