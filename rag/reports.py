"""What a collection holds, listed and counted, and what was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.types import Language


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be ingested, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, by article id, and how many sentences it had to embed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[FailedFile, ...]
    embedded_sentences: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article in a list, without its text."""

    id: str
    title: str
    language: Language
    url: str | None
    published: date | None
    source: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of the list of articles, newest first, and how many there are in all."""

    articles: tuple[ArticleSummary, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """What the collection holds, and with which model it was embedded."""

    articles: Mapping[Language, int]
    passages: int
    sentences: int
    generation: int
    model: str
    model_fingerprint: str
    answerer: str
    home: Path
