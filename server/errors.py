"""Which error becomes which reply, in the one shape, always under 1 KB.

`{"error": {"code": "…", "message": "…", "request_id": "…"}}`; at OpenAI's addresses the
shape is OpenAI's (`openai_shape.py`). Nothing that a client sent is echoed beyond the
names of fields, and nothing internal is told.
"""

import logging
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from rag.errors import (
    ArticleNotFoundError,
    DalilError,
    EmptyIndexError,
    InputError,
    LlmError,
    LlmRateLimitedError,
    LlmTimeoutError,
    ModelChangedError,
    ModelError,
    OverloadedError,
    QuestionError,
    StoreError,
)
from rag.validation import describe_problems, field_of
from server.openai_shape import is_openai_address, openai_error, openai_status
from server.problem import Problem

logger = logging.getLogger("dalil.server")

# JSON escapes can double it, and the envelope takes some 150 bytes.
_LONGEST_MESSAGE_BYTES = 400


class UnknownModelError(InputError):
    """A request names a model that is not served."""

    code = "model_not_found"


class RefusedError(Exception):
    """A request that only HTTP has a reason to refuse, with the reply that it gets."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.headers = headers or {}


_STATUS_OF: Mapping[type[DalilError], int] = {
    QuestionError: 422,
    UnknownModelError: 404,
    InputError: 422,
    ArticleNotFoundError: 404,
    EmptyIndexError: 409,
    ModelChangedError: 503,
    StoreError: 503,
    ModelError: 503,
    OverloadedError: 503,
    LlmTimeoutError: 504,
    LlmRateLimitedError: 503,
    LlmError: 502,
}
_CODE_OF = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
}
NOT_FOUND = Problem(404, "not_found", "there is nothing at this address; see /docs")
_MESSAGE_OF = {
    404: NOT_FOUND.message,
    405: "this address does not take this method; see /docs",
}


INTERNAL = Problem(500, "internal_error", "something went wrong here; quote the request id")


def problem_of(error: DalilError) -> Problem:
    """The reply for an error of ours. One without a place of its own is told as internal."""
    status = next((s for kind, s in _STATUS_OF.items() if isinstance(error, kind)), None)
    if status is None:
        return INTERNAL
    field = "model" if isinstance(error, UnknownModelError) else None
    return Problem(status, error.code, str(error), field)


def headers_of(error: DalilError) -> dict[str, str]:
    """`Retry-After` in whole seconds, where an error of ours says when to come again."""
    if isinstance(error, OverloadedError | LlmRateLimitedError) and error.retry_after is not None:
        return {"Retry-After": str(math.ceil(error.retry_after))}
    return {}


def log_if_ours(scope: Scope, error: DalilError, problem: Problem) -> None:
    """Log an error that is not the reader's. What is shed is told by `rag/admission.py`, and
    not once for each of those that are too many."""
    if problem.status >= 500 and not isinstance(error, OverloadedError):
        logger.error("%s: %s: %s", request_id_of(scope), type(error).__name__, error)


def request_id_of(scope: Scope) -> str:
    """The id that the request-id middleware gave; "" outside of it."""
    return str(scope.get("state", {}).get("request_id", ""))


def error_content(scope: Scope, problem: Problem) -> dict[str, Any]:
    """The body of an error reply, or the data of an error event."""
    message = one_line(problem.message)
    if is_openai_address(scope):
        return openai_error(problem, message)
    return {"error": {"code": problem.code, "message": message, "request_id": request_id_of(scope)}}


def error_response(
    scope: Scope, problem: Problem, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The reply itself, never stored by a cache."""
    status = openai_status(problem) if is_openai_address(scope) else problem.status
    return JSONResponse(
        error_content(scope, problem),
        status,
        headers={**(headers or {}), "Cache-Control": "no-store"},
    )


def problem_while_streaming(scope: Scope, error: Exception) -> Problem:
    """What to tell of an error after the reply has begun; it is logged as any other."""
    if not isinstance(error, DalilError):
        logger.error("%s: unexpected error", request_id_of(scope), exc_info=error)
        return INTERNAL
    problem = problem_of(error)
    log_if_ours(scope, error, problem)
    return problem


def install_error_handlers(app: FastAPI) -> None:
    """Give everything that a route or the router raises on purpose the one shape."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DalilError, _on_dalil_error)
    app.add_exception_handler(RefusedError, _on_refused)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)


def one_line(message: str) -> str:
    """At most 400 bytes of one printable line, cut between words."""
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    encoded = line.encode()
    if len(encoded) <= _LONGEST_MESSAGE_BYTES:
        return line
    kept = encoded[: _LONGEST_MESSAGE_BYTES - len("…".encode())].decode(errors="ignore")
    return kept.rpartition(" ")[0] + "…"


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    problem = Problem(422, _CODE_OF[422], describe_problems(problems), field_of(problems[0]))
    return error_response(request.scope, problem)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _CODE_OF.get(status, "error")
    message = _MESSAGE_OF.get(status, str(error.detail))
    return error_response(request.scope, Problem(status, code, message), error.headers)


async def _on_dalil_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DalilError)
    problem = problem_of(error)
    log_if_ours(request.scope, error, problem)
    return error_response(request.scope, problem, headers_of(error))


async def _on_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RefusedError)
    return error_response(request.scope, error.problem, error.headers)


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    """There is nobody left to read it; 499 is what proxies write into their logs."""
    return Response(status_code=499)
