"""The vocabulary of Dalil: the frozen values that pass between its parts.

Offsets are code points into `Article.text`, half-open, so `article.text[start:end]`
is the span's text. Nothing here computes anything beyond what a value says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias, TypeVar

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


class Problem(StrEnum):
    """Why a sentence is not supported."""

    NO_MARKER = "no_marker"
    WRONG_PASSAGE = "wrong_passage"
    NUMBER = "number"
    NAME = "name"
    QUOTE = "quote"
    NEGATION = "negation"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer, and the markers of the quotes that bear it out.

    One without support has a `problem`, unless it claims nothing ("Here is what they say:").
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took of language models; tokens and US dollars are None where unknown."""

    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None
    calls: int

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            _sum(self.cost_usd, other.cost_usd),
            self.calls + other.calls,
        )


Number = TypeVar("Number", int, float)


def _sum(one: Number | None, other: Number | None) -> Number | None:
    """What is known in part is not known."""
    return None if one is None or other is None else one + other


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets. An abstention has no citations, but may have `related` passages.

    `confidence` is the calibrated probability, 0 to 1, that the collection answers the
    question. `degraded` tells that a fallback answered in place of the configured model.
    `rewritten` is the question that was searched for, where a follow-up was made to stand
    alone. `usage` is None where no language model was asked.
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
    usage: Usage | None = None
