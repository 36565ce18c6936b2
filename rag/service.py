"""Asks and searches: the one object that the CLI, the server and the evals call.

It takes a question through the data path and times each stage; what happens in a stage
is in that stage's module.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from embeddings.calibrated import CalibratedEncoder
from rag.answer import EXTRACTIVE, answer_extractively
from rag.errors import EmptyIndexError, ModelChangedError
from rag.events import Event, PassagesFound, replay
from rag.findings import Findings, find
from rag.followup import stand_alone
from rag.index import SearchIndex
from rag.query import analyse_query
from rag.retrieval import Retriever
from rag.store import Store, View
from rag.types import (
    Answer,
    Article,
    ArticlePage,
    CollectionStatus,
    Filters,
    Language,
    SearchResult,
    Turn,
)
from rag.weights import Weights

MODEL_NAME = "dalil"


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """What a service needs to know beside its parts."""

    home: Path
    model: str
    pipeline: str
    top_k: int
    min_confidence: float
    max_question_chars: int


@dataclass(slots=True)
class _Stopwatch:
    """Milliseconds by stage, and in all."""

    started: float = field(default_factory=perf_counter)
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.timings[name] = (perf_counter() - start) * 1000

    def read(self) -> dict[str, float]:
        total = (perf_counter() - self.started) * 1000
        return {name: round(ms, 2) for name, ms in (*self.timings.items(), ("total", total))}


class Service:
    """Answers from one collection. Thread-safe; its methods block."""

    def __init__(
        self,
        store_path: Path,
        index: SearchIndex,
        encoder: CalibratedEncoder,
        weights: Weights,
        config: ServiceConfig,
    ) -> None:
        self._store_path = store_path
        self._store: Store | None = None
        self._opening = threading.Lock()
        self._index = index
        self._encoder = encoder
        self._weights = weights
        self._retriever = Retriever(index, weights, encoder.spread)
        self._config = config

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
        watch = _Stopwatch()
        findings = self._find(query, top_k, filters, watch)
        return SearchResult(query, findings.query.language, findings.passages(), watch.read())

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
        Raises as `search` does.
        """
        watch = _Stopwatch()
        asked = stand_alone(question, history)
        findings = self._find(asked, top_k, filters, watch)
        return self._answer(question, asked, findings, language, watch)

    async def stream(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
        history: Sequence[Turn] = (),
    ) -> AsyncGenerator[Event, None]:
        """What `ask` does, told as it happens. Raises as `ask` does, before the first event."""
        watch = _Stopwatch()
        asked = stand_alone(question, history)
        findings = await asyncio.to_thread(self._find, asked, top_k, filters, watch)
        yield PassagesFound(findings.passages())
        answer = await asyncio.to_thread(self._answer, question, asked, findings, language, watch)
        for event in replay(answer):
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
                answerer=EXTRACTIVE,
                home=self._config.home,
            )

    def check_ready(self) -> None:
        """Make sure that a question could be answered now; load the indexes if need be.

        Raises EmptyIndexError, ModelChangedError, StoreError.
        """
        with self._view() as view:
            self._index.catch_up(view)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _answer(
        self,
        question: str,
        asked: str,
        findings: Findings,
        language: Language | None,
        watch: _Stopwatch,
    ) -> Answer:
        with watch.stage("answer"):
            answer = answer_extractively(
                findings,
                self._weights,
                self._config.min_confidence,
                language or findings.query.language,
            )
        return replace(
            answer,
            question=question,
            rewritten=asked if asked != question else None,
            timings_ms=watch.read(),
        )

    def _find(self, text: str, top_k: int | None, filters: Filters, watch: _Stopwatch) -> Findings:
        with watch.stage("encode"):
            query = analyse_query(text, self._encoder, self._config.max_question_chars)
        with watch.stage("search"), self._view() as view:
            return find(self._retriever, view, query, filters, top_k or self._config.top_k)

    @contextmanager
    def _view(self) -> Iterator[View]:
        """A view of a collection that this service can search."""
        with self._open_store().reading() as view:
            if view.count("chunks") == 0:
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
