"""A small collection in memory that stands in for the engine's service.

It picks sentences by shared words, which is enough to answer, to abstain, to stream and
to fail as the engine does; how well it answers is nobody's concern here.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.errors import ArticleNotFoundError, DalilError, QuestionError
from rag.events import CitationFound, Done, Event, PassagesFound, TextDelta
from rag.reports import ArticlePage, ArticleSummary, CollectionStatus
from rag.text import fold
from rag.types import (
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Filters,
    Language,
    Passage,
    SearchResult,
    Span,
    Status,
    Turn,
)

ARTICLES = (
    Article(
        id="suez-canal-ar",
        title="قناة السويس",
        text="افتُتحت قناة السويس في 17 نوفمبر 1869. ويبلغ طول القناة اليوم 193 كيلومترًا.",
        language="ar",
        url="https://example.org/ar/suez",
        published=date(2021, 4, 5),
        source="مجموعة دليل",
        metadata={"القسم": "تاريخ"},
        origin="/secret/path/suez.md",
    ),
    Article(
        id="petra-ar",
        title="البتراء",
        text="البتراء مدينة أثرية في جنوب الأردن. وقد أُدرجت في قائمة التراث العالمي عام 1985.",
        language="ar",
        published=date(2019, 1, 31),
    ),
    Article(
        id="suez-canal-en",
        title="The Suez Canal",
        text="The Suez Canal was opened on 17 November 1869. It is 193 km long today.",
        language="en",
        url="https://example.org/en/suez",
        published=date(2021, 4, 6),
        source="Dalil collection",
    ),
)

ANSWERABLE_AR = "متى افتُتحت قناة السويس؟"
ANSWERABLE_EN = "When was the Suez Canal opened?"
UNANSWERABLE_AR = "من اخترع الهاتف المحمول؟"

_SENTENCE = re.compile(r"\S[^.]*\.")
_ARABIC = re.compile("[\u0600-\u06ff]")
_TIMINGS = {"encode": 1.0, "search": 0.5, "answer": 0.25, "total": 1.75}


@dataclass
class Pace:
    """How slow a stream is, and where it breaks off; times are in seconds."""

    before_the_first: float = 0.0
    between: float = 0.0
    fails_after: int | None = None
    error: Exception | None = None


class FakeService:
    """Answers from `ARTICLES`, and remembers what it was given and what still runs."""

    model_names = ("dalil",)
    runtime = "arithmetic"

    def __init__(self, pace: Pace | None = None) -> None:
        self.filters = Filters()
        self.history: tuple[Turn, ...] = ()
        self.live = True
        self.pace = pace or Pace()
        self.running = 0
        self.started = 0
        self.closed = False

    def search(
        self, query: str, *, top_k: int | None = None, filters: Filters = Filters()
    ) -> SearchResult:
        passages = [
            _passage(article, span, score)
            for score, article, span in self._ranked(query, filters)
            if score
        ]
        return SearchResult(query, _language(query), tuple(passages[: top_k or 5]), _TIMINGS)

    async def asearch(
        self, query: str, *, top_k: int | None = None, filters: Filters = Filters()
    ) -> SearchResult:
        return self.search(query, top_k=top_k, filters=filters)

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        self.history = tuple(history)
        asked = [turn.content for turn in history if turn.role == "user"]
        rewritten = f"{question} ({asked[-1]})" if asked else None
        ranked = self._ranked(rewritten or question, filters)
        answered = bool(ranked) and ranked[0][0] >= 2
        nearest = ranked[: top_k or 5]
        reply = language or _language(question)
        status = Status.ANSWERED if answered else Status.ABSTAINED
        abstention = {"ar": "لم أجد جوابًا.", "en": "I found no answer."}[reply]
        quotes = [_citation(*ranked[0])] if answered else []
        return Answer(
            id="a1",
            question=question,
            language=reply,
            status=status,
            answer=f"{quotes[0].quote} [1]" if answered else abstention,
            sentences=tuple(AnswerSentence(q.quote, (q.marker,), True) for q in quotes),
            citations=tuple(quotes),
            related=() if answered else tuple(_passage(a, s, n) for n, a, s in nearest),
            confidence=0.9 if answered else 0.1,
            model="extractive",
            degraded=False,
            timings_ms=_TIMINGS,
            rewritten=rewritten,
        )

    async def stream(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
        history: Sequence[Turn] = (),
        live: bool = True,
    ) -> AsyncIterator[Event]:
        self.live = live
        with self._slot():
            await asyncio.sleep(self.pace.before_the_first)
            answer = self.ask(
                question, top_k=top_k, filters=filters, language=language, history=history
            )
            for count, event in enumerate(_events(answer, self._passages(question, filters))):
                if self.pace.error and count == self.pace.fails_after:
                    raise self.pace.error
                yield event
                await asyncio.sleep(self.pace.between)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        self.running += 1
        self.started += 1
        try:
            yield
        finally:
            self.running -= 1

    def _passages(self, question: str, filters: Filters) -> tuple[Passage, ...]:
        return tuple(_passage(a, s, n) for n, a, s in self._ranked(question, filters)[:5])

    def articles(
        self, *, offset: int = 0, limit: int = 50, language: Language | None = None
    ) -> ArticlePage:
        found = [article for article in ARTICLES if language in (None, article.language)]
        return ArticlePage(tuple(map(_summary, found[offset : offset + limit])), len(found))

    def article(self, article_id: str) -> Article:
        for article in ARTICLES:
            if article.id == article_id:
                return article
        raise ArticleNotFoundError(f"there is no article with the id {article_id!r}")

    def status(self) -> CollectionStatus:
        return CollectionStatus({"ar": 2, "en": 1}, 3, 6, 1, "bundled", "f00", "extractive", Path())

    def check_ready(self) -> None:
        pass

    def prepare(self) -> None:
        pass

    async def aclose(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def _ranked(self, query: str, filters: Filters) -> list[tuple[int, Article, Span]]:
        self.filters = filters
        words = _words(query)
        if not words or len(query) > 2000:
            raise QuestionError("the question holds no words to search for, or too many")
        return sorted(
            (
                (len(words & _words(match[0])), article, Span(*match.span()))
                for article in ARTICLES
                if _passes(article, filters)
                for match in _SENTENCE.finditer(article.text)
            ),
            key=lambda found: -found[0],
        )


class FailingService(FakeService):
    """Raises the same error whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def _ranked(self, *_: object) -> list[tuple[int, Article, Span]]:
        raise self.error

    def status(self) -> CollectionStatus:
        raise self.error

    def check_ready(self) -> None:
        if isinstance(self.error, DalilError):
            raise self.error


def _events(answer: Answer, passages: tuple[Passage, ...]) -> Iterator[Event]:
    """The passages, the answer word by word with its quotes between, and all of it again."""
    yield PassagesFound(passages)
    for piece in re.findall(r"\S+\s*", answer.answer):
        yield TextDelta(piece)
        for citation in answer.citations:
            if f"[{citation.marker}]" in piece:
                yield CitationFound(citation)
    yield Done(answer)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", fold(text)))


def _language(text: str) -> Language:
    return "ar" if _ARABIC.search(text) else "en"


def _passes(article: Article, filters: Filters) -> bool:
    day = article.published or date.min
    return (
        (not filters.languages or article.language in filters.languages)
        and (not filters.sources or article.source in filters.sources)
        and (not filters.article_ids or article.id in filters.article_ids)
        and (filters.published_from or date.min) <= day <= (filters.published_to or date.max)
    )


def _passage(article: Article, span: Span, score: float) -> Passage:
    return Passage(
        article.id,
        article.title,
        article.url,
        article.language,
        article.published,
        article.source,
        span.of(article.text),
        span.start,
        span.end,
        score / 10,
    )


def _citation(score: float, article: Article, span: Span) -> Citation:
    return Citation(
        1,
        article.id,
        article.title,
        article.url,
        article.language,
        span.of(article.text),
        span.start,
        span.end,
        score / 10,
    )


def _summary(article: Article) -> ArticleSummary:
    return ArticleSummary(
        article.id,
        article.title,
        article.language,
        article.url,
        article.published,
        article.source,
        len(article.text),
    )
