"""Feedback over HTTP: anybody gives it, editors read it, and no rubbish makes a 500."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag.settings import load_settings
from server.app import create_app
from server.notebook import FILE
from tests.server.conftest import MakeClient
from tests.server.desk import AS_EDITOR, KEY
from tests.server.fakes import FakeService
from tests.server.shape import error_of
from tests.server.test_fuzz import ANY_JSON, ANY_TEXT, _utf16_units

THUMB = {"answer_id": "6f1c0c5e0a7d4f0c8a1b2c3d4e5f6071", "rating": "up"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestClient]:
    service: Any = FakeService()
    app = create_app(load_settings(home=tmp_path, admin_key=KEY), service)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _read(client: TestClient, **query: Any) -> dict[str, Any]:
    response = client.get("/v1/feedback", params=query, headers=AS_EDITOR)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_reader_needs_no_key_and_an_editor_reads_what_he_said(desk: TestClient) -> None:
    said = THUMB | {
        "rating": "down",
        "comment": "التاريخ خطأ.",
        "question": "متى افتُتحت القناة؟",
        "answer": "عام 1896. [1]",
    }
    response = desk.post("/v1/feedback", json=said)
    page = _read(desk)

    assert (response.status_code, response.content) == (204, b"")
    (kept,) = page.pop("feedback")
    assert {name: kept[name] for name in said} == said
    assert page == {"total": 1, "offset": 0, "limit": 50, "up": 0, "down": 1}


def test_feedback_is_read_in_pages_and_by_kind(desk: TestClient) -> None:
    for number in range(5):
        rating = "up" if number % 2 else "down"
        desk.post("/v1/feedback", json={"answer_id": f"a{number}", "rating": rating})

    page = _read(desk, offset=1, limit=2)
    assert [each["answer_id"] for each in page["feedback"]] == ["a3", "a2"]
    assert (page["total"], page["up"], page["down"]) == (5, 2, 3)
    ups = _read(desk, rating="up")
    assert [each["answer_id"] for each in ups["feedback"]] == ["a3", "a1"]
    assert ups["total"] == 2
    assert desk.get("/v1/feedback?rating=meh", headers=AS_EDITOR).status_code == 422
    assert desk.get("/v1/feedback?colour=red", headers=AS_EDITOR).status_code == 422


def test_feedback_is_taken_before_there_are_editors(make_client: MakeClient) -> None:
    client = make_client(FakeService())

    assert client.post("/v1/feedback", json=THUMB).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": "up"},
        {"answer_id": "a"},
        THUMB | {"rating": "sideways"},
        THUMB | {"rating": None},
        THUMB | {"answer_id": ""},
        THUMB | {"answer_id": "a" * 65},
        THUMB | {"answer_id": "../a"},
        THUMB | {"answer_id": "a\n"},
        THUMB | {"comment": "س" * 2001},
        THUMB | {"comment": 5},
        THUMB | {"question": "س" * 20_001},
        THUMB | {"answer": ["a"]},
        THUMB | {"stars": 5},
    ],
)
def test_what_is_no_feedback_is_refused(desk: TestClient, body: dict[str, Any]) -> None:
    assert error_of(desk.post("/v1/feedback", json=body), 422)["code"] == "invalid_request"
    assert _read(desk)["total"] == 0


def test_a_comment_may_be_2000_characters_long(desk: TestClient) -> None:
    desk.post("/v1/feedback", json=THUMB | {"comment": "س" * 2000})

    assert _read(desk)["feedback"][0]["comment"] == "س" * 2000


def test_control_characters_are_taken_out(desk: TestClient) -> None:
    response = desk.post("/v1/feedback", json=THUMB | {"comment": "أ\x00ب\x1b[31m\nج"})

    assert response.status_code == 204
    assert _read(desk)["feedback"][0]["comment"] == "أب[31m\nج"


def test_feedback_must_be_declared_as_json_and_be_small(desk: TestClient) -> None:
    plain = desk.post("/v1/feedback", content=b"{}", headers={"Content-Type": "text/plain"})
    huge = desk.post("/v1/feedback", json=THUMB | {"comment": "a" * 1_100_000})

    error_of(plain, 415)
    error_of(huge, 413)


def test_a_notebook_that_cannot_be_written_is_told(desk: TestClient, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)

    assert error_of(desk.post("/v1/feedback", json=THUMB), 503)["code"] == "store_unusable"


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    service: Any = FakeService()
    app = create_app(load_settings(home=tmp_path_factory.mktemp("home"), admin_key=KEY), service)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@settings(max_examples=100, deadline=None)
@given(comment=ANY_TEXT, answer_id=st.just("a") | st.text(max_size=9))
def test_no_comment_makes_a_500_even_with_lone_surrogates(
    fuzzed: TestClient, comment: str, answer_id: str
) -> None:
    escaped = "".join(f"\\u{unit:04x}" for unit in _utf16_units(comment))
    name = "".join(f"\\u{unit:04x}" for unit in _utf16_units(answer_id))
    body = f'{{"answer_id": "{name}", "rating": "up", "comment": "{escaped}"}}'.encode()
    response = fuzzed.post(
        "/v1/feedback", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in (204, 422)
    assert _read(fuzzed)["total"] >= 0


@settings(max_examples=100, deadline=None)
@given(body=st.fixed_dictionaries({"answer_id": st.just("a") | ANY_JSON}, optional={
    "rating": st.just("up") | ANY_JSON, "comment": ANY_JSON, "question": ANY_JSON,
    "answer": ANY_JSON,
}) | ANY_JSON)  # fmt: skip
def test_no_json_makes_a_500(fuzzed: TestClient, body: Any) -> None:
    response = fuzzed.post("/v1/feedback", json=body)

    if response.status_code != 204:
        assert 400 <= response.status_code < 500
        error_of(response, response.status_code)
