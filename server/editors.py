"""Who may edit: whoever sends the settings' key as a bearer token.

Without a key in the settings nobody may, and the editors' addresses do not exist. What is
done at these addresses is `routes/editing.py`'s and `routes/feedback.py`'s job.
"""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import Scope

from server.errors import NOT_FOUND, RefusedError
from server.problem import Problem

_SCHEME = "bearer"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_REQUIRED = Problem(
    401, "key_required", "this address is for editors: send 'Authorization: Bearer KEY'"
)
_WRONG = Problem(401, "key_wrong", "this is not the editors' key; it is DALIL_ADMIN_KEY")
_ARTICLES = "/v1/articles"
_LISTS = ("/v1/uploads", "/v1/unanswered", "/v1/status")

# FastAPI's own check tells nothing of why it refuses; it is here for the documentation.
_DOCUMENTED = HTTPBearer(auto_error=False, description="the value of DALIL_ADMIN_KEY")


class Editors:
    """Knows the key. Neither its value nor its length is ever shown."""

    def __init__(self, key: SecretStr | None) -> None:
        self._key = key

    @property
    def exist(self) -> bool:
        """Whether anybody may edit."""
        return self._key is not None

    def refusal(self, headers: Headers) -> RefusedError | None:
        """Why a request with these headers may not edit; None if it may."""
        if self._key is None:
            return RefusedError(NOT_FOUND)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != _SCHEME or not given.strip():
            return RefusedError(_REQUIRED, _CHALLENGE)
        # Starlette reads headers as Latin-1; the bytes are what was sent.
        sent = given.strip().encode("latin-1")
        if hmac.compare_digest(sent, self._key.get_secret_value().encode()):
            return None
        return RefusedError(_WRONG, _CHALLENGE)


async def require_editor(
    request: Request,
    _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_DOCUMENTED)],
) -> None:
    """A dependency that lets editors through. Raises RefusedError."""
    editors: Editors = request.app.state.editors
    if refusal := editors.refusal(request.headers):
        raise refusal


def is_upload(scope: Scope) -> bool:
    """Whether a request sends a file, which may be larger than other bodies."""
    return bool(scope["method"] == "POST" and scope["path"] == _ARTICLES)


def is_editing(method: str, path: str) -> bool:
    """Whether an address is for editors only; a test holds it and the routes together."""
    if path == "/v1/feedback":
        return method == "GET"
    if path == _ARTICLES or path.startswith(f"{_ARTICLES}/"):
        return method in ("POST", "DELETE")
    return any(path == address or path.startswith(f"{address}/") for address in _LISTS)
