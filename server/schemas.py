"""What only the HTTP interface takes and gives; what it shares is in `rag/wire_models.py`.

Requests are checked by these models. Replies are made by `rag/wire.py`; the models of
replies document them, and a test holds the two together.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from rag.wire_models import Direction, LanguageCode, Question, Strict


class AskRequest(Question):
    stream: bool = Field(
        default=False, strict=True, description="answer with server-sent events as it is made"
    )


class ArticlesQuery(Strict):
    offset: int = Field(default=0, ge=0, le=10_000_000)
    limit: int = Field(default=50, ge=1, le=200)
    language: LanguageCode | None = None


class ArticleSummaryOut(Strict):
    id: str
    title: str
    language: str
    direction: Direction
    url: str | None
    published: date | None
    source: str | None
    characters: int


class ArticleListOut(Strict):
    """One page of articles, newest first; `total` counts all of them."""

    articles: list[ArticleSummaryOut]
    total: int
    offset: int
    limit: int


class HealthOut(Strict):
    status: Literal["ok", "ready"]


class ErrorDetail(Strict):
    code: str = Field(examples=["bad_question"])
    message: str
    request_id: str


class ErrorOut(Strict):
    """The shape of every error."""

    error: ErrorDetail
