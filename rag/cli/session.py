"""What the commands share: the settings after the global options, and an open service."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from rag.cli.logs import tell_warnings
from rag.cli.progress import StderrProgress
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.service import Service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overrides:
    """The global options; None where one was not given."""

    home: Path | None = None
    model: str | None = None


def settings_of(ctx: typer.Context, **more: Any) -> Settings:
    """The settings under the global options and `more`. Raises SettingsError."""
    given: Overrides = ctx.obj
    return load_settings(home=given.home, embedding_model=given.model, **more)


async def and_let_go(service: "Service", work: Awaitable[T]) -> T:
    """The result of `work`, after which the event loop that it ran in may end."""
    try:
        return await work
    finally:
        await service.aclose()
        tell_warnings()


@contextmanager
def opened_service(ctx: typer.Context) -> Iterator["Service"]:
    """The service of the settings' collection, closed afterwards.

    Raises SettingsError, ModelError.
    """
    settings = settings_of(ctx)
    # torch and FAISS take seconds to import.
    from rag.compose import open_service

    with StderrProgress() as progress:
        service = open_service(settings, progress.share)
    try:
        yield service
    finally:
        service.close()
