"""Examines an installation: what is there, whether it works, and what to do if not.

It changes nothing, except that the model is unpacked and converted where it was not yet.
"""

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rag.errors import DalilError, EmptyIndexError
from rag.settings import Settings, load_settings

Progress = Callable[[str, float], None]

_LEAST_PYTHON = (3, 11)
_PACKAGES = ("torch", "sentence-transformers", "faiss-cpu", "tantivy")
_MEBIBYTE = 1024 * 1024
_SCARCE, _TOO_LITTLE = 1024 * _MEBIBYTE, 100 * _MEBIBYTE
_INGEST = "run 'dalil ingest PATH'"
_INSTALL = "run 'make install'"


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined; `advice` says what to do, and is empty where nothing is."""

    name: str
    health: Health
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "status": self.health.value,
            "found": self.found,
            "advice": self.advice,
        }


def examine(*, progress: Progress | None = None, **overrides: Any) -> list[Check]:
    """All checks, in the order in which one depends on another. Raises nothing of ours."""
    checks = [_python(), _sqlite(), *(_package(name) for name in _PACKAGES)]
    try:
        settings = load_settings(**overrides)
    except DalilError as error:
        return [*checks, _failed("settings", error, "correct the setting")]
    checks += [Check("settings", Health.OK, "valid"), _disk(settings.home)]
    checks += [_editors(settings), _other_sites(settings)]
    if any(check.health is Health.FAIL and check.name in _PACKAGES for check in checks):
        return checks
    return [
        *checks,
        _store(settings),
        *_model_and_index(settings, progress),
        *_language_model(settings),
    ]


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= _LEAST_PYTHON:
        return Check("Python", Health.OK, found)
    return Check("Python", Health.FAIL, found, "install Python 3.11 or newer")


def _sqlite() -> Check:
    """SQLite before 3.51.3 can corrupt a WAL database; Dalil's is never one."""
    found = f"{sqlite3.sqlite_version}, used in rollback-journal mode"
    if sqlite3.sqlite_version_info < (3, 51, 3):
        found += ", which the WAL bug of versions before 3.51.3 does not touch"
    return Check("SQLite", Health.OK, found)


def _package(name: str) -> Check:
    try:
        return Check(name, Health.OK, version(name))
    except PackageNotFoundError:
        return Check(name, Health.FAIL, "not installed", _INSTALL)


def _disk(home: Path) -> Check:
    existing = next(path for path in (home, *home.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free // _MEBIBYTE} MiB free for {home}"
    if free < _TOO_LITTLE:
        return Check("disk", Health.FAIL, found, "free space, or set DALIL_HOME to another disk")
    if free < _SCARCE:
        return Check("disk", Health.WARN, found, "free space before a large ingest")
    return Check("disk", Health.OK, found)


def _editors(settings: Settings) -> Check:
    if settings.admin_key is None:
        return Check("editors", Health.OK, "shut out; DALIL_ADMIN_KEY would let them in")
    return Check("editors", Health.OK, "let in with the key, at /admin")


def _other_sites(settings: Settings) -> Check:
    origins = ", ".join(settings.allowed_origins) or "none (DALIL_ALLOWED_ORIGINS)"
    return Check("other sites", Health.OK, f"may embed the widget: {origins}")


def _store(settings: Settings) -> Check:
    from rag.compose import store_path
    from rag.store import Store

    path = store_path(settings)
    try:
        store = Store(path)
        try:
            problems = store.integrity_problems()
        finally:
            store.close()
    except EmptyIndexError:
        return Check("store", Health.WARN, f"there is none at {path} yet", _INGEST)
    except DalilError as error:
        return _failed("store", error, "see the message")
    if problems:
        advice = "restore a backup, or move the file away and ingest again"
        return Check("store", Health.FAIL, f"{path} is damaged: {problems[0]}", advice)
    return Check("store", Health.OK, f"{path} is sound")


def _model_and_index(settings: Settings, progress: Progress | None) -> list[Check]:
    """Load the model and, if that works, make the index ready: nothing less proves either."""
    from rag.compose import open_service

    try:
        service = open_service(settings, progress)
    except DalilError as error:
        return [_failed("model", error, f"{_INSTALL}, or set DALIL_EMBEDDING_MODEL")]
    model = Check("model", Health.OK, f"{settings.embedding_model} loads, with {service.runtime}")
    try:
        service.check_ready()
    except EmptyIndexError:
        return [model, Check("index", Health.WARN, "there is nothing to search yet", _INGEST)]
    except DalilError as error:
        return [model, _failed("index", error, "see the message")]
    finally:
        service.close()
    return [model, Check("index", Health.OK, "ready")]


def _language_model(settings: Settings) -> list[Check]:
    """Ask it for a word: nothing less proves address, name and key."""
    from rag.compose import llm_client
    from rag.llm import Message

    client = llm_client(settings)
    if client is None:
        return []

    async def ask() -> str:
        try:
            _text, finished = await client.complete([Message("user", "Say: OK")])
            return finished.model
        finally:
            await client.aclose()

    try:
        return [Check("language model", Health.OK, f"{asyncio.run(ask())} answers")]
    except DalilError as error:
        return [_failed("language model", error, "until then, answers are quotes")]


def _failed(name: str, error: DalilError, advice: str) -> Check:
    return Check(name, Health.FAIL, str(error), advice)
