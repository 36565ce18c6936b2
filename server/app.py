"""Puts the HTTP server together: routes, limits, error shape. It decides nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.types import Lifespan

from rag.settings import Settings
from server.backend import Backend
from server.docs import DESCRIPTION, TAGS, errors
from server.editors import Editors
from server.errors import install_error_handlers
from server.guard import Guard
from server.limits import BodyLimit
from server.notebook import Notebook
from server.origins import Origins
from server.request_id import RequestId
from server.routes import (
    articles,
    assets,
    chat,
    editing,
    feedback,
    health,
    pages,
    questions,
)
from server.unanswered import Unanswered
from server.uploads import UploadQueue

if TYPE_CHECKING:
    from rag.ingest import Ingester
    from rag.service import Service

API_VERSION = "1"


def create_app(
    settings: Settings, service: "Service | None" = None, ingester: "Ingester | None" = None
) -> FastAPI:
    """The server for a collection.

    Without a `service` it opens the one that the settings name when it starts, and closes
    it when it stops. If that cannot be opened the server starts all the same: `/healthz`
    is 200, and everything else tells the reason in the one error shape. A `service` comes
    with the `ingester` of its collection if there are editors.
    """
    backend = Backend(settings, service, ingester)
    editors = Editors(settings.admin_key)
    notebook = Notebook(settings.home)
    unanswered = Unanswered(notebook)
    uploads = UploadQueue(backend.ingester)
    app = FastAPI(
        title="Dalil",
        version=API_VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=_lifespan(backend, uploads, unanswered, notebook),
        redirect_slashes=False,
        middleware=_middleware(settings, editors),
    )
    app.state.settings = settings
    app.state.backend = backend
    app.state.editors = editors
    app.state.notebook = notebook
    app.state.unanswered = unanswered
    app.state.uploads = uploads
    install_error_handlers(app)
    _include_routers(app, editors)
    return app


def _lifespan(backend: Backend, *parts: UploadQueue | Unanswered | Notebook) -> Lifespan[FastAPI]:
    """Of the parts, one that uses another comes before it, and is closed before it."""

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        async with backend.lifespan(app):
            try:
                yield
            finally:
                for part in parts:
                    await run_in_threadpool(part.close)

    return run


def _middleware(settings: Settings, editors: Editors) -> list[Middleware]:
    """The first is the outermost: even a refusal and a crash carry the request's id, and may
    be read by the page that asked."""
    return [
        Middleware(RequestId),
        Middleware(Origins, allowed=settings.allowed_origins),
        Middleware(Guard),
        Middleware(
            BodyLimit,
            max_bytes=settings.max_body_bytes,
            max_upload_bytes=settings.max_upload_bytes,
            editors=editors,
        ),
    ]


def _include_routers(app: FastAPI, editors: Editors) -> None:
    for part in (questions, articles, feedback):
        app.include_router(part.router, responses=errors(403))
    for router in (editing.router, feedback.reading):
        app.include_router(router, responses=errors(403), include_in_schema=editors.exist)
    for part in (chat, health, pages, assets):
        app.include_router(part.router)
