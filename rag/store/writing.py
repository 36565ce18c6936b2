"""The statements of one write, inside the transaction that `database.py` opens."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from rag.store.rows import IndexedArticle, Vector, pack


def write_batch(
    connection: sqlite3.Connection,
    articles: Sequence[IndexedArticle],
    removed: Sequence[str],
    vectors: Mapping[bytes, Vector],
    fingerprint: str,
) -> int:
    (current,) = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    generation = int(current) + 1
    connection.executemany(
        "INSERT OR IGNORE INTO vectors (fingerprint, hash, vector) VALUES (?, ?, ?)",
        [(fingerprint, value, pack(vector)) for value, vector in vectors.items()],
    )
    gone = [*removed, *(item.article.id for item in articles)]
    connection.executemany("DELETE FROM chunks WHERE article_id = ?", [(i,) for i in gone])
    connection.executemany("DELETE FROM articles WHERE id = ?", [(i,) for i in gone])
    for item in {item.article.id: item for item in articles}.values():
        _insert(connection, item, generation, fingerprint)
    return generation


def _insert(
    connection: sqlite3.Connection, item: IndexedArticle, generation: int, fingerprint: str
) -> None:
    article = item.article
    connection.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            article.title,
            article.text,
            article.language,
            article.url,
            article.published.isoformat() if article.published else None,
            article.source,
            json.dumps(dict(article.metadata), ensure_ascii=False),
            article.origin,
            item.content_hash,
            " ".join(item.title_terms),
        ),
    )
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, "
        "(SELECT id FROM vectors WHERE fingerprint = ? AND hash = ?))",
        [
            (
                article.id,
                ordinal,
                sentence.span.start,
                sentence.span.end,
                " ".join(sentence.terms),
                " ".join(sentence.keys),
                fingerprint,
                sentence.vector_hash,
            )
            for ordinal, sentence in enumerate(item.sentences)
        ],
    )
    connection.executemany(
        "INSERT INTO chunks (generation, article_id, start, end, first_sentence, last_sentence, "
        "vector) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                generation,
                article.id,
                chunk.span.start,
                chunk.span.end,
                chunk.first,
                chunk.last,
                pack(chunk.vector),
            )
            for chunk in item.chunks
        ],
    )
