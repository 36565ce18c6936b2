"""Which sites' pages may ask: those that are listed, to the letter, and the server's own."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import MakeClient
from tests.server.fakes import ANSWERABLE_AR, FailingService, FakeService
from tests.server.shape import error_of
from tests.server.sse import parse_events

GOOD = "https://good.example"
LOCAL = "http://localhost:3000"
QUESTION = {"question": ANSWERABLE_AR}


@pytest.fixture
def embedded(make_client: MakeClient, service: FakeService) -> TestClient:
    """A server that two other sites may ask."""
    return make_client(service, allowed_origins=(GOOD, LOCAL))


def _cors(response: Any) -> set[str]:
    return {name for name in response.headers if name.startswith("access-control")}


@pytest.mark.parametrize("origin", [GOOD, LOCAL])
def test_a_listed_site_may_ask_and_read_the_answer(embedded: TestClient, origin: str) -> None:
    response = embedded.post("/v1/ask", json=QUESTION, headers={"Origin": origin})

    assert response.json()["status"] == "answered"
    assert response.headers["access-control-allow-origin"] == origin
    assert "Origin" in response.headers["vary"]
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "*",
        "https://good.example.evil.example",
        "https://evilgood.example",
        "https://sub.good.example",
        "https://good.example:8443",
        "https://good.example:443",
        "https://good.example/",
        "https://good.example@evil.example",
        "http://good.example",
        "https://GOOD.example",
        "HTTPS://good.example",
        "http://localhost",
        "http://localhost:3001",
        "https://localhost:3000",
        "https://good.example, https://evil.example",
        "https://good.example https://evil.example",
        "https://goo\u00f0.example",
    ],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/nothing", "/v1/feedback"])
def test_any_other_site_is_refused_and_may_not_read_why(
    embedded: TestClient, origin: str, path: str
) -> None:
    raw = [(b"Origin", origin.encode("latin-1"))]
    response = embedded.post(path, json=QUESTION, headers=raw)

    assert error_of(response, 403)["code"] == "origin_not_allowed"
    assert _cors(response) == set()
    assert response.headers["vary"] == "Origin"


def test_two_origins_at_once_are_refused(embedded: TestClient) -> None:
    twice = [("Origin", GOOD), ("Origin", GOOD), ("Content-Type", "application/json")]

    assert embedded.post("/v1/ask", json=QUESTION, headers=twice).status_code == 403


def test_a_question_from_a_refused_site_is_not_asked(
    embedded: TestClient, service: FakeService
) -> None:
    embedded.post("/v1/ask", json=QUESTION, headers={"Origin": "https://evil.example"})

    assert service.started == 0


def test_what_comes_from_no_page_is_answered_without_a_word_on_origins(
    embedded: TestClient,
) -> None:
    response = embedded.post("/v1/ask", json=QUESTION)

    assert response.status_code == 200
    assert _cors(response) == set()


@pytest.mark.parametrize("host", ["testserver", "dalil.example:8000", "DALIL.example", "[::1]:80"])
def test_the_server_s_own_page_may_ask_whatever_the_server_is_called(
    client: TestClient, host: str
) -> None:
    own = {"Host": host, "Origin": f"http://{host.lower()}"}
    response = client.post("/v1/ask", json=QUESTION, headers=own)

    assert response.status_code == 200
    assert _cors(response) == set()


@pytest.mark.parametrize("origin", ["https://testserver", "http://testserver:81", "http://"])
def test_the_server_s_name_under_another_scheme_or_port_is_another_site(
    client: TestClient, origin: str
) -> None:
    assert client.post("/v1/ask", json=QUESTION, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("same-site", 403)])
def test_behind_a_proxy_the_browser_s_word_tells_the_own_page(
    client: TestClient, site: str, status: int
) -> None:
    headers = {"Origin": "https://dalil.example", "Sec-Fetch-Site": site}

    assert client.post("/v1/ask", json=QUESTION, headers=headers).status_code == status


def test_without_a_list_no_other_site_may_ask(client: TestClient) -> None:
    response = client.post("/v1/ask", json=QUESTION, headers={"Origin": GOOD})

    assert error_of(response, 403)["code"] == "origin_not_allowed"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback", "/v1/articles", "/v1/articles/a"])
def test_a_preflight_of_a_listed_site_is_answered(embedded: TestClient, path: str) -> None:
    method = "GET" if "articles" in path else "POST"
    asked = {
        "Origin": GOOD,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    response = embedded.options(path, headers=asked)

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == GOOD
    assert response.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert response.headers["access-control-allow-headers"] == "Content-Type"
    assert response.headers["access-control-max-age"] == "600"
    assert response.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in response.headers


def test_a_preflight_of_another_site_is_refused(embedded: TestClient) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = embedded.options("/v1/ask", headers=asked)

    assert response.status_code == 403
    assert _cors(response) == set()


def test_a_stream_may_be_read_by_a_listed_site(embedded: TestClient) -> None:
    response = embedded.post("/v1/ask", json=QUESTION | {"stream": True}, headers={"Origin": GOOD})

    assert parse_events(response.text)[-1].name == "done"
    assert response.headers["access-control-allow-origin"] == GOOD


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/ask", {"question": ""}, 422),
        ("POST", "/v1/search", {"query": "؟"}, 422),
        ("GET", "/v1/articles/none", None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("GET", "/v1/ask", None, 405),
        ("POST", "/v1/ask", {"question": "س" * 600_000}, 413),
    ],
)
def test_an_error_may_be_read_by_a_listed_site(
    embedded: TestClient, method: str, path: str, body: Any, status: int
) -> None:
    response = embedded.request(method, path, json=body, headers={"Origin": GOOD})

    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == GOOD


def test_even_an_unexpected_error_may_be_read(make_client: MakeClient) -> None:
    client = make_client(FailingService(RuntimeError("boom")), allowed_origins=(GOOD,))
    response = client.post("/v1/ask", json=QUESTION, headers={"Origin": GOOD})

    assert error_of(response, 500)["code"] == "internal_error"
    assert response.headers["access-control-allow-origin"] == GOOD


def test_a_page_may_read_how_long_to_wait_and_the_request_s_id(embedded: TestClient) -> None:
    response = embedded.get("/v1/articles", headers={"Origin": GOOD})

    assert response.headers["access-control-expose-headers"] == "Retry-After, X-Request-ID"


def test_pages_that_are_no_part_of_the_interface_are_left_alone(embedded: TestClient) -> None:
    response = embedded.get("/healthz", headers={"Origin": "https://evil.example"})

    assert response.status_code == 200
    assert _cors(response) == set()
