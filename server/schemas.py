"""What the HTTP interface takes and gives: every field, its bounds and its meaning.

Requests are checked by these models. Replies are made by `rag/wire.py`; the models of
replies document them, and a test holds the two together.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_LONGEST_QUESTION = 20_000
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"


def _require_iso_date(value: Any) -> Any:
    """pydantic alone would also take a number, as seconds since 1970."""
    if value is None or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError("write the date as YYYY-MM-DD")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


IsoDate = Annotated[date, BeforeValidator(_require_iso_date)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["ar"])]
ArticleId = Annotated[str, Field(pattern=_ID_PATTERN, examples=["suez-canal-ar"])]
SourceName = Annotated[str, Field(min_length=1, max_length=200)]
TopK = Annotated[int, Field(strict=True, ge=1, le=50)]
Direction = Literal["rtl", "ltr"]


class FiltersIn(_Strict):
    """Limits a search to some articles; what is left out limits nothing."""

    languages: list[LanguageCode] = Field(default=[], max_length=16, description="of the articles")
    sources: list[SourceName] = Field(default=[], max_length=32, description="exact names")
    article_ids: list[ArticleId] = Field(default=[], max_length=100)
    published_from: IsoDate | None = Field(default=None, description="first day, inclusive")
    published_to: IsoDate | None = Field(default=None, description="last day, inclusive")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.published_from, self.published_to
        if first and last and first > last:
            raise ValueError("published_from is later than published_to")
        return self


class AskRequest(_Strict):
    question: str = Field(min_length=1, max_length=_LONGEST_QUESTION)
    top_k: TopK | None = Field(default=None, description="passages to answer from")
    filters: FiltersIn = FiltersIn()
    language: Literal["ar", "en"] | None = Field(
        default=None, description="language to answer in; by default that of the question"
    )


class SearchRequest(_Strict):
    query: str = Field(min_length=1, max_length=_LONGEST_QUESTION)
    top_k: TopK | None = Field(default=None, description="passages to return")
    filters: FiltersIn = FiltersIn()


class ArticlesQuery(_Strict):
    offset: int = Field(default=0, ge=0, le=10_000_000)
    limit: int = Field(default=50, ge=1, le=200)
    language: LanguageCode | None = None


class PassageOut(_Strict):
    """A stretch of an article. `start` and `end` count code points in its text."""

    article_id: str
    title: str
    url: str | None
    language: str
    direction: Direction
    text: str
    start: int
    end: int
    score: float


class SearchOut(_Strict):
    """Passages, best first."""

    query: str
    language: str
    passages: list[PassageOut]
    timings_ms: dict[str, float]


class SentenceOut(_Strict):
    """A sentence of the answer, and the markers of the quotes that bear it out."""

    text: str
    citations: list[int]
    supported: bool


class CitationOut(_Strict):
    """An exact quote: the article's text from `start` to `end`, in code points."""

    marker: int
    article_id: str
    title: str
    url: str | None
    language: str
    direction: Direction
    quote: str
    start: int
    end: int
    score: float


class AnswerOut(_Strict):
    """An answer whose every sentence is borne out, or an abstention that says so."""

    id: str
    question: str
    language: str
    status: Literal["answered", "abstained"]
    answer: str
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    related: list[PassageOut] = Field(
        default=[], description="only in an abstention: the nearest passages, which are no evidence"
    )
    confidence: float = Field(ge=0, le=1)
    model: str
    degraded: bool = Field(description="whether a fallback answered")
    timings_ms: dict[str, float]


class ArticleOut(_Strict):
    id: str
    title: str
    language: str
    direction: Direction
    text: str
    url: str | None
    published: date | None
    metadata: dict[str, str]


class ArticleSummaryOut(_Strict):
    id: str
    title: str
    language: str
    direction: Direction
    url: str | None
    published: date | None
    source: str | None
    characters: int


class ArticleListOut(_Strict):
    """One page of articles, newest first; `total` counts all of them."""

    articles: list[ArticleSummaryOut]
    total: int
    offset: int
    limit: int


class HealthOut(_Strict):
    status: Literal["ok", "ready"]


class ErrorDetail(_Strict):
    code: str = Field(examples=["bad_question"])
    message: str
    request_id: str


class ErrorOut(_Strict):
    """The shape of every error."""

    error: ErrorDetail
