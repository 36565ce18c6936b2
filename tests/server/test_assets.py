"""The scripts and styles: what is served, to whom, how it is cached, and what is not served."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

SERVER = Path(__file__).parent.parent.parent / "server"
STATIC = sorted((SERVER / "pages" / "static").iterdir())
MODULES = sorted(path for path in (SERVER / "widget").glob("*.js") if path.name != "widget.js")
PAGE_SCRIPTS = [path for path in STATIC if path.suffix == ".js"]
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
IMPORTED = re.compile(r'^(?:import|export|}).* from "(\./[^"]+)";', re.MULTILINE)
MAKES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.cssText"
)


def _name(path: Path) -> str:
    return path.name


def test_there_are_files_to_serve() -> None:
    assert (SERVER / "widget" / "widget.js").is_file()
    assert MODULES
    assert {path.suffix for path in STATIC} == set(TYPES)


@pytest.mark.parametrize("path", STATIC, ids=_name)
def test_a_page_s_file_is_served_as_it_is_and_to_its_own_pages(
    client: TestClient, path: Path
) -> None:
    reply = client.get(f"/assets/{path.name}")

    assert (reply.status_code, reply.content) == (200, path.read_bytes())
    assert reply.headers["content-type"] == TYPES[path.suffix]
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("path", [SERVER / "widget" / "widget.js", *MODULES], ids=_name)
def test_the_widget_is_served_to_any_site(client: TestClient, path: Path) -> None:
    address = "/widget.js" if path.name == "widget.js" else f"/widget/{path.name}"
    reply = client.get(address, headers={"Origin": "https://news.example"})

    assert (reply.status_code, reply.content) == (200, path.read_bytes())
    assert reply.headers["content-type"] == TYPES[".js"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("address", ["/widget.js", "/assets/site.css"])
def test_a_file_that_a_browser_has_is_not_sent_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["etag"]

    for wanted in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = client.get(address, headers={"If-None-Match": wanted})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == "public, max-age=300"
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*"])
def test_a_file_is_packed_for_a_browser_that_takes_it(client: TestClient, accepted: str) -> None:
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    packed = client.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_a_file_is_not_packed_for_a_browser_that_does_not_take_it(
    client: TestClient, accepted: str
) -> None:
    reply = client.get("/assets/site.css", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in reply.headers


def test_a_file_can_be_asked_for_without_its_body(client: TestClient) -> None:
    reply = client.head("/widget.js")

    assert (reply.status_code, reply.content) == (200, b"")
    assert int(reply.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "address",
    [
        "/assets/",
        "/assets/nothing.js",
        "/assets/../pages.py",
        "/assets/..%2frendering.py",
        "/assets/..%2f..%2fapp.py",
        "/assets/%2fetc%2fpasswd",
        "/assets/%00site.css",
        "/assets/templates",
        "/widget/widget.js",
        "/widget/types.d.ts",
        "/widget/..%2fapp.py",
        "/widget/..%5capp.py",
    ],
)
def test_nothing_else_is_served(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", [*PAGE_SCRIPTS, *MODULES], ids=_name)
def test_what_a_module_imports_is_served(client: TestClient, path: Path) -> None:
    folder = "assets" if path in PAGE_SCRIPTS else "widget"
    for name in IMPORTED.findall(path.read_text("utf-8")):
        assert client.get(f"/{folder}/{name.removeprefix('./')}").status_code == 200, name


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=_name)
def test_no_script_of_the_pages_makes_markup_of_text(path: Path) -> None:
    assert not MAKES_MARKUP.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", STATIC, ids=_name)
def test_a_file_of_the_pages_is_short_enough_to_read(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 260
    assert path.suffix == ".svg" or lines[0].startswith("/*")
