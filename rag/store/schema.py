"""The tables, and the version of them that this code reads and writes.

`removals` remembers which chunks went in which generation, so that the derived indexes
can catch up without comparing everything.
"""

import sqlite3
from collections.abc import Iterator

SCHEMA_VERSION = "2"
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    url TEXT, published TEXT, source TEXT, metadata TEXT NOT NULL, origin TEXT,
    content_hash TEXT NOT NULL, title_terms TEXT NOT NULL
);
CREATE INDEX articles_by_date ON articles (published DESC, id);
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL,
    UNIQUE (fingerprint, hash)
);
CREATE TABLE words (
    id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    word TEXT NOT NULL, language TEXT NOT NULL, vector BLOB NOT NULL,
    UNIQUE (fingerprint, word)
);
CREATE INDEX words_by_generation ON words (generation);
CREATE TABLE sentences (
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, terms TEXT NOT NULL, keys TEXT NOT NULL,
    words BLOB NOT NULL,
    vector_id INTEGER NOT NULL REFERENCES vectors,
    PRIMARY KEY (article_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article_id);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE removals (chunk_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX removals_by_generation ON removals (generation);
CREATE TRIGGER log_removal AFTER DELETE ON chunks BEGIN
    INSERT INTO removals VALUES (
        old.id, 1 + (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation')
    );
END;
"""


def statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit the transaction around it."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
