"""Opens the store's SQLite file, hands out readers, and makes each write a transaction.

The journal is a rollback journal: the WAL of SQLite before 3.51.3 can corrupt a database
when checkpoints meet.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

from rag.errors import EmptyIndexError, StoreError
from rag.store.rows import IndexedArticle, NewVectors
from rag.store.schema import SCHEMA, SCHEMA_VERSION, statements
from rag.store.view import View
from rag.store.writing import write_batch

_BUSY_SECONDS = 30
_WRITER_CACHE_KIB = 128_000
"""Rows of one article go to many places; SQLite's own 2 MB would read them again and again."""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each with what to do next."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        advice = {
            "SQLITE_FULL": "the disk is full; nothing was changed; free space and run it again",
            "SQLITE_BUSY": "another ingest is writing; try again when it has finished",
            "SQLITE_NOTADB": "not a Dalil store; move it away and ingest again",
            "SQLITE_CORRUPT": "the store is damaged; restore a backup, or ingest again",
        }.get(name, str(error))
        raise StoreError(f"{path}: {advice}") from error


class Store:
    """Opens the SQLite file; hands out readers, and takes writes.

    Safe to share between threads. Several processes may use one file; one of them
    writes at a time.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Raises EmptyIndexError if there is no store and `create` is not set, StoreError
        if the file cannot be used."""
        if not create and not path.is_file():
            raise EmptyIndexError("nothing has been ingested yet: run 'dalil ingest PATH' first")
        self.path = path
        self._readers: LifoQueue[sqlite3.Connection] = LifoQueue()
        with _translated(path):
            if create:
                self._create()
            self._check_version()

    def _create(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path.parent}: cannot be made: {error.strerror}") from error
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            exists = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
            ).fetchone()
            if exists is None:
                for statement in statements(SCHEMA):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO meta VALUES (?, ?)",
                    [("schema", SCHEMA_VERSION), ("generation", "0"), ("pipeline", "")],
                )
            connection.execute("COMMIT")
        finally:
            connection.close()

    def _check_version(self) -> None:
        if self._is_blank():
            raise EmptyIndexError("nothing has been ingested yet: run 'dalil ingest PATH' first")
        with self.reading() as view:
            found = view.meta("schema")
        if found != SCHEMA_VERSION:
            raise StoreError(
                f"{self.path}: written by another version of Dalil (schema {found}, this one "
                f"reads {SCHEMA_VERSION}); ingest into a new folder"
            )

    def _is_blank(self) -> bool:
        """Whether the file has no tables: making the store was cut short."""
        connection = self._connect()
        try:
            return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA recursive_triggers = ON")
        return connection

    @contextmanager
    def reading(self) -> Iterator[View]:
        """A consistent view of the newest generation. Raises StoreError."""
        with _translated(self.path):
            try:
                connection = self._readers.get_nowait()
            except Empty:
                connection = self._connect()
            try:
                connection.execute("BEGIN")
                yield View(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._readers.put(connection)

    def write(
        self,
        articles: Sequence[IndexedArticle],
        removed: Sequence[str],
        new: NewVectors,
        *,
        fingerprint: str,
        pipeline: str,
    ) -> int:
        """Store articles (each replacing the one with its id) and remove others: all or nothing.

        Returns the new generation. Raises StoreError; then nothing has changed.
        """
        with _translated(self.path):
            connection = self._connect()
            try:
                connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
                connection.execute("BEGIN IMMEDIATE")
                generation = write_batch(connection, articles, removed, new, fingerprint)
                connection.executemany(
                    "UPDATE meta SET value = ? WHERE key = ?",
                    [(str(generation), "generation"), (pipeline, "pipeline")],
                )
                connection.execute("COMMIT")
            finally:
                connection.close()
        return generation

    def integrity_problems(self) -> list[str]:
        """What SQLite's own check finds wrong; empty if nothing is."""
        with _translated(self.path):
            connection = self._connect()
            try:
                rows = connection.execute("PRAGMA integrity_check").fetchall()
            finally:
                connection.close()
        return [row[0] for row in rows if row[0] != "ok"]

    def close(self) -> None:
        while not self._readers.empty():
            self._readers.get_nowait().close()
