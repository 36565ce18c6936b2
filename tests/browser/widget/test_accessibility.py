"""The widget can be used without a mouse, without sight, and on a small screen."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Embed, ask
from tests.browser.widget.samples import ABSTAINED, ARABIC, ENGLISH
from tests.browser.widget.scripted import Pause, Refusal, ScriptedServer, stream

pytestmark = pytest.mark.slow

GRAVE = {"serious", "critical"}


def grave_problems(page: Page) -> list[Any]:
    page.wait_for_timeout(200)
    found = Axe().run(page, context="dalil-chat").response["violations"]
    return [
        (problem["id"], node["html"])
        for problem in found
        if problem["impact"] in GRAVE
        for node in problem["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_axe_finds_nothing_grave(
    embed: Embed, server: ScriptedServer, lang: str, theme: str
) -> None:
    answers = [ARABIC, {**ENGLISH, "degraded": True}, ABSTAINED]
    server.script(*map(stream, answers), Refusal(503, "x", {"Retry-After": "60"}))
    page = embed(f'theme="{theme}" suggestions="One?|Two?"', lang=lang)
    assert grave_problems(page) == []
    page.locator("dalil-chat .launcher").click()
    assert grave_problems(page) == []
    for question in ("كم؟", "What?", "ما سعر الذهب؟"):
        ask(page, question)
    for why in page.locator("dalil-chat .why").all():
        why.click()
    page.locator("dalil-chat .tool.down").first.click()
    expect(page.locator("dalil-chat .comment").first).to_be_visible()
    page.locator("dalil-chat .composer textarea").fill("?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .retry")).to_be_visible()
    assert grave_problems(page) == []
    page.locator("dalil-chat .marker").first.click()
    expect(page.locator("dalil-chat mark")).to_be_visible()
    assert grave_problems(page) == []


def focused(page: Page) -> str:
    """What a screen reader would say has the focus."""
    return str(
        page.evaluate(
            """() => {
              const active = document.querySelector("dalil-chat").shadowRoot.activeElement;
              return active?.ariaLabel || active?.textContent || "";
            }"""
        )
    )


def press_until(page: Page, key: str, name: str) -> None:
    for _ in range(30):
        page.keyboard.press(key)
        if name in focused(page):
            return
    raise AssertionError(f"the focus never came to {name}")


def test_everything_can_be_done_with_the_keyboard(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('suggestions="What was it used for?"')
    press_until(page, "Tab", "Open the chat")
    page.keyboard.press("Enter")
    press_until(page, "Shift+Tab", "What was it used for?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .tools")).to_be_visible()
    press_until(page, "Tab", "Source 1")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat mark")).to_be_visible()
    press_until(page, "Tab", "Open in a page")
    page.keyboard.press("Escape")
    assert "Source 1" in focused(page)
    press_until(page, "Tab", "Not supported")
    page.keyboard.press("Space")
    expect(page.locator("dalil-chat .reason")).to_be_visible()
    press_until(page, "Tab", "Unhelpful answer")
    page.keyboard.press("Space")
    expect(page.locator("dalil-chat .comment")).to_be_visible()
    press_until(page, "Shift+Tab", "New chat")
    page.keyboard.press("Enter")
    assert focused(page) == "Your question"
    page.keyboard.press("Escape")
    assert focused(page) == "Open the chat"


def test_whatever_has_the_focus_shows_it(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    ask(page, "What?")
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
              const active = document.querySelector("dalil-chat").shadowRoot.activeElement;
              if (!active) return true;
              const shown = active.closest(".field") ?? active;
              return getComputedStyle(shown).outlineStyle !== "none";
            }"""
        )
        assert shown


def test_whole_sentences_are_told_politely_while_an_answer_grows(
    embed: Embed, server: ScriptedServer
) -> None:
    over: list[bool] = []
    pieces = ["The Treasury was ", "a tomb. [1] It is ", "hi", "gh. And", " old."]
    whole = {**ENGLISH, "answer": "".join(pieces), "sentences": []}
    events = stream(whole, pieces=pieces)
    server.script([*events[:-2], Pause(lambda: bool(over)), *events[-2:]])
    page = embed('mode="inline"')
    page.locator("dalil-chat .composer textarea").fill("What?")
    page.keyboard.press("Enter")
    log = page.locator("dalil-chat [role=log] p")
    expect(log.last).to_contain_text("It is high.")
    assert not any("And" in line for line in log.all_text_contents())
    over.append(True)
    expect(log.last).to_have_text("The answer is complete. Sources: 2.")
    told = log.all_text_contents()
    assert told[0] == "Searching the articles…"
    assert " ".join(told[1:-1]) == "The Treasury was a tomb. It is high. And old."


def test_the_answer_says_whether_it_is_still_coming(embed: Embed, server: ScriptedServer) -> None:
    over: list[bool] = []
    events = stream(ENGLISH)
    server.script([*events[:1], Pause(lambda: bool(over)), *events[1:]])
    page = embed('mode="inline"')
    page.locator("dalil-chat .composer textarea").fill("What?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .answer")).to_have_attribute("aria-busy", "true")
    over.append(True)
    expect(page.locator("dalil-chat .answer")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("mode", ["launcher", "inline"])
def test_a_screen_320_pixels_wide_needs_no_sideways_scrolling(
    embed: Embed, server: ScriptedServer, lang: str, mode: str
) -> None:
    long = {**ENGLISH, "answer": ENGLISH["answer"] + " " + "x" * 200 + "\n\n```\n" + "y" * 200}
    server.script(stream(ARABIC), stream(long), stream(ABSTAINED))
    screen = {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"}
    page = embed(f'mode="{mode}"', lang=lang, **screen)
    if mode == "launcher":
        page.locator("dalil-chat .launcher").click()
        box = page.locator("dalil-chat .panel").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 320, "height": 640}
    for question in ("كم؟", "What?", "?"):
        ask(page, question)
    page.locator("dalil-chat .tool.down").first.click()
    too_wide = """() => {
      const { shadowRoot } = document.querySelector("dalil-chat");
      const inside = shadowRoot.querySelectorAll(".scroller, .head, .article, .composer");
      return [document.documentElement, ...inside]
        .filter((part) => part.scrollWidth > part.clientWidth)
        .map((part) => part.className);
    }"""
    assert page.evaluate(too_wide) == []
    page.locator("dalil-chat .marker").first.click()
    expect(page.locator("dalil-chat mark")).to_be_visible()
    assert page.evaluate(too_wide) == []


@pytest.mark.parametrize(("touch", "least"), [(False, 40), (True, 44)])
def test_targets_are_large_enough(
    embed: Embed, server: ScriptedServer, touch: bool, least: int
) -> None:
    server.script(stream(ARABIC))
    page = embed("", lang="ar", has_touch=touch, is_mobile=touch)
    page.locator("dalil-chat .launcher").click()
    ask(page, "كم؟")
    page.locator("dalil-chat .tool.up").click()
    expect(page.locator("dalil-chat .comment")).to_be_visible()
    small = page.locator("dalil-chat .root").evaluate(
        """(root, least) => [...root.querySelectorAll("button, a")]
          .filter((node) => node.offsetParent && !node.matches(".marker, .why"))
          .filter((node) => node.offsetWidth < least || node.offsetHeight < least)
          .map((node) => node.outerHTML)""",
        least,
    )
    assert small == []
    # In a line of text a target is as high as the line allows, and reaches beyond what is seen.
    marker = page.locator("dalil-chat .marker").first.evaluate(
        "node => parseFloat(getComputedStyle(node, '::after').height)"
    )
    assert marker >= 40


def test_nothing_moves_for_those_who_want_it_still(embed: Embed, server: ScriptedServer) -> None:
    server.script([*stream(ENGLISH)[:1], Pause(lambda: False)])
    page = embed("", reduced_motion="reduce")
    page.locator("dalil-chat .launcher").click()
    page.locator("dalil-chat .composer textarea").fill("What?")
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .dots")).to_be_visible()
    running = (
        "document.querySelector('dalil-chat').shadowRoot.getAnimations({subtree: true}).length"
    )
    assert page.evaluate(running) == 0
