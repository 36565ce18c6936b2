"""`/widget.js`, `/widget/{name}.js` and `/assets/{name}`: the scripts and styles, as they are.

The files are read and packed once, when the server starts, and a request's name is looked
up among them: no path from a request reaches the file system. The widget is for any site,
for it is public code; the pages' own files are not.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

_SERVER = Path(__file__).parent.parent
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_CACHING = {"Cache-Control": "public, max-age=300"}
_FOR_ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_LOADER = "widget.js"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file's bytes, the same packed by gzip, their kind, and a tag that changes with them."""

    body: bytes
    packed: bytes
    media_type: str
    etag: str


def read_assets(folder: Path) -> Mapping[str, Asset]:
    """The files of a folder that may be served, by name."""
    return {
        path.name: _asset(path)
        for path in sorted(folder.glob("*"))
        if path.suffix in _TYPES and path.is_file()
    }


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, mtime=0)
    return Asset(body, packed, _TYPES[path.suffix], f'"{sha256(body).hexdigest()[:32]}"')


_WIDGET = read_assets(_SERVER / "widget")
_PAGES = read_assets(_SERVER / "pages" / "static")

router = APIRouter(include_in_schema=False)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget_loader(request: Request) -> Response:
    return _reply(request, _WIDGET, _LOADER, _FOR_ANY_SITE)


@router.api_route("/widget/{name}", methods=["GET", "HEAD"])
async def widget_module(name: str, request: Request) -> Response:
    if name == _LOADER:
        raise HTTPException(404)
    return _reply(request, _WIDGET, name, _FOR_ANY_SITE)


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
async def page_asset(name: str, request: Request) -> Response:
    return _reply(request, _PAGES, name, {})


def _reply(
    request: Request, assets: Mapping[str, Asset], name: str, headers: Mapping[str, str]
) -> Response:
    asset = assets.get(name)
    if asset is None:
        raise HTTPException(404)
    # The tag is weak, for it is the same however the file is packed.
    told = {**headers, **_CACHING, "ETag": f"W/{asset.etag}", "Vary": "Accept-Encoding"}
    if _has_it(request.headers.get("if-none-match", ""), asset.etag):
        return Response(status_code=304, headers=told)
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        told["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=told)
    return Response(asset.body, media_type=asset.media_type, headers=told)


def _takes_gzip(accept_encoding: str) -> bool:
    """ "br, gzip;q=0.8" → True; "gzip;q=0" and "" → False."""
    for offer in accept_encoding.lower().split(","):
        name, _, quality = offer.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has_it(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
