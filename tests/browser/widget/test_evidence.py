"""A marker opens the article with the quote highlighted, or says why it cannot."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Embed, ask
from tests.browser.widget.samples import ABSTAINED, ARABIC, ARTICLES, LISTED_AR, VISITORS_AR
from tests.browser.widget.scripted import ScriptedServer, stream

pytestmark = pytest.mark.slow


@pytest.fixture
def page(embed: Embed, server: ScriptedServer) -> Page:
    server.script(stream(ARABIC))
    page = embed('mode="inline"', lang="ar")
    ask(page, "كم يبلغ ارتفاع الخزنة؟")
    return page


def test_a_marker_opens_the_article_with_the_quote_highlighted(page: Page) -> None:
    page.locator("dalil-chat .marker").nth(1).click()
    mark = page.locator("dalil-chat mark")
    # Emoji before it and letters beyond the first plane behind it: UTF-16 would be off.
    expect(mark).to_have_text(LISTED_AR)
    article = page.locator("dalil-chat .article")
    expect(article.locator("h3")).to_have_text(ARTICLES["petra-ar"]["title"])
    expect(article.locator("time")).to_have_text("٥ أبريل ٢٠٢١")
    expect(article.locator(".body")).to_have_attribute("dir", "rtl")
    expect(article.locator(".body")).to_have_attribute("lang", "ar")
    assert article.locator(".body p").count() == 4


def test_the_quote_is_in_the_middle_and_the_page_does_not_move(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ARABIC))
    body = "<main><dalil-chat {attributes}></dalil-chat><p>" + "<br>x" * 200 + "</p></main>"
    page = embed('mode="inline"', lang="ar", body=body)
    ask(page, "كم؟")
    before = page.evaluate("scrollY")
    page.locator("dalil-chat .marker").nth(1).click()
    mark = page.locator("dalil-chat mark").bounding_box()
    article = page.locator("dalil-chat .article").bounding_box()
    assert mark
    assert article
    middle = article["y"] + article["height"] / 2
    assert mark["y"] < middle < mark["y"] + mark["height"] + 60
    assert page.evaluate("scrollY") == before


def test_the_evidence_links_to_its_own_place_and_to_the_original(page: Page) -> None:
    page.locator("dalil-chat .marker").nth(1).click()
    expect(page.locator("dalil-chat mark")).to_be_visible()
    hrefs = [link.get_attribute("href") for link in page.locator("dalil-chat .facts a").all()]
    cited = ARABIC["citations"][1]
    assert hrefs == [
        "https://example.org/ar/petra-ar",
        f"{page.url}articles/petra-ar#chars={cited['start']}-{cited['end']}",
    ]


def test_a_quote_that_is_not_at_its_place_is_not_highlighted(
    embed: Embed, server: ScriptedServer
) -> None:
    changed = {**ARTICLES["petra-ar"], "text": "🏛️ مقدمة جديدة. " + ARTICLES["petra-ar"]["text"]}
    server.articles["petra-ar"] = changed
    server.script(stream(ARABIC))
    page = embed('mode="inline"', lang="ar")
    ask(page, "كم؟")
    page.locator("dalil-chat .marker").nth(1).click()
    expect(page.locator("dalil-chat .changed")).to_contain_text("تغيّر نص المقال")
    expect(page.locator("dalil-chat .changed blockquote")).to_have_text(LISTED_AR)
    expect(page.locator("dalil-chat .body")).to_contain_text("مقدمة جديدة")
    assert page.locator("dalil-chat mark").count() == 0


def test_a_quote_over_several_paragraphs_is_highlighted_in_each(
    embed: Embed, server: ScriptedServer
) -> None:
    text = "Before.\nOne 😀 line.\n\nAnother line. After."
    quote = "One 😀 line.\n\nAnother line."
    server.articles["petra-en"] = {**ARTICLES["petra-en"], "text": text}
    place = {**ARABIC["citations"][2], "marker": 1, "quote": quote}
    place |= {"start": text.index(quote), "end": text.index(quote) + len(quote)}
    server.script(stream({**ARABIC, "answer": "هكذا. [1]", "sentences": [], "citations": [place]}))
    page = embed('mode="inline"', lang="ar")
    ask(page, "كم؟")
    page.locator("dalil-chat .marker").click()
    expect(page.locator("dalil-chat mark")).to_have_text(["One 😀 line.", "Another line."])
    expect(page.locator("dalil-chat .body")).to_have_attribute("dir", "ltr")


def test_the_focus_goes_into_the_evidence_and_back(page: Page) -> None:
    marker = page.locator("dalil-chat .marker").nth(1)
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .tool.back")).to_be_focused()
    dialog = page.get_by_role("dialog", name=f"المصدر ٢: {ARTICLES['petra-ar']['title']}")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(marker).to_be_focused()


def test_behind_the_evidence_nothing_can_be_reached(page: Page) -> None:
    page.locator("dalil-chat .marker").first.click()
    expect(page.locator("dalil-chat mark")).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        inside = "document.querySelector('dalil-chat').shadowRoot.activeElement?.closest('.chat')"
        assert page.evaluate(f"{inside} ?? null") is None


def test_an_article_that_is_gone_is_told_and_can_be_asked_for_again(
    page: Page, server: ScriptedServer
) -> None:
    article = server.articles.pop("petra-ar")
    page.locator("dalil-chat .marker").first.click()
    expect(page.locator("dalil-chat .evidence .trouble")).to_have_text("لم يعد هذا المقال موجودًا.")
    server.articles["petra-ar"] = article
    page.locator("dalil-chat .evidence .button").click()
    expect(page.locator("dalil-chat mark")).to_be_visible()


def test_related_passages_open_at_their_place(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ABSTAINED))
    page = embed('mode="inline"', lang="ar")
    ask(page, "ما سعر الذهب اليوم؟")
    expect(page.locator("dalil-chat .answer h3")).to_have_text(
        "مقاطع قريبة من السؤال، وليست دليلًا على جواب"
    )
    page.locator("dalil-chat .open").first.click()
    expect(page.locator("dalil-chat mark")).to_have_text(VISITORS_AR)
