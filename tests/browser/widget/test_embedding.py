"""What a page can say of the widget, and what the widget tells the page."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Embed, ask
from tests.browser.widget.samples import ARABIC, ENGLISH
from tests.browser.widget.scripted import Pause, Refusal, ScriptedServer, event, stream

pytestmark = pytest.mark.slow

EVENTS = """
window.told = [];
for (const name of ["dalil-answer", "dalil-error", "dalil-open", "dalil-close"])
  addEventListener(name, (event) => told.push([name, event.detail, event.composed]));
"""


def heading(page: Page) -> str:
    return page.locator("dalil-chat h2").first.inner_text()


@pytest.mark.parametrize(
    ("page_lang", "attributes", "direction"),
    [
        ("ar", "", "rtl"),
        ("en", "", "ltr"),
        ("en", 'lang="ar"', "rtl"),
        ("ar-MA", 'lang="auto"', "rtl"),
        ("fr", "", "ltr"),
    ],
)
def test_the_interface_speaks_the_pages_language(
    embed: Embed, page_lang: str, attributes: str, direction: str
) -> None:
    page = embed(f'mode="inline" {attributes}', lang=page_lang)
    expect(page.locator("dalil-chat .root")).to_have_attribute("dir", direction)
    assert heading(page) == {"rtl": "اسأل «دليل»", "ltr": "Ask Dalil"}[direction]


@pytest.mark.parametrize(
    ("lang", "digits", "shown"),
    [
        ("ar", "", "١"),
        ("ar-MA", "", "1"),
        ("en", "", "1"),
        ("ar", "latin", "1"),
        ("en", "arabic", "١"),
    ],
)
def test_markers_have_the_readers_digits(
    embed: Embed, server: ScriptedServer, lang: str, digits: str, shown: str
) -> None:
    server.script(stream(ARABIC))
    page = embed(f'mode="inline" digits="{digits}"', lang=lang)
    ask(page, "كم؟")
    expect(page.locator("dalil-chat .marker").first).to_have_text(shown)
    expect(page.locator("dalil-chat .text")).to_contain_text("٤٠ مترًا")


def test_texts_and_suggestions_come_from_the_page(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline" heading="The <b>Daily</b>" greeting="Hi." suggestions="A? | B?|"')
    assert heading(page) == "The <b>Daily</b>"
    expect(page.locator("dalil-chat .empty")).to_contain_text("Hi.")
    page.get_by_role("button", name="B?").click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()
    assert server.asked[0]["question"] == "B?"
    assert server.asked[0]["stream"] is True
    assert "filters" not in server.asked[0]


def test_filters_go_with_each_question(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed(
        'mode="inline" languages="ar, en" sources="The Daily" article-ids="petra-ar,,petra-en" '
        'published-from="2020-01-01" published-to="2021-12-31"'
    )
    ask(page, "What?")
    assert server.asked[0]["filters"] == {
        "languages": ["ar", "en"],
        "sources": ["The Daily"],
        "article_ids": ["petra-ar", "petra-en"],
        "published_from": "2020-01-01",
        "published_to": "2021-12-31",
    }


def test_an_attribute_may_change_at_any_time(embed: Embed, server: ScriptedServer) -> None:
    over: list[bool] = []
    events = stream(ENGLISH)
    server.script([*events[:2], Pause(lambda: bool(over)), *events[2:]])
    page = embed('mode="inline"')
    page.locator("dalil-chat .composer textarea").fill("What was it used for?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .text")).to_contain_text("The Treasury")
    page.locator("dalil-chat .composer textarea").fill("A draft")
    page.evaluate("document.querySelector('dalil-chat').lang = 'ar'")
    assert heading(page) == "اسأل «دليل»"
    expect(page.locator("dalil-chat .composer textarea")).to_have_value("A draft")
    over.append(True)
    expect(page.locator("dalil-chat .tools")).to_be_visible()
    expect(page.locator("dalil-chat .marker").first).to_have_text("١")


def test_two_scripts_and_two_elements_get_along(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    body = "<dalil-chat mode='inline'></dalil-chat><dalil-chat mode='inline'></dalil-chat>"
    page = embed(body=body, head='<script src="/widget.js" async></script>')
    first, second = page.locator("dalil-chat").nth(0), page.locator("dalil-chat").nth(1)
    first.locator(".composer textarea").fill("What?")
    page.keyboard.press("Enter")
    expect(first.locator(".tools")).to_be_visible()
    expect(second.locator(".turns > li")).to_have_count(0)
    page.reload()
    expect(first.locator(".tools")).to_be_visible()
    expect(second.locator(".turns > li")).to_have_count(0)


def test_a_conversation_outlives_a_change_of_page(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH), stream(ARABIC))
    page = embed('mode="inline"')
    ask(page, "What was it used for?")
    page.get_by_role("button", name="Helpful answer", exact=True).click()
    before = page.locator("dalil-chat .turns").inner_text()
    expect(page.locator("dalil-chat .tool.up")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    assert page.locator("dalil-chat .text").inner_text() in before
    expect(page.locator("dalil-chat .tool.up")).to_have_attribute("aria-pressed", "true")
    ask(page, "كم؟")
    assert server.asked[-1]["history"][0]["content"] == "What was it used for?"


def test_an_answer_that_was_left_in_the_middle_can_be_asked_for_again(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script([*stream(ENGLISH)[:2], Pause(lambda: False)], stream(ENGLISH))
    page = embed('mode="inline"')
    page.locator("dalil-chat .composer textarea").fill("What?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .text")).to_contain_text("The Treasury")
    page.reload()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()


@pytest.mark.parametrize(
    "stored",
    [
        "{",
        "[]",
        json.dumps({"version": "0", "turns": []}),
        json.dumps({"version": "1", "turns": [{"question": 1}]}),
        json.dumps({"version": "1", "turns": [{"question": "<img src=x>", "state": "done"}]}),
    ],
)
def test_what_does_not_belong_into_the_storage_is_passed_over(embed: Embed, stored: str) -> None:
    store = f"sessionStorage.setItem('dalil:' + location.origin + ':0', {json.dumps(stored)})"
    page = embed('mode="inline"', script=store)
    expect(page.locator("dalil-chat .empty")).to_be_visible()
    expect(page.locator("dalil-chat .turns > li")).to_have_count(0)


def test_without_storage_the_widget_works_all_the_same(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ENGLISH))
    deny = "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no'); } });"
    page = embed('mode="inline"', script=deny)
    ask(page, "What?")
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")


def test_the_launcher_opens_and_closes_the_chat(embed: Embed) -> None:
    page = embed("", script=EVENTS)
    launcher = page.locator("dalil-chat .launcher")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(page.locator("dalil-chat .panel")).to_be_hidden()
    launcher.click()
    expect(page.get_by_role("dialog", name="Ask Dalil")).to_be_visible()
    expect(page.locator("dalil-chat .composer textarea")).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("dalil-chat .panel")).to_be_hidden()
    expect(launcher).to_be_focused()
    launcher.click()
    page.get_by_role("button", name="Close the chat").click()
    names = [name for name, _, composed in page.evaluate("told") if composed]
    assert names == ["dalil-open", "dalil-close"] * 2


@pytest.mark.parametrize(
    ("lang", "position", "side"),
    [("en", "end", "right"), ("en", "start", "left"), ("ar", "", "left"), ("ar", "start", "right")],
)
def test_the_launcher_stands_in_a_logical_corner(
    embed: Embed, lang: str, position: str, side: str
) -> None:
    page = embed(f'position="{position}"', lang=lang)
    box = page.locator("dalil-chat .launcher").bounding_box()
    assert box
    assert page.viewport_size
    left = box["x"] + box["width"] / 2 < page.viewport_size["width"] / 2
    assert ("left" if left else "right") == side
    assert box["x"] == 20 or box["x"] + box["width"] == page.viewport_size["width"] - 20


def test_custom_properties_change_the_looks(embed: Embed) -> None:
    page = embed('mode="inline"')
    page.evaluate(
        """() => {
          const { style } = document.querySelector("dalil-chat");
          style.setProperty("--dalil-accent", "rgb(1, 2, 3)");
          style.setProperty("--dalil-height", "400px");
          style.setProperty("--dalil-width", "333px");
          style.setProperty("--dalil-font-size", "20px");
        }"""
    )
    panel = page.locator("dalil-chat .panel")
    assert panel.evaluate("panel => [panel.offsetWidth, panel.offsetHeight]") == [333, 400]
    assert panel.evaluate("panel => getComputedStyle(panel).fontSize") == "20px"
    color = page.locator("dalil-chat .emblem").evaluate("node => getComputedStyle(node).color")
    assert color == "rgb(1, 2, 3)"


@pytest.mark.parametrize(
    ("scheme", "theme", "dark"),
    [("dark", "", True), ("light", "", False), ("dark", "light", False), ("light", "dark", True)],
)
def test_the_theme_is_the_readers_or_the_pages(
    embed: Embed, scheme: str, theme: str, dark: bool
) -> None:
    page = embed(f'mode="inline" theme="{theme}"', color_scheme=scheme)
    surface = page.locator("dalil-chat .panel").evaluate(
        "panel => getComputedStyle(panel).backgroundColor"
    )
    assert surface == ("rgb(18, 22, 26)" if dark else "rgb(253, 252, 250)")


def test_the_page_is_told_of_answers_and_of_trouble(embed: Embed, server: ScriptedServer) -> None:
    busy = Refusal(429, "too_many", {"Retry-After": "1"})
    server.script(stream(ENGLISH), busy)
    page = embed('mode="inline"', script=EVENTS)
    ask(page, "What?")
    page.locator("dalil-chat .composer textarea").fill("More?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .trouble")).to_be_visible()
    (name, detail, composed), trouble = page.evaluate("told")
    assert (name, composed, detail["id"]) == ("dalil-answer", True, "en1")
    assert (detail["question"], detail["answer"]) == ("What?", ENGLISH["answer"])
    assert trouble == [
        "dalil-error",
        {"question": "More?", "kind": "busy", "code": "too_many"},
        True,
    ]


def test_an_element_that_goes_stops_its_answer(embed: Embed, server: ScriptedServer) -> None:
    server.script([event("passages", {"passages": []}), Pause(lambda: False)])
    page = embed('mode="inline"', script=EVENTS)
    page.locator("dalil-chat .composer textarea").fill("What?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .thinking")).to_contain_text("Writing the answer…")
    with page.expect_event("requestfailed") as failed:
        page.evaluate("document.querySelector('dalil-chat').remove()")
    assert failed.value.url.endswith("/v1/ask")


def test_an_endpoint_that_is_no_address_is_refused_loudly(embed: Embed) -> None:
    page = embed(body="<main></main>")
    told = page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("error", (event) => { event.preventDefault(); resolve(event.message); });
          const chat = document.createElement("dalil-chat");
          chat.setAttribute("endpoint", "javascript:alert(1)");
          document.body.append(chat);
        })"""
    )
    assert "the endpoint is no http or https address" in told
