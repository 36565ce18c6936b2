"""The statements of one write, inside the transaction that `database.py` opens."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from rag.store.rows import IndexedArticle, NewVectors, NewWord, pack, pack_ids


def write_batch(
    connection: sqlite3.Connection,
    articles: Sequence[IndexedArticle],
    removed: Sequence[str],
    new: NewVectors,
    fingerprint: str,
) -> int:
    (current,) = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    generation = int(current) + 1
    connection.executemany(
        "INSERT OR IGNORE INTO vectors (fingerprint, hash, vector) VALUES (?, ?, ?)",
        [(fingerprint, value, pack(vector)) for value, vector in new.texts.items()],
    )
    _add_words(connection, new.words, generation, fingerprint)
    gone = [*removed, *(item.article.id for item in articles)]
    connection.executemany("DELETE FROM chunks WHERE article_id = ?", [(i,) for i in gone])
    connection.executemany("DELETE FROM articles WHERE id = ?", [(i,) for i in gone])
    for item in {item.article.id: item for item in articles}.values():
        _insert(connection, item, generation, fingerprint)
    return generation


def _add_words(
    connection: sqlite3.Connection, words: Mapping[str, NewWord], generation: int, fingerprint: str
) -> None:
    """Words have one model's vectors only: with another model, every article is written anew."""
    connection.execute("DELETE FROM words WHERE fingerprint != ?", (fingerprint,))
    connection.executemany(
        "INSERT OR IGNORE INTO words (generation, fingerprint, word, language, vector) "
        "VALUES (?, ?, ?, ?, ?)",
        [(generation, fingerprint, w, new.language, pack(new.vector)) for w, new in words.items()],
    )


def _word_ids(
    connection: sqlite3.Connection, item: IndexedArticle, fingerprint: str
) -> dict[str, int]:
    wanted = {word for sentence in item.sentences for word in sentence.words}
    rows = connection.execute(
        "SELECT word, id FROM words WHERE fingerprint = ? "
        "AND word IN (SELECT value FROM json_each(?))",
        (fingerprint, json.dumps(sorted(wanted))),
    )
    return dict(rows.fetchall())


def _insert(
    connection: sqlite3.Connection, item: IndexedArticle, generation: int, fingerprint: str
) -> None:
    article = item.article
    ids = _word_ids(connection, item, fingerprint)
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
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, "
        "(SELECT id FROM vectors WHERE fingerprint = ? AND hash = ?))",
        [
            (
                article.id,
                ordinal,
                sentence.span.start,
                sentence.span.end,
                " ".join(sentence.terms),
                " ".join(sentence.keys),
                pack_ids([ids[word] for word in sentence.words]),
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
