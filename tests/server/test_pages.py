"""The pages that people read: languages, headers, lists, search, and what is missing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.errors import DalilError, EmptyIndexError, ModelChangedError, StoreError
from rag.reports import ArticlePage
from rag.settings import load_settings
from rag.types import Article
from server.app import create_app
from server.pages.reader import LANGUAGES
from tests.server.conftest import MakeClient
from tests.server.fakes import ARTICLES, FailingService, FakeService
from tests.server.pages import get, parse, show

WORDS = Path(__file__).parent.parent.parent / "server" / "pages" / "words"
KEY = SecretStr("a-key-of-the-editors")
PAGES = ["/", "/articles", "/articles?q=قناة", "/articles/petra-ar", "/articles/none", "/admin"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)


class ClosedService(FailingService):
    """Nothing can be read of its collection."""

    def articles(self, **_: object) -> ArticlePage:
        raise self.error

    def article(self, _article_id: str) -> Article:
        raise self.error


# Languages.


@pytest.mark.parametrize(
    ("address", "header", "language"),
    [
        ("/", "", "ar"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "fr, en;q=0.4, ar;q=0.7", "ar"),
        ("/", "fr", "ar"),
        ("/", "en;q=0", "ar"),
        ("/", ";;q=,=,ar-;q=²", "ar"),
        ("/?lang=en", "ar", "en"),
        ("/?lang=ar", "en", "ar"),
        ("/?lang=xx", "en", "en"),
    ],
)
def test_a_page_is_in_the_language_of_the_address_or_of_the_browser(
    client: TestClient, address: str, header: str, language: str
) -> None:
    reply = client.get(address, headers={b"Accept-Language": header.encode()})
    html = parse(reply.text).one("html").attributes

    assert html == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert reply.headers["content-language"] == language
    assert "Accept-Language" in reply.headers["vary"]


def test_the_switch_shows_the_same_page_in_the_other_language(client: TestClient) -> None:
    page = get(client, "/articles?q=قناة السويس&language=ar")
    switch = next(a.attributes for a in page.all("a") if a.attributes.get("hreflang") == "en")
    other = get(client, switch["href"])

    assert other.one("html").attributes["lang"] == "en"
    fields = {e.attributes["name"]: e.attributes.get("value") for e in other.all("input")}
    assert fields == {"lang": "en", "q": "قناة السويس"}
    assert other.all("blockquote")[0].text == page.all("blockquote")[0].text


def test_links_keep_a_language_that_was_chosen_and_no_other(client: TestClient) -> None:
    inside = [a for a in get(client, "/?lang=en").links() if a.startswith(("/articles", "/?"))]
    assert inside
    assert all("lang=" in address for address in inside)
    assert not any("lang=en" in a for a in get(client, "/", **{"Accept-Language": "en"}).links())


def test_numbers_and_days_are_written_as_the_reader_writes_them(client: TestClient) -> None:
    arabic, english = (get(client, f"/articles/petra-ar?lang={code}") for code in ("ar", "en"))

    assert arabic.one("time").text == "٣١ يناير ٢٠١٩"
    assert english.one("time").text == "31 January 2019"
    assert "٣" in get(client, "/articles?lang=ar").one("main").text


# What every page has, and none has.


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_but_the_server_s_own_files(
    make_client: MakeClient, service: FakeService, address: str, language: str
) -> None:
    client = make_client(service, admin_key=KEY)
    reply = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    page = parse(reply.text)

    assert reply.headers["content-security-policy"] == POLICY
    assert reply.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert not page.all("style")
    assert not page.having("style")
    assert all(script.attributes["src"].startswith("/") for script in page.all("script"))
    assert not any(script.text.strip() for script in page.all("script"))
    assert not any(name.startswith("on") for e in page.elements for name in e.attributes)
    for path in {e.attributes["src"] for e in page.all("script")}:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("address", ["/", "/articles", "/articles/petra-ar"])
def test_a_page_can_be_asked_for_without_its_body(client: TestClient, address: str) -> None:
    assert client.head(address).status_code == 200


def test_a_hostile_host_does_not_reach_the_examples(client: TestClient) -> None:
    text = client.get("/", headers={"Host": 'x"><script>'}).text

    assert "&#34;&gt;&lt;script" not in text
    assert '"><script>' not in text
    assert "http://localhost:8000/v1/ask" in parse(text).one("main").text
    assert client.get("/", headers={"Host": "[::"}).status_code == 200


# Lists.


@pytest.fixture
def many(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    made = [
        replace(ARTICLES[1], id=f"a{n}", title=f"مقال {n}", published=date(2020, 1, 1))
        for n in range(45)
    ]
    show(monkeypatch, made)
    return client


def test_a_list_has_pages_that_lead_to_each_other(many: TestClient) -> None:
    seen, address = [], "/articles?language=ar"
    while address:
        page = get(many, address)
        seen += [a.text for a in page.all("a") if a.text.startswith("مقال ")]
        following = [a for a in page.all("a") if a.attributes.get("rel") == "next"]
        address = following[0].attributes["href"] if following else ""

    assert seen == [f"مقال {n}" for n in range(45)]
    around = {e.attributes["rel"]: e.attributes.get("href") for e in page.having("rel")}
    assert around["prev"] == "/articles?language=ar&page=2"


@pytest.mark.parametrize(
    ("number", "first"),
    [
        ("1", "مقال 0"),
        ("3", "مقال 40"),
        ("4", "مقال 40"),
        ("99999999999999999999", "مقال 0"),
        ("999999999", "مقال 40"),
        ("0", "مقال 0"),
        ("-1", "مقال 0"),
        ("٢", "مقال 0"),
        ("x", "مقال 0"),
    ],
)
def test_the_number_of_a_page_may_be_anything(many: TestClient, number: str, first: str) -> None:
    page = get(many, f"/articles?page={number}")
    assert next(a.text for a in page.all("a") if a.text.startswith("مقال ")) == first


def test_a_list_can_be_of_one_language(client: TestClient) -> None:
    assert "البتراء" not in get(client, "/articles?language=en").one("ol").text
    assert "لا مقالات بهذه اللغة" in client.get("/articles?lang=ar&language=fr").text
    assert get(client, "/articles?language='--").one("ol").text.count("البتراء") == 1


# Search.


def test_a_search_shows_passages_that_lead_to_their_place(
    client: TestClient, service: FakeService
) -> None:
    page = get(client, "/articles?q=افتُتحت قناة السويس&language=ar")
    quoted = page.all("blockquote")[0]
    address = next(a for a in page.links() if "#chars=" in a)
    start, _, end = address.partition("#chars=")[2].partition("-")

    assert service.filters.languages == ("ar",)
    assert address.startswith("/articles/suez-canal-ar#")
    assert ARTICLES[0].text[int(start) : int(end)] == quoted.text
    assert quoted.attributes == {"lang": "ar", "dir": "rtl"}
    assert "العربية" in page.one("ol").text


def test_a_search_that_finds_nothing_says_so(client: TestClient) -> None:
    assert "لم يُعثر على مقطع" in client.get("/articles?q=زرافة").text
    assert "No passage was found" in client.get("/articles?q=giraffe&lang=en").text


@pytest.mark.parametrize("query", ["؟؟", "x" * 3000, "%00", "%ed%a0%80", "%ff%fe"])
def test_what_cannot_be_searched_for_is_told_in_words(client: TestClient, query: str) -> None:
    reply = client.get(f"/articles?q={query}&lang=en")
    page = parse(reply.text)

    assert reply.status_code == 422
    (notice,) = [e for e in page.having("role") if e.attributes["role"] == "alert"]
    assert "at most 2,000 characters" in notice.text


@pytest.mark.parametrize("query", ["", "%20", "%0a%09"])
def test_an_empty_search_shows_the_list(client: TestClient, query: str) -> None:
    assert "البتراء" in get(client, f"/articles?q={query}").one("ol").text


@given(st.dictionaries(st.sampled_from(["q", "language", "page", "lang"]), st.text()))
def test_no_query_makes_a_page_fail(query: dict[str, str]) -> None:
    client = TestClient(create_app(load_settings(), FakeService()))  # type: ignore[arg-type]
    printable = {k: v.encode("utf-8", "replace").decode() for k, v in query.items()}

    reply = client.get("/articles", params=printable)
    assert reply.status_code in (200, 422)
    parse(reply.text)


# What is missing.


@pytest.mark.parametrize("address", ["/articles/none", "/articles/%00", "/articles/%ff"])
def test_an_unknown_article_is_a_page_that_says_so(client: TestClient, address: str) -> None:
    reply = client.get(f"{address}?lang=en", headers={"X-Request-ID": "r-1"})
    page = parse(reply.text)

    assert reply.status_code == 404
    assert page.one("h1").text == "There is no such article"
    assert "/articles?lang=en" in page.links()
    assert "r-1" in page.one("main").text


@pytest.mark.parametrize("error", [StoreError("locked"), ModelChangedError("another model")])
@pytest.mark.parametrize("address", ["/", "/articles", "/articles?q=قناة", "/articles/petra-ar"])
def test_a_collection_that_cannot_be_read_is_told_as_not_ready(
    make_client: MakeClient, error: DalilError, address: str
) -> None:
    reply = make_client(ClosedService(error)).get(address)

    assert reply.status_code == 503
    assert parse(reply.text).one("h1").text == "لا يمكن قراءة المقالات الآن"
    assert str(error) not in reply.text


@pytest.mark.parametrize("address", ["/", "/articles", "/articles?q=قناة"])
def test_an_empty_collection_is_told_with_what_to_do(make_client: MakeClient, address: str) -> None:
    empty = ClosedService(EmptyIndexError("run 'dalil ingest PATH' first"))
    reply = make_client(empty).get(address)

    assert reply.status_code == 200
    assert "لا مقالات في المجموعة بعد" in reply.text
    assert "dalil ingest" in parse(reply.text).one("main").text
    assert "/admin" not in reply.text
    assert "/admin" in make_client(empty, admin_key=KEY).get(address).text


def test_an_article_of_an_empty_collection_is_unknown(make_client: MakeClient) -> None:
    assert make_client(ClosedService(EmptyIndexError(""))).get("/articles/a").status_code == 404


# The editors' desk.


def test_without_a_key_in_the_settings_there_is_no_editors_desk(client: TestClient) -> None:
    told, unknown = client.get("/admin"), client.get("/nowhere")

    assert told.status_code == unknown.status_code == 404
    assert told.json()["error"]["code"] == unknown.json()["error"]["code"] == "not_found"
    assert "/admin" not in client.get("/").text


def test_with_a_key_the_desk_opens_and_is_named_on_every_page(
    make_client: MakeClient, service: FakeService
) -> None:
    client = make_client(service, admin_key=KEY)

    for address in PAGES:
        reply = client.get(address)
        assert "/admin" in parse(reply.text).links()
        assert KEY.get_secret_value() not in reply.text


# The words.


def _names(value: Any, name: str = "") -> set[tuple[str, int]]:
    """Every name with how many gaps its words have."""
    if isinstance(value, str):
        assert value.strip(), name
        return {(name, value.count("{}"))}
    return {found for key in value for found in _names(value[key], f"{name}.{key}")}


def test_every_word_is_there_in_both_languages() -> None:
    arabic, english = (
        json.loads((WORDS / f"{code}.json").read_text("utf-8")) for code in LANGUAGES
    )

    assert _names(arabic) == _names(english)
