"""Reads the store: one transaction, one generation, from the first query to the last."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from rag.errors import ArticleNotFoundError, StoreError
from rag.reports import ArticlePage, ArticleSummary
from rag.store.rows import (
    ChunkRecord,
    ChunkRow,
    SentenceRow,
    Vector,
    VectorRecord,
    unpack,
    unpack_ids,
)
from rag.types import Article, Filters, Language, Span


class View:
    """A reader's consistent look at one generation of the store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.generation = int(self.meta("generation"))
        self.pipeline = self.meta("pipeline")

    def meta(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise StoreError("not a Dalil store; move it away and ingest again")
        return str(row[0])

    def article(self, article_id: str) -> Article:
        """Raises ArticleNotFoundError."""
        row = self._connection.execute(
            "SELECT id, title, text, language, url, published, source, metadata, origin "
            "FROM articles WHERE id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            raise ArticleNotFoundError(f"no article has the id {article_id!r}")
        return _article(row)

    def holds(self, article_id: str) -> bool:
        """Whether there is an article with this id."""
        rows = self._connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,))
        return rows.fetchone() is not None

    def articles(self, offset: int, limit: int, language: Language | None) -> ArticlePage:
        where, values = ("WHERE language = ?", [language]) if language else ("", [])
        (total,) = self._connection.execute(
            f"SELECT count(*) FROM articles {where}", values
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT id, title, language, url, published, source, length(text) FROM articles "
            f"{where} ORDER BY published DESC, id LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        summaries = (
            ArticleSummary(i, title, lang, url, _date(published), source, characters)
            for i, title, lang, url, published, source, characters in rows
        )
        return ArticlePage(tuple(summaries), total)

    def article_counts(self) -> dict[Language, int]:
        rows = self._connection.execute(
            "SELECT language, count(*) FROM articles GROUP BY language ORDER BY language"
        )
        return dict(rows.fetchall())

    def count(self, table: str) -> int:
        """How many rows "sentences", "chunks" or "articles" has."""
        if table not in {"sentences", "chunks", "articles"}:
            raise ValueError(table)
        (count,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(count)

    def holds_chunks(self) -> bool:
        """Whether there is any; counting them takes the longer, the more there are."""
        return self._connection.execute("SELECT 1 FROM chunks LIMIT 1").fetchone() is not None

    def content_hashes(self) -> dict[str, tuple[str, str | None]]:
        """Of each article: its content's hash, and where it came from."""
        rows = self._connection.execute("SELECT id, content_hash, origin FROM articles")
        return {article_id: (content_hash, origin) for article_id, content_hash, origin in rows}

    def known_vectors(self, fingerprint: str, hashes: Sequence[bytes]) -> dict[bytes, Vector]:
        """The vectors that are already there, of the hashes asked for."""
        found: dict[bytes, Vector] = {}
        for value in hashes:
            row = self._connection.execute(
                "SELECT vector FROM vectors WHERE fingerprint = ? AND hash = ?",
                (fingerprint, value),
            ).fetchone()
            if row is not None:
                found[value] = unpack(row[0])
        return found

    def known_words(self, fingerprint: str, words: Iterable[str]) -> set[str]:
        """Those of the words that have a vector already."""
        rows = self._connection.execute(
            "SELECT word FROM words WHERE fingerprint = ? "
            "AND word IN (SELECT value FROM json_each(?))",
            (fingerprint, json.dumps(list(words))),
        )
        return {row[0] for row in rows}

    def word_vectors(self, fingerprint: str, words: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those of the words that have one."""
        rows = self._connection.execute(
            "SELECT word, vector FROM words WHERE fingerprint = ? "
            "AND word IN (SELECT value FROM json_each(?))",
            (fingerprint, json.dumps(words)),
        )
        return {word: unpack(blob) for word, blob in rows}

    def matching_chunks(self, filters: Filters) -> npt.NDArray[np.int64]:
        """Ids of the chunks whose article passes the filters, ascending."""
        where, values = _filter_clause(filters)
        rows = self._connection.execute(
            f"SELECT c.id FROM chunks c JOIN articles a ON a.id = c.article_id WHERE {where}",
            values,
        )
        return np.sort(np.fromiter((row[0] for row in rows), dtype=np.int64))

    def load_chunks(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks with their sentences, by id; ids that no longer exist are left out."""
        wanted = json.dumps(list(ids))
        heads = self._connection.execute(
            "SELECT c.id, c.article_id, a.language, c.start, c.end, a.title_terms, c.vector "
            "FROM chunks c "
            "JOIN articles a ON a.id = c.article_id "
            "WHERE c.id IN (SELECT value FROM json_each(?))",
            (wanted,),
        ).fetchall()
        sentences: dict[int, list[SentenceRow]] = {}
        rows = self._connection.execute(
            "SELECT c.id, s.ordinal, s.start, s.end, s.terms, s.keys, s.words, v.vector "
            "FROM chunks c "
            "JOIN sentences s ON s.article_id = c.article_id "
            "AND s.ordinal BETWEEN c.first_sentence AND c.last_sentence "
            "JOIN vectors v ON v.id = s.vector_id "
            "WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id, s.ordinal",
            (wanted,),
        )
        for chunk_id, ordinal, start, end, terms, keys, words, blob in rows:
            sentences.setdefault(chunk_id, []).append(
                SentenceRow(
                    ordinal,
                    Span(start, end),
                    tuple(terms.split()),
                    tuple(keys.split()),
                    unpack_ids(words),
                    unpack(blob),
                )
            )
        return {
            i: ChunkRow(
                i,
                article_id,
                language,
                Span(start, end),
                tuple(title_terms.split()),
                unpack(blob),
                tuple(sentences[i]),
            )
            for i, article_id, language, start, end, title_terms, blob in heads
        }

    def chunks_since(self, generation: int) -> Iterator[ChunkRecord]:
        """The chunks added after a generation, for a derived index that catches up."""
        rows = self._connection.execute(
            "SELECT c.id, c.article_id, a.language, a.source, a.published, c.vector, "
            "a.title_terms || ' ' || "
            "(SELECT group_concat(s.terms || ' ' || s.keys, ' ') FROM sentences s "
            " WHERE s.article_id = c.article_id "
            " AND s.ordinal BETWEEN c.first_sentence AND c.last_sentence) "
            "FROM chunks c JOIN articles a ON a.id = c.article_id "
            "WHERE c.generation > ? ORDER BY c.id",
            (generation,),
        )
        for i, article_id, language, source, published, blob, terms in rows:
            yield ChunkRecord(
                i,
                article_id,
                language,
                source,
                _date(published),
                unpack(blob),
                tuple(terms.split()),
            )

    def chunk_vectors_since(self, generation: int) -> Iterator[VectorRecord]:
        """Of the chunks added after a generation, only what an index of vectors needs."""
        rows = self._connection.execute(
            "SELECT c.id, a.language, c.vector "
            "FROM chunks c JOIN articles a ON a.id = c.article_id "
            "WHERE c.generation > ? ORDER BY c.generation, c.id",
            (generation,),
        )
        for i, language, blob in rows:
            yield VectorRecord(i, language, unpack(blob))

    def words_since(self, generation: int) -> Iterator[VectorRecord]:
        """The words added after a generation. None is ever removed while the model stays."""
        rows = self._connection.execute(
            "SELECT id, language, vector FROM words WHERE generation > ? ORDER BY generation, id",
            (generation,),
        )
        for i, language, blob in rows:
            yield VectorRecord(i, language, unpack(blob))

    def removals_since(self, generation: int) -> list[int]:
        """Ids of the chunks removed after a generation."""
        rows = self._connection.execute(
            "SELECT chunk_id FROM removals WHERE generation > ?", (generation,)
        )
        return [row[0] for row in rows]


def _filter_clause(filters: Filters) -> tuple[str, list[str]]:
    clauses, values = ["1"], list[str]()
    for column, wanted in (
        ("a.language", filters.languages),
        ("a.source", filters.sources),
        ("a.id", filters.article_ids),
    ):
        if wanted:
            clauses.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    for operator, day in ((">=", filters.published_from), ("<=", filters.published_to)):
        if day is not None:
            clauses.append(f"a.published {operator} ?")
            values.append(day.isoformat())
    return " AND ".join(clauses), values


def _article(row: tuple[str, ...]) -> Article:
    article_id, title, text, language, url, published, source, metadata, origin = row
    return Article(
        id=article_id,
        title=title,
        text=text,
        language=language,
        url=url,
        published=_date(published),
        source=source,
        metadata=json.loads(metadata),
        origin=origin,
    )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
