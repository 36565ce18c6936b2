"""Who may edit: each editors' address with and without the key, and from other sites."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from rag.settings import load_settings
from server.app import create_app
from server.editors import Editors, is_editing, require_editor
from tests.fakes import ARTICLES
from tests.server.conftest import MakeClient
from tests.server.desk import AS_EDITOR, KEY, Desk, opened_desk
from tests.server.fakes import FakeService
from tests.server.shape import error_of

SITE = "https://news.example"
ADDRESSES = [
    ("POST", "/v1/articles", 202),
    ("GET", "/v1/uploads", 200),
    ("GET", "/v1/uploads/none", 404),
    ("DELETE", "/v1/articles/suez-ar", 204),
    ("GET", "/v1/feedback", 200),
    ("GET", "/v1/unanswered", 200),
    ("GET", "/v1/status", 200),
]
each_address = pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, _ in ADDRESSES]
)
each_address_and_its_status = pytest.mark.parametrize(("method", "path", "status"), ADDRESSES)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path, {"allowed_origins": (SITE,)}) as desk:
        desk.engine.ingester.add(ARTICLES)
        yield desk


def _call(client: TestClient, method: str, path: str, **headers: str) -> Any:
    files = {"file": ("a.txt", "The Aral Sea was once a large lake.")} if method == "POST" else None
    return client.request(method, path, files=files, headers=headers)


@each_address
def test_without_the_key_an_editors_address_asks_for_it(desk: Desk, method: str, path: str) -> None:
    response = _call(desk.client, method, path)

    assert error_of(response, 401)["code"] == "key_required"
    assert response.headers["www-authenticate"] == "Bearer"


@each_address
def test_a_wrong_key_is_refused(desk: Desk, method: str, path: str) -> None:
    response = _call(desk.client, method, path, Authorization=f"Bearer {KEY}x")

    assert error_of(response, 401)["code"] == "key_wrong"
    assert response.headers["www-authenticate"] == "Bearer"


@each_address_and_its_status
def test_the_right_key_lets_in(desk: Desk, method: str, path: str, status: int) -> None:
    assert _call(desk.client, method, path, **AS_EDITOR).status_code == status


@each_address
def test_without_a_key_in_the_settings_the_address_does_not_exist(
    client: TestClient, method: str, path: str
) -> None:
    told = error_of(_call(client, method, path, **AS_EDITOR), 404)
    unknown = error_of(client.get("/v1/nothing"), 404)

    assert (told["code"], told["message"]) == (unknown["code"], unknown["message"])


@each_address
@pytest.mark.parametrize("origin", [SITE, "https://evil.example", "null"])
def test_another_site_s_page_may_not_edit_even_if_it_is_listed_and_has_the_key(
    desk: Desk, method: str, path: str, origin: str
) -> None:
    response = _call(desk.client, method, path, Origin=origin, **AS_EDITOR)

    assert error_of(response, 403)["code"] == "origin_not_allowed"
    assert not [name for name in response.headers if name.startswith("access-control")]


@each_address
def test_no_preflight_opens_an_editors_address(desk: Desk, method: str, path: str) -> None:
    asked = {"Origin": SITE, "Access-Control-Request-Method": method}
    response = desk.client.options(path, headers=asked)

    assert error_of(response, 403)["code"] == "origin_not_allowed"


@each_address_and_its_status
def test_the_server_s_own_page_may_edit(desk: Desk, method: str, path: str, status: int) -> None:
    response = _call(desk.client, method, path, Origin="http://testserver", **AS_EDITOR)

    assert response.status_code == status


def test_these_are_all_the_addresses_that_need_the_key(desk: Desk) -> None:
    app: Any = desk.client.app
    needing = {
        (method, route.path)
        for route in _routes(app.routes)
        if any(each.call is require_editor for each in route.dependant.dependencies)
        for method in route.methods or ()
    }
    listed = {(method, path.replace("none", "{id}")) for method, path, _ in ADDRESSES}

    assert needing == {(m, path.replace("suez-ar", "{id}")) for m, path in listed}
    assert all(is_editing(method, path) for method, path in needing)


def test_what_readers_do_needs_no_key(desk: Desk) -> None:
    app: Any = desk.client.app
    open_to_all = {
        (method, route.path)
        for route in _routes(app.routes)
        if route.path.startswith("/v1/")
        if all(each.call is not require_editor for each in route.dependant.dependencies)
        for method in route.methods or ()
    }

    assert ("POST", "/v1/feedback") in open_to_all
    assert not any(is_editing(method, path) for method, path in open_to_all)


def _routes(routes: Any) -> Iterator[APIRoute]:
    """All routes, also those of the routers that were taken in whole."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from _routes(getattr(getattr(route, "original_router", None), "routes", ()))


@pytest.mark.parametrize(
    ("given", "let_in"),
    [
        (f"Bearer {KEY}", True),
        (f"bearer  {KEY} ", True),
        (KEY, False),
        ("Bearer", False),
        ("Bearer ", False),
        (f"Basic {KEY}", False),
        (f"Bearer {KEY[:-1]}", False),
        (f"Bearer {KEY.upper()}", False),
        (f"Bearer {KEY} {KEY}", False),
        ("Bearer \u00e9\u00ff", False),
        ("", False),
    ],
)
def test_only_the_very_key_opens(given: str, let_in: bool) -> None:
    refusal = Editors(SecretStr(KEY)).refusal(Headers({"authorization": given}))

    assert (refusal is None) == let_in


def test_a_key_in_arabic_opens_too() -> None:
    key = "مفتاح المحررين الطويل"
    headers = Headers(raw=[(b"authorization", f"Bearer {key}".encode())])

    assert Editors(SecretStr(key)).refusal(headers) is None


def test_the_documentation_shows_the_editors_addresses_only_where_there_are_editors(
    desk: Desk, make_client: MakeClient, service: FakeService
) -> None:
    with_editors = desk.client.get("/openapi.json").json()["paths"]
    without = make_client(service).get("/openapi.json").json()["paths"]

    assert {"/v1/status", "/v1/uploads", "/v1/unanswered"} <= set(with_editors)
    assert not {"/v1/status", "/v1/uploads", "/v1/unanswered"} & set(without)
    assert set(without["/v1/feedback"]) == {"post"}
    assert set(without["/v1/articles/{id}"]) == {"get"}
    assert with_editors["/v1/status"]["get"]["security"]


def test_the_key_is_told_nowhere(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        replies = [
            _call(desk.client, method, path, Authorization=given)
            for method, path, _ in ADDRESSES
            for given in (f"Bearer {KEY}", f"Bearer {KEY}x", f"Basic {KEY}")
        ]
        replies.append(desk.client.get("/openapi.json"))
    app: Any = desk.client.app

    assert not any("canary" in f"{reply.text} {reply.headers}" for reply in replies)
    assert "canary" not in caplog.text
    shown = f"{app.state._state!r} {app.user_middleware!r} {vars(app.state.editors)!r}"
    assert "canary" not in shown


def test_a_server_that_was_given_no_ingester_says_that_it_cannot_be_edited(
    tmp_path: Path,
) -> None:
    service: Any = FakeService()
    settings = load_settings(home=tmp_path, admin_key=KEY)
    with TestClient(create_app(settings, service)) as client:
        refused = error_of(client.delete("/v1/articles/a", headers=AS_EDITOR), 503)

    assert refused["code"] == "store_unusable"
