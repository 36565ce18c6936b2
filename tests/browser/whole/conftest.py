"""A news site, and on another address a server over the seeds with the bundled model."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from embeddings.calibrated import CalibratedEncoder
from rag.compose import open_service_and_ingester
from rag.settings import load_settings
from server.app import create_app
from tests.server.running import serving

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>News</title>
<link rel="icon" href="data:,"><script src="{dalil}/widget.js" async></script></head>
<body><main><h1>News</h1><dalil-chat mode="inline"></dalil-chat></main></body></html>"""
_POLICY = "default-src 'none'; img-src data:; script-src {dalil}; connect-src {dalil}"


class NewsSite:
    """A page that embeds the widget, under a policy that allows nothing else."""

    def __init__(self) -> None:
        self.dalil = ""
        self.app = Starlette(routes=[Route("/{lang}", self._page)])

    async def _page(self, request: Request) -> HTMLResponse:
        page = _PAGE.format(lang=request.path_params["lang"], dalil=self.dalil)
        policy = _POLICY.format(dalil=self.dalil)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})


@pytest.fixture(scope="module")
def news() -> Iterator[tuple[NewsSite, str]]:
    """The news site, and its address."""
    site = NewsSite()
    with serving(site.app) as (host, port):
        yield site, f"http://{host}:{port}"


@pytest.fixture(scope="module")
def dalil(
    news: tuple[NewsSite, str],
    encoder: CalibratedEncoder,
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a server that lets the news site ask."""
    site, address = news
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(home=home, allowed_origins=(address,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.compose.open_encoder", lambda _settings: encoder)
        service, ingester = open_service_and_ingester(settings)
        ingester.ingest([str(root / "seeds")])
        with serving(create_app(settings, service)) as (host, port):
            site.dalil = f"http://{host}:{port}"
            yield site.dalil
        ingester.close()
        service.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one module at a time: while it runs, no other test could begin an event loop."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
