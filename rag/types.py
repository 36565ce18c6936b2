"""The vocabulary of Dalil: the frozen values that pass between its parts.

Offsets are code points into `Article.text`, half-open, so `article.text[start:end]`
is the span's text. Nothing here computes anything beyond what a value says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

Language: TypeAlias = str
"""A lower-case ISO 639-1 code ("ar", "en"), or "und" where no language can be told."""

Direction: TypeAlias = Literal["rtl", "ltr"]

RTL_LANGUAGES = frozenset({"ar", "fa", "ur", "he", "ps", "ckb", "ug", "yi", "dv"})


def direction_of(language: Language) -> Direction:
    """Writing direction of a language. "ar" → "rtl", "en" → "ltr", "und" → "ltr"."""
    return "rtl" if language in RTL_LANGUAGES else "ltr"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The text that the span covers."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Article:
    """One article exactly as it is stored and shown.

    `origin` is where it was read from (a file's absolute path), None if it was not a file.
    """

    id: str
    title: str
    text: str
    language: Language
    url: str | None = None
    published: date | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    origin: str | None = None

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; an empty filter lets everything through.

    The dates are inclusive; an article without a date passes no date filter.
    """

    languages: tuple[Language, ...] = ()
    sources: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None

    @property
    def empty(self) -> bool:
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that a search found. Higher scores are better."""

    article_id: str
    title: str
    url: str | None
    language: Language
    published: date | None
    source: str | None
    text: str
    start: int
    end: int
    score: float

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages for a query, best first."""

    query: str
    language: Language
    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote: `quote` is `text[start:end]` of the article, which code has checked.

    `marker` is the number that the answer's text shows in brackets.
    """

    marker: int
    article_id: str
    title: str
    url: str | None
    language: Language
    quote: str
    start: int
    end: int
    score: float

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before in a conversation, by the reader ("user") or by Dalil."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer, and the markers of the quotes that bear it out."""

    text: str
    citations: tuple[int, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets. An abstention has no citations, but may have `related` passages.

    `confidence` is the calibrated probability, 0 to 1, that the collection answers the
    question. `degraded` tells that a fallback answered in place of the configured model.
    `rewritten` is the question that was searched for, where a follow-up was made to stand
    alone.
    """

    id: str
    question: str
    language: Language
    status: Status
    answer: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    related: tuple[Passage, ...]
    confidence: float
    model: str
    degraded: bool
    timings_ms: Mapping[str, float]
    rewritten: str | None = None


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
