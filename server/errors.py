"""The one shape of every error reply, and which error becomes which reply.

`{"error": {"code": "…", "message": "…", "request_id": "…"}}`, always under 1 KB. Nothing
that a client sent is echoed beyond the names of fields, and nothing internal is told.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from rag.errors import (
    ArticleNotFoundError,
    DalilError,
    EmptyIndexError,
    InputError,
    ModelChangedError,
    ModelError,
    QuestionError,
    StoreError,
)
from server.validation import describe_problems

logger = logging.getLogger("dalil.server")

# JSON escapes can double it, and the envelope takes some 150 bytes.
_LONGEST_MESSAGE_BYTES = 400

_STATUS_OF: Mapping[type[DalilError], int] = {
    QuestionError: 422,
    InputError: 422,
    ArticleNotFoundError: 404,
    EmptyIndexError: 409,
    ModelChangedError: 503,
    StoreError: 503,
    ModelError: 503,
}
_CODE_OF = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
}
_MESSAGE_OF = {
    404: "there is nothing at this address; see /docs",
    405: "this address does not take this method; see /docs",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error reply says, before it has a request to belong to."""

    status: int
    code: str
    message: str


INTERNAL = Problem(500, "internal_error", "something went wrong here; quote the request id")


def problem_of(error: DalilError) -> Problem:
    """The reply for an error of ours. One without a place of its own is told as internal."""
    status = next((s for kind, s in _STATUS_OF.items() if isinstance(error, kind)), None)
    return Problem(status, error.code, str(error)) if status else INTERNAL


def request_id_of(scope: Scope) -> str:
    """The id that the request-id middleware gave; "" outside of it."""
    return str(scope.get("state", {}).get("request_id", ""))


def error_response(
    scope: Scope, problem: Problem, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The reply itself, never stored by a cache."""
    content = {
        "error": {
            "code": problem.code,
            "message": _bounded(problem.message),
            "request_id": request_id_of(scope),
        }
    }
    return JSONResponse(
        content, problem.status, headers={**(headers or {}), "Cache-Control": "no-store"}
    )


def install_error_handlers(app: FastAPI) -> None:
    """Give everything that a route or the router raises on purpose the one shape."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DalilError, _on_dalil_error)


def _bounded(message: str) -> str:
    """At most 400 bytes of one printable line, cut between words."""
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    encoded = line.encode()
    if len(encoded) <= _LONGEST_MESSAGE_BYTES:
        return line
    kept = encoded[: _LONGEST_MESSAGE_BYTES - len("…".encode())].decode(errors="ignore")
    return kept.rpartition(" ")[0] + "…"


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return error_response(
        request.scope, Problem(422, _CODE_OF[422], describe_problems(error.errors()))
    )


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _CODE_OF.get(status, "error")
    message = _MESSAGE_OF.get(status, str(error.detail))
    return error_response(request.scope, Problem(status, code, message), error.headers)


async def _on_dalil_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DalilError)
    problem = problem_of(error)
    if problem.status >= 500:
        logger.error("%s: %s: %s", request_id_of(request.scope), type(error).__name__, error)
    return error_response(request.scope, problem)
