"""Reads request bodies as strict JSON: UTF-8, no NaN or Infinity, bounded nesting.

Python's reader accepts NaN, and raises several kinds of errors on hostile input; here
each becomes a 400. How large a body may be is `limits.py`'s job, what it may say
`schemas.py`'s.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

# No request of ours has more members; each unknown one would become an error to report.
_MOST_MEMBERS = 64


def parse_json(body: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        HTTPException: 400, if it is not strict JSON or nested too deeply; 422, if an
            object at the top has too many members.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise HTTPException(400, "the body's JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise HTTPException(400, f"the body is not JSON: {error.msg} at {error.pos}") from None
    except ValueError:
        raise HTTPException(400, "the body's JSON holds a number that is out of range") from None
    if isinstance(value, dict) and len(value) > _MOST_MEMBERS:
        raise HTTPException(422, f"the body's JSON has more than {_MOST_MEMBERS} fields")
    return value


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


class StrictRequest(Request):
    """A request whose `json()` is strict."""

    async def json(self) -> Any:
        return parse_json(await self.body())


class StrictRoute(APIRoute):
    """A route that takes nothing but strict JSON as its body, if it takes one."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            if self.body_field is not None:
                _require_json(request)
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


def _require_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "send the body as Content-Type: application/json")
