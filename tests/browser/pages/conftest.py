"""The pages as they are really served, and a browser that reads them."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from rag.settings import load_settings
from rag.types import Article
from server.app import create_app
from tests.server import fakes
from tests.server.fakes import FakeService
from tests.server.running import serving

KEY = "a-key-of-the-editors"
# Astral letters and emoji take two places in a browser's strings, and one in ours.
ASTRAL = Article(
    id="astral-ar",
    title="أبجديات 𐎀𐎁𐎂 من أوغاريت",
    text="نُقشت الأبجدية 𐎀𐎁𐎂 على ألواح 😀 من طين.\n\n"
    "ثم 𝒜 جاء الفينيقيون بأبجديتهم، وأخذها عنهم اليونان.\n"
    "- الألف\n- الباء\n\nواكتُشفت الألواح عام ١٩٢٨م في رأس شمرا 🏺 شمالي سوريا.",
    language="ar",
    url="https://example.org/ar/ugarit",
    published=date(2022, 3, 9),
)
LONG = replace(
    ASTRAL, id="long-ar", text="\n\n".join(f"الفقرة {n}. {ASTRAL.text}" for n in range(60))
)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's address; it has an editors' desk."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"), admin_key=KEY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes, "ARTICLES", (*fakes.ARTICLES, ASTRAL, LONG))
        with serving(create_app(settings, cast(Any, FakeService()))) as (host, port):
            yield f"http://{host}:{port}"


# For one module at a time: while Playwright runs, no other test could begin an event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Opens a page. What its policy forbids, what fails in it and what it asks of others
    is an error of the test's."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(address: str, *, at: str = site, script: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"locale": "ar", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        _watch(page, at, troubles)
        if script:
            page.add_init_script(script)
        page.goto(at + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _watch(page: Page, site: str, troubles: list[str]) -> None:
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: _note_error(troubles, said))
    page.on("request", lambda asked: _note_foreign(troubles, asked, site))
    page.on("response", lambda reply: _note_missing(troubles, reply))


def _note_error(troubles: list[str], said: ConsoleMessage) -> None:
    # Replies that fail are looked at below.
    if said.type == "error" and not said.text.startswith("Failed to load resource"):
        troubles.append(said.text)


def _note_foreign(troubles: list[str], asked: Request, site: str) -> None:
    if not asked.url.startswith((site, "data:")):
        troubles.append(f"asked for {asked.url}")


def _note_missing(troubles: list[str], reply: Response) -> None:
    # A page may be one that tells of an error, and the key of an editor may be wrong.
    part_of_a_page = "/assets/" in reply.url or "/widget" in reply.url
    if reply.status >= 500 or (part_of_a_page and reply.status >= 400):
        troubles.append(f"{reply.status} for {reply.url}")
