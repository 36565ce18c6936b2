"""Asks and searches: the one object that the CLI, the server and the evals call.

It takes a question through the data path and times each stage; what happens in a stage
is in that stage's module.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from embeddings.calibrated import CalibratedEncoder
from rag.admission import Admission
from rag.answering import Answerer, Inquiry
from rag.errors import EmptyIndexError, ModelChangedError
from rag.events import Done, Event
from rag.findings import Findings, find
from rag.index import SearchIndex
from rag.query import Query, analyse_query
from rag.reading import read_answer
from rag.repeated import Repeated, normal_form
from rag.reports import ArticlePage, CollectionStatus
from rag.retrieval import Retriever
from rag.stopwatch import Stopwatch
from rag.store import Store, View
from rag.types import Answer, Article, Filters, Language, SearchResult, Turn
from rag.weights import Weights

MODEL_NAME = "dalil"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """What a service needs to know beside its parts."""

    home: Path
    model: str
    pipeline: str
    top_k: int
    max_question_chars: int


class Service:
    """Answers from one collection. Thread-safe; `stream`, `asearch` and `aclose` are for event
    loops and do not block, all other methods do."""

    def __init__(
        self,
        store_path: Path,
        index: SearchIndex,
        encoder: CalibratedEncoder,
        weights: Weights,
        answerer: Answerer,
        config: ServiceConfig,
        admission: Admission,
    ) -> None:
        self._store_path = store_path
        self._store: Store | None = None
        self._opening = threading.Lock()
        self._index = index
        self._encoder = encoder
        self._answerer = answerer
        self._retriever = Retriever(index, encoder, weights)
        self._config = config
        self._admission = admission
        self._queries: Repeated[str, Query] = Repeated()
        self._findings: Repeated[tuple[str, Filters, int, int], Findings] = Repeated()

    @property
    def runtime(self) -> str:
        """What runs the embedding model, in a few words for people."""
        return self._encoder.runtime

    @property
    def model_names(self) -> tuple[str, ...]:
        """The names under which OpenAI's clients may ask, the default first."""
        return (MODEL_NAME,)

    def search(
        self, query: str, *, top_k: int | None = None, filters: Filters = Filters()
    ) -> SearchResult:
        """Passages for a query, best first.

        Raises QuestionError, EmptyIndexError, ModelChangedError, StoreError.
        """
        watch = Stopwatch()
        findings = self._find(query, top_k, filters, watch)
        return SearchResult(query, findings.query.language, findings.passages(), watch.read())

    async def asearch(
        self, query: str, *, top_k: int | None = None, filters: Filters = Filters()
    ) -> SearchResult:
        """`search`, in a thread of the service's. Raises OverloadedError besides."""
        return await self._admission.run(lambda: self.search(query, top_k=top_k, filters=filters))

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """Answer a question with verified quotes, or abstain.

        `language` is the language to answer in; that of the question if None. A question
        that points back at `history`, oldest turn first, is made to stand alone.
        Raises as `asearch` does. It must not be called from a running event loop.
        """

        async def read() -> Answer:
            try:
                return await read_answer(
                    self.stream(
                        question,
                        top_k=top_k,
                        filters=filters,
                        language=language,
                        history=history,
                        live=False,
                    )
                )
            finally:
                await self.aclose()

        return asyncio.run(read())

    async def stream(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
        history: Sequence[Turn] = (),
        live: bool = True,
    ) -> AsyncGenerator[Event, None]:
        """What `ask` does, told as it happens. Raises as `ask` does, before the first event.

        `live` tells that the reader sees the text while it comes; then a language model that
        breaks off raises LlmInterruptedError, for what was shown cannot be taken back.
        """
        watch = Stopwatch()
        asked = question

        # A follow-up may be rewritten by a model first: that is not paid for in vain.
        self._admission.require_room()

        async def search(text: str, then: Callable[[Findings], T]) -> T:
            nonlocal asked
            asked = text
            return await self._admission.run(lambda: then(self._find(text, top_k, filters, watch)))

        inquiry = Inquiry(question, tuple(history), language, live)
        async with aclosing(self._answerer.answer(inquiry, search)) as events:
            async for event in events:
                watch.note(event)
                if isinstance(event, Done):
                    event = _completed(event, question, asked, watch)
                yield event

    def articles(
        self, *, offset: int = 0, limit: int = 50, language: Language | None = None
    ) -> ArticlePage:
        """A page of the list of articles, newest first."""
        with self._open_store().reading() as view:
            return view.articles(offset, limit, language)

    def article(self, article_id: str) -> Article:
        """An article as it is stored. Raises ArticleNotFoundError."""
        with self._open_store().reading() as view:
            return view.article(article_id)

    def status(self) -> CollectionStatus:
        """What the collection holds."""
        with self._open_store().reading() as view:
            return CollectionStatus(
                articles=view.article_counts(),
                passages=view.count("chunks"),
                sentences=view.count("sentences"),
                generation=view.generation,
                model=self._config.model,
                model_fingerprint=self._encoder.fingerprint,
                answerer=self._answerer.name,
                home=self._config.home,
            )

    def check_ready(self) -> None:
        """Make sure that a question could be answered now; load the indexes if need be.

        Raises EmptyIndexError, ModelChangedError, StoreError.
        """
        with self._view() as view:
            self._index.catch_up(view)

    def prepare(self) -> None:
        """Load what the first question would wait for."""
        self._answerer.prepare()

    async def aclose(self) -> None:
        """Let go of what belongs to this event loop; no answer may be in the making."""
        await self._answerer.aclose()

    def close(self) -> None:
        self._admission.close()
        if self._store is not None:
            self._store.close()

    def _find(self, text: str, top_k: int | None, filters: Filters, watch: Stopwatch) -> Findings:
        wanted = top_k or self._config.top_k
        with watch.stage("encode"):
            query = self._queries.get(
                normal_form(text),
                lambda: analyse_query(text, self._encoder, self._config.max_question_chars),
            )
        with watch.stage("search"), self._view() as view:
            return self._findings.get(
                (query.text, filters, wanted, view.generation),
                lambda: find(self._retriever, view, query, filters, wanted),
            )

    @contextmanager
    def _view(self) -> Iterator[View]:
        """A view of a collection that this service can search."""
        with self._open_store().reading() as view:
            if not view.holds_chunks():
                raise EmptyIndexError(
                    "the collection holds no articles: run 'dalil ingest PATH' first"
                )
            if view.pipeline != self._config.pipeline:
                raise ModelChangedError(
                    "the collection was embedded with another model or chunk size: run "
                    "'dalil ingest' on it again, or set the model back"
                )
            yield view

    def _open_store(self) -> Store:
        """The store, opened when it is first needed, for it may be made after the start."""
        with self._opening:
            if self._store is None:
                self._store = Store(self._store_path)
            return self._store


def _completed(done: Done, question: str, asked: str, watch: Stopwatch) -> Done:
    """With what only the service knows: what was asked, what was searched for, the timings."""
    rewritten = asked if asked != question else None
    return Done(
        replace(done.answer, question=question, rewritten=rewritten, timings_ms=watch.read())
    )
