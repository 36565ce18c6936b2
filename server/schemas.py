"""What only the HTTP interface takes and gives; what it shares is in `rag/wire_models.py`.

Requests are checked by these models. Replies are made by `rag/wire.py`; the models of
replies document them, and a test holds the two together.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from rag.wire_models import LONGEST_TEXT, Direction, LanguageCode, Question, Strict

Offset = Annotated[int, Field(ge=0, le=10_000_000)]
Limit = Annotated[int, Field(ge=1, le=200)]
RatingIn = Literal["up", "down"]
AnyText = Annotated[str, Field(max_length=LONGEST_TEXT)]


class AskRequest(Question):
    stream: bool = Field(
        default=False, strict=True, description="answer with server-sent events as it is made"
    )


class ArticlesQuery(Strict):
    offset: Offset = 0
    limit: Limit = 50
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


class FeedbackIn(Strict):
    """What a reader says of an answer. Of the longer texts the first 4,000 characters are kept."""

    answer_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="the answer's `id`")
    rating: RatingIn
    comment: str | None = Field(default=None, max_length=2000)
    question: AnyText | None = None
    answer: AnyText | None = None


class FeedbackQuery(Strict):
    offset: Offset = 0
    limit: Limit = 50
    rating: RatingIn | None = None


class FeedbackOut(Strict):
    id: int
    answer_id: str
    rating: RatingIn
    comment: str | None
    question: str | None
    answer: str | None
    received: datetime


class FeedbackListOut(Strict):
    """One page, newest first; `total` counts what was asked for, `up` and `down` all there is."""

    feedback: list[FeedbackOut]
    total: int
    offset: int
    limit: int
    up: int
    down: int


class UnansweredQuery(Strict):
    offset: Offset = 0
    limit: Limit = 50


class UnansweredQuestionOut(Strict):
    question: str
    language: str
    times: int
    last: datetime


class UnansweredListOut(Strict):
    """One page of the questions that no article answered, most often asked first."""

    questions: list[UnansweredQuestionOut]
    total: int
    offset: int
    limit: int


class UploadQuery(Strict):
    replace: bool = Field(
        default=False, description="whether the article with the same id may be replaced"
    )


class UploadProblemOut(Strict):
    code: str = Field(examples=["article_exists"])
    message: str


class UploadOut(Strict):
    """A file that becomes an article; `article_id` and `title` come when it has been read."""

    id: str
    filename: str
    size: int
    state: Literal["waiting", "reading", "indexing", "done", "failed"]
    article_id: str | None
    title: str | None
    replaced: bool
    error: UploadProblemOut | None
    received: datetime


class UploadReplyOut(Strict):
    upload: UploadOut


class UploadListOut(Strict):
    """The last 200 since the server started, newest first."""

    uploads: list[UploadOut]


class StatusOut(Strict):
    """What the collection holds: articles by language, and with which model it was embedded."""

    articles: dict[str, int]
    passages: int
    sentences: int
    generation: int
    model: str
    model_fingerprint: str
    answerer: str


class HealthOut(Strict):
    status: Literal["ok", "ready"]


class ErrorDetail(Strict):
    code: str = Field(examples=["bad_question"])
    message: str
    request_id: str


class ErrorOut(Strict):
    """The shape of every error."""

    error: ErrorDetail
