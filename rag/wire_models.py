"""The shapes of `rag/wire.py` as models: what is asked is checked, what is told is documented.

HTTP and MCP share them; a test holds them and the wire together. What only HTTP speaks
is in `server/schemas.py`.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from rag.types import Filters, Problem, Turn

LONGEST_TEXT = 20_000
MOST_TURNS = 20
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"


def _require_iso_date(value: Any) -> Any:
    """pydantic alone would also take a number, as seconds since 1970."""
    if value is None or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError("write the date as YYYY-MM-DD")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


IsoDate = Annotated[date, BeforeValidator(_require_iso_date)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["ar"])]
ArticleId = Annotated[str, Field(pattern=_ID_PATTERN, examples=["suez-canal-ar"])]
SourceName = Annotated[str, Field(min_length=1, max_length=200)]
TopK = Annotated[int, Field(strict=True, ge=1, le=50)]
Direction = Literal["rtl", "ltr"]


class FiltersIn(Strict):
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

    def value(self) -> Filters:
        return Filters(
            languages=tuple(self.languages),
            sources=tuple(self.sources),
            article_ids=tuple(self.article_ids),
            published_from=self.published_from,
            published_to=self.published_to,
        )


class TurnIn(Strict):
    """What was said before: by the reader ("user") or by Dalil ("assistant")."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=LONGEST_TEXT)

    def value(self) -> Turn:
        return Turn(self.role, self.content)


class Question(Strict):
    question: str = Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        description="in Arabic or English; a follow-up may point back at the history",
        examples=["متى افتُتحت قناة السويس؟", "When was the Suez Canal opened?"],
    )
    top_k: TopK | None = Field(default=None, description="passages to answer from")
    filters: FiltersIn = FiltersIn()
    history: list[TurnIn] = Field(
        default=[], max_length=MOST_TURNS, description="the conversation so far, oldest first"
    )
    language: Literal["ar", "en"] | None = Field(
        default=None, description="language to answer in; by default that of the question"
    )

    def turns(self) -> tuple[Turn, ...]:
        return tuple(turn.value() for turn in self.history)


class SearchRequest(Strict):
    query: str = Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        description="in Arabic or English; finds passages in both",
        examples=["حفر قناة السويس", "length of the canal"],
    )
    top_k: TopK | None = Field(default=None, description="passages to return")
    filters: FiltersIn = FiltersIn()


class PassageOut(Strict):
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


class SearchOut(Strict):
    """Passages, best first."""

    query: str
    language: str
    passages: list[PassageOut]
    timings_ms: dict[str, float]


class SentenceOut(Strict):
    """A sentence of the answer, and the markers of the quotes that bear it out."""

    text: str
    citations: list[int]
    supported: bool
    problem: Problem | None = Field(
        description="why it is not supported; null also where it claims nothing"
    )


class CitationOut(Strict):
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


class UsageOut(Strict):
    """What the answer took of language models; null where the provider does not say."""

    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None
    calls: int


class AnswerOut(Strict):
    """An answer whose every sentence is borne out, or an abstention that says so."""

    id: str
    question: str
    rewritten: str | None = Field(
        description="the question that was searched for, where a follow-up was made to stand alone"
    )
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
    usage: UsageOut | None = Field(description="null where no language model was asked")
    timings_ms: dict[str, float]


class ArticleOut(Strict):
    id: str
    title: str
    language: str
    direction: Direction
    text: str
    url: str | None
    published: date | None
    metadata: dict[str, str]
