"""A reader of a news site asks, and follows the evidence to its place: with nothing faked."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.whole.conftest import NewsSite

pytestmark = pytest.mark.slow


@pytest.fixture
def news_at(dalil: str, news: tuple[NewsSite, str]) -> str:
    """The news site's address, once it has a server to ask."""
    assert news[0].dalil == dalil
    return news[1]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def _ask(page: Page, question: str) -> None:
    answers = page.locator("dalil-chat .tools")
    before = answers.count()
    box = page.locator("dalil-chat .composer textarea")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=30_000)


def _article(dalil: str, article_id: str) -> dict[str, Any]:
    return dict(httpx2.get(f"{dalil}/v1/articles/{article_id}", trust_env=False).json())


@pytest.mark.parametrize(
    ("lang", "question", "told"),
    [
        ("ar", "كم يبلغ ارتفاع الخزنة في البتراء؟", "نحو ٤٠ مترًا"),
        ("en", "When was resolution 2254 adopted?", "18 December 2015"),
    ],
)
def test_an_answer_leads_to_its_exact_place_in_the_article(
    page: Page, dalil: str, news_at: str, lang: str, question: str, told: str
) -> None:
    page.goto(f"{news_at}/{lang}")
    _ask(page, question)
    expect(page.locator("dalil-chat .log, dalil-chat [role=log]").first).to_contain_text(told)
    page.locator("dalil-chat .marker").first.click()
    mark = page.locator("dalil-chat mark")
    expect(mark).to_contain_text(told)
    quote = mark.inner_text()

    link = page.locator("dalil-chat .facts a").last.get_attribute("href")
    assert link
    place = re.fullmatch(rf"{re.escape(dalil)}/articles/([\w-]+)#chars=(\d+)-(\d+)", link)
    assert place, link
    article = _article(dalil, place[1])
    assert article["text"][int(place[2]) : int(place[3])] == quote
    page.goto(link)
    expect(page.locator("mark").first).to_be_visible()
    assert "".join(page.locator("mark").all_inner_texts()) == quote


def test_a_follow_up_is_understood_from_what_was_said(page: Page, news_at: str) -> None:
    page.goto(f"{news_at}/ar")
    _ask(page, "متى افتُتحت قناة السويس؟")
    _ask(page, "وكم يبلغ طولها؟")
    understood = page.locator("dalil-chat").get_by_text("فُهم السؤال هكذا")
    expect(understood).to_contain_text("قناة السويس")


def test_what_no_article_answers_is_said_so(page: Page, news_at: str) -> None:
    page.goto(f"{news_at}/ar")
    _ask(page, "ما سعر الذهب اليوم؟")
    expect(page.locator("dalil-chat")).to_contain_text("لم أجد في المقالات جوابًا")
    expect(page.locator("dalil-chat .marker")).to_have_count(0)


def test_a_site_that_is_not_listed_gets_no_answer(page: Page, news_at: str) -> None:
    elsewhere = news_at.replace("127.0.0.1", "localhost")
    page.goto(f"{elsewhere}/en")
    box = page.locator("dalil-chat .composer textarea")
    box.fill("When was resolution 2254 adopted?")
    box.press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.locator("dalil-chat .marker")).to_have_count(0)
