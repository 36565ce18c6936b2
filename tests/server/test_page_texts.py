"""What articles put on the pages is text, in its place, whatever it is made of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag.settings import load_settings
from rag.types import Article
from server.app import create_app
from server.pages.articles import paragraphs
from tests.server.fakes import ARTICLES, FakeService
from tests.server.pages import get, parse, show

HOSTILE = "\"'></title><script>alert(1)</script>{{7*7}}\u202eقلب\x00"


@pytest.fixture
def hostile(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    article = Article(
        id="a/b?c#d\"'<",
        title=HOSTILE,
        text=f"قناة السويس {HOSTILE}.",
        language="ar",
        url="javascript:alert(1)",
        source=HOSTILE,
    )
    show(monkeypatch, [article])
    return client


@pytest.mark.parametrize("address", ["/", "/articles", "/articles?q=قناة السويس"])
def test_a_hostile_article_is_text_wherever_it_is_listed(hostile: TestClient, address: str) -> None:
    reply = hostile.get(address)
    page = parse(reply.text)

    assert "<script>alert" not in reply.text
    assert page.one("title").text.count("alert") == 0
    titles = [a for a in page.all("a") if "alert(1)" in a.text]
    assert titles
    for title in titles:
        assert title.text == "\"'></title><script>alert(1)</script>{{7*7}}قلب"
        assert title.attributes["href"].startswith("/articles/a%2Fb%3Fc%23d%22%27%3C")


def test_a_hostile_article_is_text_on_its_own_page(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(monkeypatch, [replace(ARTICLES[0], title=HOSTILE, text=HOSTILE, source=HOSTILE)])
    reply = client.get(f"/articles/{ARTICLES[0].id}")
    page = parse(reply.text)

    assert "<script>alert" not in reply.text
    assert page.one("h1").text == "\"'></title><script>alert(1)</script>{{7*7}}قلب"
    assert "\u202e" not in page.one("title").text
    (text,) = page.having("data-start")
    assert text.text == HOSTILE.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/مقال?a=1&b=2", True),
        ("http://example.org/", True),
        ("HTTPS://example.org/", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.org/", False),
        ("https:", False),
        ("https://[", False),
        (None, False),
    ],
)
def test_only_a_web_address_becomes_a_link(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, url: str | None, linked: bool
) -> None:
    show(monkeypatch, [replace(ARTICLES[0], url=url)])
    page = get(client, f"/articles/{ARTICLES[0].id}")

    assert (url in page.links()) is linked
    assert all(a.startswith(("/", "#")) for a in page.links() if a != url)


# An article's text.


def test_an_article_is_shown_in_its_own_language_and_direction(client: TestClient) -> None:
    page = get(client, "/articles/suez-canal-ar?lang=en")
    (text,) = page.having("data-length")

    assert (text.attributes["lang"], text.attributes["dir"]) == ("ar", "rtl")
    assert text.attributes["data-length"] == str(len(ARTICLES[0].text))
    assert page.one("h1").attributes["lang"] == "ar"


TEXTS = st.text(st.one_of(st.sampled_from("\n\n\n \t\r\x00\ud800𝒜😀قمة<&>\"'"), st.characters()))


@given(TEXTS)
def test_every_code_point_of_an_article_is_on_the_page_in_its_place(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        show(monkeypatch, [replace(ARTICLES[0], text=text)])
        client = TestClient(create_app(load_settings(), FakeService()))  # type: ignore[arg-type]
        page = get(client, f"/articles/{ARTICLES[0].id}")

    end = 0
    for element in page.having("data-start"):
        start = int(element.attributes["data-start"])
        assert not text[end:start].strip()
        end = start + len(element.text)
        for shown, stored in zip(element.text, text[start:end], strict=True):
            assert shown == stored or shown in (" ", "\ufffd")
    assert not text[end:].strip()


def test_a_line_that_stands_alone_looks_like_a_heading_and_a_list_stays_together() -> None:
    text = "مقدمة طويلة.\n\nفي بلاط بني أرتق\n\nخدم ملوكهم.\n\n1. ساعات\n2. أوانٍ"

    looks = [(text[p.start :][: len(p.text)], p.look) for p in paragraphs(text)]
    assert looks == [
        ("مقدمة طويلة.", ""),
        ("في بلاط بني أرتق", "short"),
        ("خدم ملوكهم.", ""),
        ("1. ساعات", ""),
        ("2. أوانٍ", "joined"),
    ]
