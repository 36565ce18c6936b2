"""The queue of files that editors have sent: one after another becomes an article.

One thread works, beside the readers. What became of each file is kept in memory, so a
server that is started again knows nothing of the files that were still waiting. Reading a
file is `rag/loading`'s job, storing it the ingester's.
"""

import re
import shutil
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from rag.errors import DalilError, InputError, LoadError, StoreError
from rag.loading import load_article
from rag.loading.discover import SUPPORTED, is_supported
from server.errors import RefusedError, logger, one_line
from server.problem import Problem

if TYPE_CHECKING:
    from rag.ingest import Ingester

MOST_WAITING = 50
MOST_REMEMBERED = 200

_RETRY_SECONDS = "30"
_STOP_SECONDS = 10.0
_LONGEST_NAME_BYTES = 200
_UNEXPECTED = Problem(500, "internal_error", "something went wrong here; see the server's log")
_SEPARATORS = re.compile(r"[/\\]")


class ArticleExistsError(InputError):
    """An upload would replace an article, and was not told to."""

    code = "article_exists"


class State(StrEnum):
    """How far an upload has come."""

    WAITING = "waiting"
    READING = "reading"
    INDEXING = "indexing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. Its article's id and title are known once it has been read; `problem` tells
    why it failed."""

    id: str
    filename: str
    size: int
    received: datetime
    state: State = State.WAITING
    article_id: str | None = None
    title: str | None = None
    replaced: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    id: str
    file: Path
    may_replace: bool


class UploadQueue:
    """Takes files, and tells what became of them. Safe to share between threads."""

    def __init__(self, ingester: "Callable[[], Ingester]") -> None:
        self._ingester = ingester
        self._lock = Lock()
        self._uploads: dict[str, Upload] = {}
        self._jobs: Queue[_Job | None] = Queue()
        self._worker: Thread | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def require_room(self) -> None:
        """Raises RefusedError if too many files wait."""
        with self._lock:
            self._require_room()

    def add(self, content: BinaryIO, name: str, size: int, *, may_replace: bool) -> Upload:
        """Queue a file under a name that `safe_name` gave. Raises RefusedError, StoreError."""
        upload = Upload(uuid4().hex, name, size, datetime.now(UTC))
        with self._lock:
            self._require_room()
            self._uploads[upload.id] = upload
            self._forget_the_oldest()
        try:
            file = self._written(content, upload)
        except StoreError:
            with self._lock:
                del self._uploads[upload.id]
            raise
        self._jobs.put(_Job(upload.id, file, may_replace))
        self._start()
        return upload

    def get(self, upload_id: str) -> Upload | None:
        with self._lock:
            return self._uploads.get(upload_id)

    def newest_first(self) -> list[Upload]:
        with self._lock:
            return list(reversed(self._uploads.values()))

    def close(self) -> None:
        """Stop after the file at hand, but wait no longer than some seconds for it: a write
        that is cut short changes nothing."""
        with self._lock:
            worker, self._worker = self._worker, None
            folder, self._folder = self._folder, None
            jobs, self._jobs = self._jobs, Queue()
        if worker is not None:
            with suppress(Empty):
                while True:
                    jobs.get_nowait()
            jobs.put(None)
            worker.join(_STOP_SECONDS)
        if folder is not None:
            folder.cleanup()

    def _require_room(self) -> None:
        waiting = sum(upload.state is State.WAITING for upload in self._uploads.values())
        if waiting >= MOST_WAITING:
            message = f"{waiting} files are waiting already; try again when some have been read"
            raise RefusedError(Problem(503, "queue_full", message), {"Retry-After": _RETRY_SECONDS})

    def _written(self, content: BinaryIO, upload: Upload) -> Path:
        with self._lock:
            self._folder = self._folder or TemporaryDirectory(
                prefix="dalil-", ignore_cleanup_errors=True
            )
            # The article's id may come from the name, so the name is kept.
            file = Path(self._folder.name, upload.id, upload.filename)
        try:
            file.parent.mkdir()
            with file.open("xb") as target:
                shutil.copyfileobj(content, target)
        except OSError as error:
            shutil.rmtree(file.parent, ignore_errors=True)
            raise StoreError(f"the file cannot be kept until it is read: {error}") from error
        return file

    def _forget_the_oldest(self) -> None:
        while len(self._uploads) > MOST_REMEMBERED:
            ended = (State.DONE, State.FAILED)
            oldest = next(u.id for u in self._uploads.values() if u.state in ended)
            del self._uploads[oldest]

    def _start(self) -> None:
        with self._lock:
            if self._worker is None:
                self._worker = Thread(
                    target=self._work, args=(self._jobs,), name="dalil-uploads", daemon=True
                )
                self._worker.start()

    def _work(self, jobs: "Queue[_Job | None]") -> None:
        while (job := jobs.get()) is not None:
            try:
                self._process(job)
            except Exception as error:
                # The queue goes on with the next file; the editor is told of this one.
                self._update(job, state=State.FAILED, problem=_problem_of(error))
            finally:
                shutil.rmtree(job.file.parent, ignore_errors=True)

    def _process(self, job: _Job) -> None:
        self._update(job, state=State.READING)
        article = replace(load_article(job.file, root=job.file.parent), origin=None)
        self._update(job, article_id=article.id, title=article.title)
        ingester = self._ingester()
        exists = ingester.holds(article.id)
        if exists and not job.may_replace:
            raise ArticleExistsError(
                f"there is an article with the id {article.id!r} already: replace it, or give "
                "the file an 'id' of its own in its front matter, or another name"
            )
        self._update(job, state=State.INDEXING)
        ingester.add([article])
        self._update(job, state=State.DONE, replaced=exists)

    def _update(self, job: _Job, **changes: Any) -> None:
        with self._lock:
            self._uploads[job.id] = replace(self._uploads[job.id], **changes)


def safe_name(name: str) -> str:
    """The last part of a file's name, as a name that any folder takes.

    "../../etc/قمة.md" → "قمة.md" · "C:\\\\a.docx" → "a.docx"
    Raises RefusedError if there is no name, or no format is known by its extension.
    """
    last = unicodedata.normalize("NFC", _SEPARATORS.split(name)[-1])
    printable = "".join(char for char in last if char.isprintable()).strip().lstrip(".")
    suffix = PurePosixPath(printable).suffix
    stem = printable.removesuffix(suffix).encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore")
    if not suffix or not stem or not is_supported(Path(printable)):
        message = f"its name does not end in one of {', '.join(SUPPORTED)}; no other is read"
        raise RefusedError(Problem(415, "unsupported_media_type", message))
    return stem + suffix


def _problem_of(error: Exception) -> Problem:
    """What editors are told; the path in a LoadError is that of a file that they never saw."""
    if isinstance(error, DalilError):
        reason = error.reason if isinstance(error, LoadError) else str(error)
        return Problem(422, error.code, one_line(reason))
    logger.error("an upload failed", exc_info=error)
    return _UNEXPECTED
