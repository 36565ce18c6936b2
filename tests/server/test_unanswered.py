"""Questions that no article answers are noted for the editors, and nobody waits for it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.errors import StoreError
from rag.settings import load_settings
from server.app import create_app
from server.notebook import FILE, Notebook
from tests.server.conftest import MakeClient
from tests.server.desk import AS_EDITOR, KEY
from tests.server.fakes import ANSWERABLE_AR, UNANSWERABLE_AR, FailingService, FakeService
from tests.server.running import wait_until
from tests.server.shape import error_of


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[[Any], TestClient]]:
    opened: list[TestClient] = []

    def make(service: Any) -> TestClient:
        app = create_app(load_settings(home=tmp_path, admin_key=KEY), service)
        opened.append(TestClient(app, raise_server_exceptions=False).__enter__())
        return opened[-1]

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def desk(open_desk: Callable[[Any], TestClient]) -> TestClient:
    return open_desk(FakeService())


def _noted(client: TestClient, total: int) -> list[dict[str, Any]]:
    """The questions, when that many different ones have been noted."""

    def read() -> dict[str, Any]:
        response = client.get("/v1/unanswered", headers=AS_EDITOR)
        assert response.status_code == 200, response.text
        return dict(response.json())

    wait_until(lambda: read()["total"] == total)
    return list(read()["questions"])


def _ask(client: TestClient, question: str) -> Any:
    return client.post("/v1/ask", json={"question": question})


def _stream(client: TestClient, question: str) -> Any:
    return client.post("/v1/ask", json={"question": question, "stream": True})


def _chat(client: TestClient, question: str, *, stream: bool = False) -> Any:
    messages = [{"role": "user", "content": question}]
    return client.post(
        "/v1/chat/completions", json={"model": "dalil", "messages": messages, "stream": stream}
    )


def _chat_streaming(client: TestClient, question: str) -> Any:
    return _chat(client, question, stream=True)


@pytest.mark.parametrize("ask", [_ask, _stream, _chat, _chat_streaming])
def test_an_abstention_is_noted_however_it_was_asked(
    desk: TestClient, ask: Callable[[TestClient, str], Any]
) -> None:
    assert ask(desk, UNANSWERABLE_AR).status_code == 200

    (noted,) = _noted(desk, 1)
    assert (noted["question"], noted["language"], noted["times"]) == (UNANSWERABLE_AR, "ar", 1)
    assert set(noted) == {"question", "language", "times", "last"}


def test_an_answer_is_not_noted(desk: TestClient) -> None:
    _ask(desk, ANSWERABLE_AR)
    _stream(desk, ANSWERABLE_AR)
    _ask(desk, UNANSWERABLE_AR)

    assert [each["question"] for each in _noted(desk, 1)] == [UNANSWERABLE_AR]


def test_the_most_frequent_question_is_told_first(desk: TestClient) -> None:
    for question in ("Who invented the telephone?", UNANSWERABLE_AR, UNANSWERABLE_AR):
        _ask(desk, question)
    wait_until(lambda: _noted(desk, 2)[0]["times"] == 2)

    assert [each["language"] for each in _noted(desk, 2)] == ["ar", "en"]
    page = desk.get("/v1/unanswered?offset=1&limit=1", headers=AS_EDITOR).json()
    assert [each["question"] for each in page["questions"]] == ["Who invented the telephone?"]
    assert (page["total"], page["offset"], page["limit"]) == (2, 1, 1)


def test_a_follow_up_is_noted_as_the_question_that_stands_alone(desk: TestClient) -> None:
    history = [{"role": "user", "content": "ما ثمن الهاتف المحمول؟"}]
    body = {"question": "ومن اخترعه؟", "history": history}
    rewritten = desk.post("/v1/ask", json=body).json()["rewritten"]

    assert rewritten
    assert _noted(desk, 1)[0]["question"] == rewritten


def test_what_fails_is_no_abstention(open_desk: Callable[[Any], TestClient]) -> None:
    client = open_desk(FailingService(StoreError("the store is locked")))
    _ask(client, UNANSWERABLE_AR)

    assert client.get("/v1/unanswered", headers=AS_EDITOR).json()["total"] == 0


def test_without_editors_nothing_is_kept(make_client: MakeClient, tmp_path: Path) -> None:
    client = make_client(FakeService())
    _ask(client, UNANSWERABLE_AR)
    client.__exit__(None, None, None)
    client.__enter__()

    assert not (tmp_path / FILE).exists()


def test_a_notebook_that_fails_is_logged_and_the_answer_comes_all_the_same(
    desk: TestClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)

    assert _ask(desk, UNANSWERABLE_AR).json()["status"] == "abstained"
    wait_until(lambda: "was not noted" in caplog.text)
    assert error_of(desk.get("/v1/unanswered", headers=AS_EDITOR), 503)


def test_a_defect_in_noting_is_logged_too(
    desk: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(Notebook, "add_unanswered", fail)

    assert _ask(desk, UNANSWERABLE_AR).json()["status"] == "abstained"
    wait_until(lambda: "boom" in caplog.text)


def test_no_answer_waits_for_a_slow_notebook(
    desk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Notebook, "add_unanswered", lambda *_: go_on.wait(30))
    try:
        for ask in (_ask, _stream, _chat):
            assert ask(desk, UNANSWERABLE_AR).status_code == 200
        assert not go_on.is_set()
    finally:
        go_on.set()


def test_what_was_still_to_be_noted_is_written_when_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    really = Notebook.add_unanswered

    def slowly(self: Notebook, question: str, language: str) -> None:
        begun.set()
        go_on.wait(30)
        really(self, question, language)

    monkeypatch.setattr(Notebook, "add_unanswered", slowly)
    service: Any = FakeService()
    with TestClient(create_app(load_settings(home=tmp_path, admin_key=KEY), service)) as client:
        _ask(client, UNANSWERABLE_AR)
        assert begun.wait(10)
        threading.Timer(0.1, go_on.set).start()

    notebook = Notebook(tmp_path)
    assert notebook.unanswered(0, 1)[1] == 1
    notebook.close()
