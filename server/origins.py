"""Which web sites' pages may ask: this server's own, and those that the settings list.

A browser tells the site of the page in `Origin`, and a page cannot change it. What comes
from another site is refused before it is read; what comes without an `Origin` comes from
no page. What editors do is never open to other sites.
"""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.editors import is_editing
from server.errors import error_response
from server.problem import Problem

_ADDRESSES = "/v1/"
_REFUSED = Problem(
    403, "origin_not_allowed", "pages of this site may not ask here; see DALIL_ALLOWED_ORIGINS"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}
# A browser hides other headers from a page of another site.
_EXPOSED = "Retry-After, X-Request-ID"


class Origins:
    """Pure ASGI middleware; `allowed` are exact origins, as browsers send them."""

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_ADDRESSES):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        if not origins or _is_own(scope, headers, origins):
            await self.app(scope, receive, _telling(send, None))
        elif not self._is_open(scope, headers, origins):
            await error_response(scope, _REFUSED)(scope, receive, _telling(send, None))
        elif _is_preflight(scope, headers):
            reply = Response(status_code=204, headers=_PREFLIGHT)
            await reply(scope, receive, _telling(send, origins[0]))
        else:
            await self.app(scope, receive, _telling(send, origins[0]))

    def _is_open(self, scope: Scope, headers: Headers, origins: list[str]) -> bool:
        method = scope["method"]
        if _is_preflight(scope, headers):
            method = headers["access-control-request-method"]
        known = len(origins) == 1 and origins[0] in self.allowed
        return known and not is_editing(method, scope["path"])


def _is_own(scope: Scope, headers: Headers, origins: list[str]) -> bool:
    """Whether a page of this server asks.

    Behind a proxy that ends TLS neither scheme nor host need be those that the browser
    sees. It says itself whether the two sites are one, in a header that no page can set.
    """
    if headers.getlist("sec-fetch-site") == ["same-origin"]:
        return True
    host = headers.get("host", "").lower()
    return bool(host) and origins == [f"{scope['scheme']}://{host}"]


def _is_preflight(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "OPTIONS" and "access-control-request-method" in headers


def _telling(send: Send, origin: str | None) -> Send:
    """`send`, with the headers that let a page of this origin read the reply."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Origin")
            if origin is not None:
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = _EXPOSED
        await send(message)

    return send_with_headers
