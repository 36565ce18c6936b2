"""The truth: articles, sentences, chunks and vectors in one SQLite file.

Everything else on disk is derived from here. One write is one transaction and one new
generation. What the rows mean to search is the business of the modules beside it.
"""

from rag.store.database import Store
from rag.store.rows import (
    ChunkRecord,
    ChunkRow,
    IndexedArticle,
    NewChunk,
    NewSentence,
    NewVectors,
    NewWord,
    SentenceRow,
    Vector,
    VectorRecord,
    WordIds,
)
from rag.store.view import View

__all__ = [
    "ChunkRecord",
    "ChunkRow",
    "IndexedArticle",
    "NewChunk",
    "NewSentence",
    "NewVectors",
    "NewWord",
    "SentenceRow",
    "Store",
    "Vector",
    "VectorRecord",
    "View",
    "WordIds",
]
