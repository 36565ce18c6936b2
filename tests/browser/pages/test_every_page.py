"""What holds for each page in a browser: accessible, narrow enough, light and dark, quiet."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import ASTRAL, KEY, OpenPage

pytestmark = pytest.mark.slow

PAGES = {
    "home": "/",
    "list": "/articles",
    "search": "/articles?q=قناة+السويس",
    "bad-search": "/articles?q=؟؟",
    "article": f"/articles/{ASTRAL.id}",
    "highlight": f"/articles/{ASTRAL.id}#chars=3-60",
    "missing": "/articles/none",
    "key": "/admin",
    "desk": "/admin",
}
LANGUAGES = ["ar", "en"]
WITH_KEY = f"sessionStorage.setItem('dalil-editors-key', '{KEY}')"
NARROW = {"viewport": {"width": 320, "height": 640}}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(253, 252, 250)", "rgb(18, 22, 26)"


def _open(open_page: OpenPage, name: str, language: str, **options: Any) -> Page:
    address, _, place = PAGES[name].partition("#")
    address += f"{'&' if '?' in address else '?'}lang={language}"
    script = WITH_KEY if name == "desk" else ""
    page = open_page(f"{address}#{place}" if place else address, script=script, **options)
    if name == "home":
        expect(page.locator("#preview textarea")).to_be_visible()
    if name == "desk":
        expect(page.locator("#feedback p").first).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(
    open_page: OpenPage, name: str, language: str, scheme: str
) -> None:
    page = _open(open_page, name, language, color_scheme=scheme, reduced_motion="reduce")
    found = Axe().run(page).response["violations"]

    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_phone(open_page: OpenPage, name: str, language: str) -> None:
    page = _open(open_page, name, language, **NARROW)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_page_is_dark_where_the_device_is(open_page: OpenPage) -> None:
    assert open_page("/articles", color_scheme="dark").evaluate(BACKGROUND) == DARK
    assert open_page("/articles", color_scheme="light").evaluate(BACKGROUND) == LIGHT


def test_a_theme_that_was_chosen_stays(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", color_scheme="light")
    button = page.get_by_role("button", name="Dark theme")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#ask")).to_have_attribute("theme", "dark")
    page.goto(page.url.replace("/?", "/articles?"))

    assert page.evaluate(BACKGROUND) == DARK
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert page.evaluate(BACKGROUND) == LIGHT


def test_the_content_comes_first_for_whoever_asks_for_it(open_page: OpenPage) -> None:
    page = open_page("/articles?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("name", ["list", "search", "article"])
def test_a_page_can_be_read_without_scripts(open_page: OpenPage, name: str) -> None:
    page = _open(open_page, name, "ar", java_script_enabled=False)

    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("قناة" if name != "article" else "أوغاريت")
