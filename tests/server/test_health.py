"""Liveness, readiness, and starting without a usable collection."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.errors import (
    DalilError,
    EmptyIndexError,
    ModelChangedError,
    ModelError,
    SettingsError,
    StoreError,
)
from tests.server.conftest import MakeClient
from tests.server.desk import AS_EDITOR, KEY
from tests.server.fakes import ANSWERABLE_AR, FailingService, FakeService
from tests.server.shape import error_of


def test_a_server_that_can_answer_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    "error",
    [
        EmptyIndexError("nothing has been ingested yet: run 'dalil ingest PATH' first"),
        ModelChangedError("the collection was embedded with another model"),
        StoreError("the store is damaged"),
        ModelError("the model is missing"),
    ],
)
def test_a_server_that_cannot_answer_is_alive_but_not_ready(
    make_client: MakeClient, error: DalilError
) -> None:
    client = make_client(FailingService(error))

    assert client.get("/healthz").status_code == 200
    told = error_of(client.get("/readyz"), 503)
    assert (told["code"], told["message"]) == (error.code, str(error))


def _compose(monkeypatch: pytest.MonkeyPatch, open_service: Any) -> None:
    monkeypatch.setitem(sys.modules, "rag.compose", SimpleNamespace(open_service=open_service))


def test_a_service_that_cannot_be_opened_does_not_keep_the_server_from_starting(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: object) -> FakeService:
        raise ModelError("the bundled model is damaged: reinstall with 'make install'")

    _compose(monkeypatch, fail)
    client = make_client()

    assert client.get("/healthz").status_code == 200
    assert error_of(client.get("/readyz"), 503)["code"] == "bad_model"
    told = error_of(client.post("/v1/ask", json={"question": ANSWERABLE_AR}), 503)
    assert told["message"].startswith("the bundled model is damaged")


def test_a_bad_setting_is_not_told_to_clients(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: object) -> FakeService:
        raise SettingsError("DALIL_LLM: unknown (got 'sk-canary')")

    _compose(monkeypatch, fail)
    client = make_client()

    assert "canary" not in str(error_of(client.get("/readyz"), 503))
    assert "canary" not in str(error_of(client.get("/v1/articles"), 500))


def test_a_service_that_can_be_opened_later_is_used_from_then_on(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[FakeService | None] = [None, FakeService()]

    def open_service(_settings: object) -> FakeService:
        if service := outcomes.pop(0):
            return service
        raise StoreError("the store is locked")

    _compose(monkeypatch, open_service)
    monkeypatch.setattr("server.backend._RETRY_SECONDS", 0.0)
    client = make_client()

    assert client.get("/readyz").status_code == 200
    assert outcomes == []


def test_a_failing_service_is_not_opened_again_at_every_request(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fail(_settings: object) -> FakeService:
        tries.append(1)
        raise ModelError("the model is missing")

    _compose(monkeypatch, fail)
    client = make_client()
    for _ in range(5):
        client.get("/readyz")

    assert len(tries) == 1


def test_the_server_closes_a_service_that_it_opened_but_not_one_that_it_was_given(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, service: FakeService
) -> None:
    opened = FakeService()
    _compose(monkeypatch, lambda _settings: opened)
    for client in (make_client(), make_client(service)):
        client.__exit__(None, None, None)
        client.__enter__()

    assert opened.closed
    assert not service.closed


def test_with_editors_the_service_and_its_ingester_are_opened_and_closed_together(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, ingester = FakeService(), SimpleNamespace(closed=False, remove=lambda _id: None)
    ingester.close = lambda: setattr(ingester, "closed", True)
    opened = SimpleNamespace(open_service_and_ingester=lambda _settings: (service, ingester))
    monkeypatch.setitem(sys.modules, "rag.compose", opened)
    client = make_client(admin_key=SecretStr(KEY))

    assert client.delete("/v1/articles/a", headers=AS_EDITOR).status_code == 204
    client.__exit__(None, None, None)
    assert (service.closed, ingester.closed) == (True, True)
    client.__enter__()
