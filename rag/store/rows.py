"""What goes into the store and comes out of it, and how a vector is laid down on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from rag.types import Article, Language, Span

Vector = npt.NDArray[np.float32]
WordIds = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of an article: where it stands, its terms and keys, the ids of its words,
    its unit vector."""

    ordinal: int
    span: Span
    terms: tuple[str, ...]
    keys: tuple[str, ...]
    words: WordIds
    vector: Vector


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as search needs it: its place, its article's language, its sentences."""

    id: int
    article_id: str
    language: Language
    span: Span
    title_terms: tuple[str, ...]
    vector: Vector
    sentences: tuple[SentenceRow, ...]


@dataclass(frozen=True, slots=True)
class NewSentence:
    span: Span
    terms: tuple[str, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    vector_hash: bytes


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that the store does not know yet."""

    language: Language
    vector: Vector


@dataclass(frozen=True, slots=True)
class NewVectors:
    """Vectors that the store does not know yet: of texts by hash, of single words by word."""

    texts: Mapping[bytes, Vector]
    words: Mapping[str, NewWord]


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to be stored; its sentences are `first` to `last`, inclusive."""

    span: Span
    first: int
    last: int
    vector: Vector


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with everything that was computed from it."""

    article: Article
    content_hash: str
    title_terms: tuple[str, ...]
    sentences: tuple[NewSentence, ...]
    chunks: tuple[NewChunk, ...]


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """What a derived index holds of a chunk."""

    id: int
    article_id: str
    language: Language
    source: str | None
    published: date | None
    vector: Vector
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """What a derived index of vectors holds of a chunk or a word."""

    id: int
    language: Language
    vector: Vector


def pack(vector: Vector) -> bytes:
    """A unit vector as float16: half the disk, and cosines stay within 0.001."""
    return vector.astype(np.float16).tobytes()


def unpack(blob: bytes) -> Vector:
    """The float32 vector that `pack` laid down."""
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)


def pack_ids(ids: Sequence[int]) -> bytes:
    """Ids of words, four bytes each."""
    return np.array(ids, dtype=np.int32).tobytes()


def unpack_ids(blob: bytes) -> WordIds:
    """The int32 array that `pack_ids` laid down."""
    return np.frombuffer(blob, dtype=np.int32)
