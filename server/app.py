"""Puts the HTTP server together: routes, limits, error shape. It decides nothing else."""

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware import Middleware

from rag.settings import Settings
from server.backend import Backend
from server.docs import DESCRIPTION, TAGS
from server.errors import install_error_handlers
from server.guard import Guard
from server.limits import BodyLimit
from server.request_id import RequestId
from server.routes import articles, chat, health, questions

if TYPE_CHECKING:
    from rag.service import Service

API_VERSION = "1"


def create_app(settings: Settings, service: "Service | None" = None) -> FastAPI:
    """The server for a collection.

    Without a `service` it opens the one that the settings name when it starts, and closes
    it when it stops. If that cannot be opened the server starts all the same: `/healthz`
    is 200, and everything else tells the reason in the one error shape.
    """
    backend = Backend(settings, service)
    app = FastAPI(
        title="Dalil",
        version=API_VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=backend.lifespan,
        redirect_slashes=False,
        # The first is the outermost: even a refusal and a crash carry the request's id.
        middleware=[
            Middleware(RequestId),
            Middleware(Guard),
            Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
        ],
    )
    app.state.backend = backend
    install_error_handlers(app)
    for part in (questions, chat, articles, health):
        app.include_router(part.router)
    return app
