"""Catches what nobody expected: logs it with the request's id, and tells no details.

Starlette's own handler would raise the error again, and the server log it a second time
without the id. Errors that are expected are `errors.py`'s job.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import INTERNAL, error_response, logger, request_id_of


class Guard:
    """Pure ASGI middleware. Once a reply has begun, the error goes on to the server,
    which can only cut the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception:
            if started:
                raise
            logger.exception("%s: unexpected error", request_id_of(scope))
            await error_response(scope, INTERNAL)(scope, receive, send)
