"""The first page in a browser: the widgets, the embed-code builder, the examples."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import OpenPage
from tests.server.pages import Parsed, parse

pytestmark = pytest.mark.slow


def _code(page: Page) -> Parsed:
    """What the lines that are copied make."""
    return parse(page.locator("#embed").text_content() or "")


def _preview(page: Page) -> dict[str, str]:
    """The attributes of the widget that shows them."""
    found: dict[str, str] = page.locator("#preview").evaluate(
        "e => Object.fromEntries([...e.attributes].map(({ name, value }) => [name, value]))"
    )
    return found


def test_both_chats_are_real_and_stand_in_the_page(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate("customElements.whenDefined('dalil-chat').then(() => {})")

    assert page.eval_on_selector_all(
        "dalil-chat", "all => all.map(e => Boolean(e.shadowRoot))"
    ) == [
        True,
        True,
    ]
    for chat in ("#ask", "#preview"):
        expect(page.locator(f"{chat} textarea")).to_be_visible()


def test_without_a_choice_the_code_is_two_bare_lines(open_page: OpenPage, site: str) -> None:
    page = open_page("/")

    expect(page.locator("#embed")).to_have_text(
        f'<script src="{site}/widget.js" async></script>\n<dalil-chat></dalil-chat>'
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_code_makes_what_the_preview_shows(
    open_page: OpenPage, site: str, language: str
) -> None:
    page = open_page(f"/?lang={language}")
    form = page.locator("#builder")
    form.locator("[name=lang]").select_option("en")
    form.locator("[name=theme]").select_option("dark")
    form.locator("[name=heading]").fill('اسأل "الجريدة" & <b>قرّاءها</b>')
    form.locator("[name=greeting]").fill("Ask 'us' > anything…")
    form.locator("[name=suggestions]").fill("من كتب؟\n\n  متى؟ | أين؟ \n</script>")
    form.locator("[name=mode]").select_option("inline")
    form.locator("[name=position]").select_option("start")
    form.locator("[name=digits]").select_option("latin")
    form.locator("[name=accent]").fill("#ffd400")
    for box in form.locator("[name=languages]").all():
        box.check()

    code, preview = _code(page), _preview(page)
    assert [element.name for element in code.elements] == ["script", "dalil-chat"]
    assert code.one("script").attributes == {"src": f"{site}/widget.js", "async": ""}
    made = code.one("dalil-chat").attributes
    assert preview == {**made, "id": "preview", "style": f"{made['style']};"}
    assert made["heading"] == 'اسأل "الجريدة" & <b>قرّاءها</b>'
    assert made["suggestions"] == "من كتب؟|متى؟|أين؟|</script>"
    assert made["languages"] == "ar,en"
    # Black stands out on yellow.
    assert made["style"] == "--dalil-accent: #ffd400; --dalil-accent-text: #000000"


def test_the_preview_changes_while_one_types(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    page.locator("#builder [name=heading]").press_sequentially("قناة")

    expect(page.locator("#preview")).to_have_attribute("heading", "قناة")
    expect(page.locator("#preview").get_by_text("قناة")).to_be_visible()


def test_the_preview_stays_in_the_page_whatever_the_code_says(open_page: OpenPage) -> None:
    page = open_page("/")

    assert "mode" not in _code(page).one("dalil-chat").attributes
    assert _preview(page)["mode"] == "inline"


def test_starting_again_takes_everything_back(open_page: OpenPage) -> None:
    page = open_page("/?lang=en")
    before = page.locator("#embed").text_content()
    page.locator("#builder [name=heading]").fill("Heading")
    page.locator("#builder [name=accent]").fill("#000080")
    page.get_by_role("button", name="Start again").click()

    expect(page.locator("#embed")).to_have_text(before or "")
    assert {**_preview(page), "style": ""} == {"id": "preview", "mode": "inline", "style": ""}
    assert not _preview(page).get("style")


def test_the_code_can_be_copied(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-copies=embed]").click()

    expect(page.locator("[data-copies=embed]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#embed").text_content()


def test_where_copying_is_forbidden_the_code_is_selected(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", script="navigator.clipboard.writeText = () => Promise.reject()")
    page.locator("[data-copies=curl]").click()

    expect(page.get_by_text("The browser did not let this page copy")).to_be_visible()
    assert page.evaluate("String(getSelection())").startswith("curl http")


def test_the_example_in_python_runs(open_page: OpenPage) -> None:
    example = open_page("/?lang=en").locator("#python").text_content() or ""
    asked = example.replace("Your question", "متى افتُتحت قناة السويس؟")
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", asked], capture_output=True, check=True, timeout=60
    ).stdout.decode()

    assert "افتُتحت قناة السويس في 17 نوفمبر 1869." in told
    assert "1 قناة السويس" in told


def test_the_example_for_the_shell_is_one_request(open_page: OpenPage, site: str) -> None:
    example = open_page("/").locator("#curl").text_content() or ""

    assert example == (
        f"curl {site}/v1/ask \\\n  -H 'Content-Type: application/json' \\\n"
        """  -d '{"question": "سؤالك"}'"""
    )
