"""The server with a collection in memory, and a client of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from rag.settings import Settings, load_settings
from server.app import create_app
from tests.server.fakes import FakeService

MakeClient = Callable[..., TestClient]


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


@pytest.fixture
def make_client(settings: Settings) -> Iterator[MakeClient]:
    """Clients of servers with a given service; errors come as replies, not as exceptions."""
    opened: list[TestClient] = []

    def make(service: Any = None, **changes: Any) -> TestClient:
        app = create_app(settings.model_copy(update=changes), cast(Any, service))
        client = TestClient(app, raise_server_exceptions=False)
        opened.append(client.__enter__())
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(make_client: MakeClient, service: FakeService) -> TestClient:
    return make_client(service)
