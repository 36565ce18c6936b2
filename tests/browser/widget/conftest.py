"""A browser, a scripted server, and pages that embed the widget."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.widget.samples import ARTICLES
from tests.browser.widget.scripted import ScriptedServer
from tests.server.running import serving

Embed = Callable[..., Page]

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>News</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
{head}<script src="/widget.js" async></script></head><body>{body}</body></html>"""


# For one module at a time: while Playwright runs, no other test could begin an event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def _address() -> Iterator[tuple[ScriptedServer, str]]:
    server = ScriptedServer()
    with serving(server) as (host, port):
        yield server, f"http://{host}:{port}"


@pytest.fixture
def server(_address: tuple[ScriptedServer, str]) -> ScriptedServer:
    """The server, without anything of the test before."""
    server, _ = _address
    server.forget()
    server.articles.update(ARTICLES)
    return server


def ask(page: Page, question: str) -> None:
    """Write a question, send it, and wait until its answer is whole."""
    answers = page.locator("dalil-chat .tools")
    before = answers.count()
    box = page.locator("dalil-chat .composer textarea")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1)


@pytest.fixture
def embed(
    chromium: Browser, server: ScriptedServer, _address: tuple[ScriptedServer, str]
) -> Iterator[Embed]:
    """Opens a page that embeds `<dalil-chat …>`; an error of the widget's fails the test."""
    contexts = []
    errors: list[str] = []

    def open_page(
        attributes: str = 'mode="inline"',
        *,
        lang: str = "en",
        head: str = "",
        body: str = "<main><dalil-chat {attributes}></dalil-chat></main>",
        script: str = "",
        **options: object,
    ) -> Page:
        server.page = _PAGE.format(
            lang=lang, head=head, body=body.replace("{attributes}", attributes)
        )
        context = chromium.new_context(locale=lang, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(_address[1])
        page.evaluate("customElements.whenDefined('dalil-chat').then(() => {})")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
