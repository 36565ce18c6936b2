"""Keeps what readers say of answers, and what they ask in vain, in `notebook.db`.

It is apart from the collection: losing it costs no answer, and nothing is derived from it.
Both lists are bounded; the oldest entries go. Who may read them is `editors.py`'s to say.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Literal

from rag.errors import StoreError
from rag.text import fold

Rating = Literal["up", "down"]

FILE = "notebook.db"
MOST_KEPT = 10_000
LONGEST_KEPT = 4000

_VERSION = 1
_SCHEMA = (
    "CREATE TABLE feedback (id INTEGER PRIMARY KEY AUTOINCREMENT, answer_id TEXT NOT NULL UNIQUE, "
    "rating TEXT NOT NULL, comment TEXT, question TEXT, answer TEXT, received TEXT NOT NULL)",
    "CREATE INDEX feedback_by_rating ON feedback (rating, id)",
    "CREATE TABLE questions (id INTEGER PRIMARY KEY AUTOINCREMENT, normal TEXT NOT NULL UNIQUE, "
    "question TEXT NOT NULL, language TEXT NOT NULL, times INTEGER NOT NULL, last TEXT NOT NULL)",
    "CREATE INDEX questions_by_times ON questions (times, id)",
    f"PRAGMA user_version = {_VERSION}",
)
_BUSY_SECONDS = 5.0
# Lone surrogates cannot be stored, and controls have no place in what people write.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader says of an answer; `received` is an ISO time, "" before it is kept."""

    answer_id: str
    rating: Rating
    comment: str | None = None
    question: str | None = None
    answer: str | None = None
    id: int = 0
    received: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """Some of the feedback, newest first.

    `total` counts what was asked for, `up` and `down` all there is.
    """

    feedback: tuple[Feedback, ...]
    total: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question as it was last asked, how often, and when last."""

    question: str
    language: str
    times: int
    last: str


class Notebook:
    """One SQLite file, made when it is first needed. Safe to share between threads.

    Every method blocks, and raises StoreError.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep it; a reader's last word on an answer takes the place of the one before."""
        texts = (_kept(feedback.comment), _kept(feedback.question), _kept(feedback.answer))
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback (answer_id, rating, comment, question, answer, "
                "received) VALUES (?, ?, ?, ?, ?, ?)",
                (feedback.answer_id, feedback.rating, *texts, _now()),
            )
            _drop_oldest(connection, "feedback")

    def feedback(self, offset: int, limit: int, rating: Rating | None = None) -> FeedbackPage:
        where, values = ("WHERE rating = ?", [rating]) if rating else ("", [])
        with self._transaction() as connection:
            counts = dict(
                connection.execute("SELECT rating, count(*) FROM feedback GROUP BY rating")
            )
            rows = connection.execute(
                "SELECT answer_id, rating, comment, question, answer, id, received FROM feedback "
                f"{where} ORDER BY id DESC LIMIT ? OFFSET ?",
                [*values, limit, offset],
            ).fetchall()
        up, down = counts.get("up", 0), counts.get("down", 0)
        total = counts.get(rating, 0) if rating else up + down
        return FeedbackPage(tuple(Feedback(*row) for row in rows), total, up, down)

    def add_unanswered(self, question: str, language: str) -> None:
        """Count a question, with those that say the same but for spelling and punctuation."""
        question = _kept(question) or ""
        normal = " ".join(_WORDS.findall(fold(question))) or question
        with self._transaction() as connection:
            # A new row has the highest id, so ids are in the order of the last asking.
            connection.execute(
                "INSERT OR REPLACE INTO questions (normal, question, language, times, last) VALUES "
                "(?, ?, ?, 1 + coalesce((SELECT times FROM questions WHERE normal = ?), 0), ?)",
                (normal, question, language, normal, _now()),
            )
            _drop_oldest(connection, "questions")

    def unanswered(self, offset: int, limit: int) -> tuple[tuple[UnansweredQuestion, ...], int]:
        """A page of the questions, most often asked first, and how many there are."""
        with self._transaction() as connection:
            (total,) = connection.execute("SELECT count(*) FROM questions").fetchone()
            rows = connection.execute(
                "SELECT question, language, times, last FROM questions "
                "ORDER BY times DESC, id DESC LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
        return tuple(UnansweredQuestion(*row) for row in rows), total

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                connection = self._connection = self._connection or self._open()
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    yield connection
            except (sqlite3.Error, OSError) as error:
                self._let_go()
                raise StoreError(f"{self._path}: the notebook cannot be used: {error}") from error

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file. Raises sqlite3.DatabaseError on another version's."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA:
                connection.execute(statement)
        elif version != _VERSION:
            raise sqlite3.DatabaseError(
                f"another version of Dalil wrote it ({version}, this one writes {_VERSION}); "
                "move it away"
            )


def _drop_oldest(connection: sqlite3.Connection, table: Literal["feedback", "questions"]) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE id <= "
        f"(SELECT id FROM {table} ORDER BY id DESC LIMIT 1 OFFSET {MOST_KEPT})"
    )


def _kept(text: str | None) -> str | None:
    """Without control characters, cut at 4,000; None where nothing is left."""
    text = _CONTROLS.sub("", text or "")
    return text[:LONGEST_KEPT] if text.strip() else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
