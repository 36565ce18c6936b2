"""Holds the service and the ingester that the routes use, or the reason why there are none.

The server starts without a usable collection, so that it can say what is missing, and
tries again when asked: an ingest may have come meanwhile. Building them is
`rag/compose.py`'s job. Without editors there is no ingester, and nothing is ever written.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from rag.errors import DalilError, StoreError
from rag.settings import Settings
from server.errors import logger

if TYPE_CHECKING:
    from rag.ingest import Ingester
    from rag.service import Service

_RETRY_SECONDS = 5.0


class Backend:
    """Safe to share between threads. What was given is not closed here."""

    def __init__(
        self,
        settings: Settings,
        service: "Service | None" = None,
        ingester: "Ingester | None" = None,
    ) -> None:
        self._settings = settings
        self._service = service
        self._ingester = ingester
        self._given = service is not None
        self._error: DalilError = StoreError("the collection is being opened; try again shortly")
        self._tried = float("-inf")
        self._opening = Lock()

    @property
    def opened(self) -> "Service | None":
        """The service if it is there already; never waits."""
        return self._service

    def service(self) -> "Service":
        """The service. Raises DalilError if it cannot be opened; another thread that is
        opening it is not waited for."""
        if self._service is None and self._opening.acquire(blocking=False):
            try:
                self._open_if_due()
            finally:
                self._opening.release()
        if self._service is None:
            raise self._error.with_traceback(None)
        return self._service

    def ingester(self) -> "Ingester":
        """What changes the collection that the service reads. Raises as `service` does."""
        self.service()
        if self._ingester is None:
            raise StoreError("this server cannot change its collection; set DALIL_ADMIN_KEY")
        return self._ingester

    def _open_if_due(self) -> None:
        if self._service is not None or time.monotonic() - self._tried < _RETRY_SECONDS:
            return
        try:
            service, self._ingester = self._open()
            service.prepare()
            self._service = service
        except DalilError as error:
            logger.warning("not ready: %s", error)
            self._error = error
        finally:
            self._tried = time.monotonic()

    def _open(self) -> "tuple[Service, Ingester | None]":
        # torch and FAISS take seconds to import, and tests that bring a service need neither.
        if self._settings.admin_key is None:
            from rag.compose import open_service

            return open_service(self._settings), None
        from rag.compose import open_service_and_ingester

        return open_service_and_ingester(self._settings)

    def close(self) -> None:
        if self._service is None or self._given:
            return
        self._service.close()
        self._service = None
        if self._ingester is not None:
            self._ingester.close()
            self._ingester = None

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Open the service before the first request, and close it after the last."""
        await run_in_threadpool(self._open_quietly)
        try:
            yield
        finally:
            if self._service is not None:
                await self._service.aclose()
            await run_in_threadpool(self.close)

    def _open_quietly(self) -> None:
        with self._opening:
            self._open_if_due()


def service_of(request: Request) -> "Service":
    """The service of the app that a request came to. Raises DalilError if there is none."""
    backend: Backend = request.app.state.backend
    return backend.service()


def ingester_of(request: Request) -> "Ingester":
    """The ingester of the app that a request came to. Raises DalilError if there is none."""
    backend: Backend = request.app.state.backend
    return backend.ingester()


async def service_for(request: Request) -> "Service":
    """The same for a route that runs in the event loop, which must not wait for a model."""
    backend: Backend = request.app.state.backend
    if (opened := backend.opened) is not None:
        return opened
    return await run_in_threadpool(backend.service)
