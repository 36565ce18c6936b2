"""Asks and searches: the one object that the CLI, the server and the evals call.

It takes a question through the data path and times each stage; what happens in a stage
is in that stage's module.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from embeddings.calibrated import CalibratedEncoder
from rag.citations import cite_quotes
from rag.confidence import confidence
from rag.errors import EmptyIndexError, ModelChangedError
from rag.extractive import Quote, pick_sentences
from rag.index import SearchIndex
from rag.messages import abstention, foreign_quote
from rag.query import Query, analyse_query
from rag.retrieval import RankedPassage, Retrieved, Retriever
from rag.selection import as_passage, join_neighbours, without_copies
from rag.store import Store, View
from rag.types import (
    Answer,
    Article,
    ArticlePage,
    CollectionStatus,
    Filters,
    Language,
    Passage,
    SearchResult,
    Status,
)
from rag.weights import Weights

EXTRACTIVE = "extractive"
_RELATED = 3


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

    def search(
        self, query: str, *, top_k: int | None = None, filters: Filters = Filters()
    ) -> SearchResult:
        """Passages for a query, best first.

        Raises QuestionError, EmptyIndexError, ModelChangedError, StoreError.
        """
        watch = _Stopwatch()
        analysed = self._analyse(query, watch)
        with self._view() as view, watch.stage("search"):
            retrieved = self._retriever.retrieve(view, analysed, filters)
            chosen = without_copies(retrieved.passages, top_k or self._config.top_k)
            passages = _passages(view, chosen)
        return SearchResult(query, analysed.language, passages, watch.read())

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        filters: Filters = Filters(),
        language: Language | None = None,
    ) -> Answer:
        """Answer a question with verified quotes, or abstain.

        `language` is the language to answer in; that of the question if None.
        Raises as `search` does.
        """
        watch = _Stopwatch()
        query = self._analyse(question, watch)
        with self._view() as view:
            with watch.stage("search"):
                retrieved = self._retriever.retrieve(view, query, filters)
                chosen = without_copies(retrieved.passages, top_k or self._config.top_k)
            with watch.stage("answer"):
                quotes, sure = self._pick(view, query, retrieved, chosen)
                answered = bool(quotes) and sure >= self._config.min_confidence
                related = () if answered else _passages(view, chosen[:_RELATED])
        reply_language = language or query.language
        if not answered:
            return _abstained(question, reply_language, related, sure, watch)
        return _answered(question, reply_language, quotes, sure, watch)

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

    def _analyse(self, text: str, watch: _Stopwatch) -> Query:
        with watch.stage("encode"):
            return analyse_query(text, self._encoder, self._config.max_question_chars)

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

    def _pick(
        self, view: View, query: Query, retrieved: Retrieved, chosen: list[RankedPassage]
    ) -> tuple[list[Quote], float]:
        ids = dict.fromkeys(passage.evidence.chunk.article_id for passage in chosen)
        articles = {article_id: view.article(article_id) for article_id in ids}
        quotes = pick_sentences(query, chosen, articles, retrieved.term_weights, self._weights)
        if not quotes:
            return [], 0.0
        term_weights = retrieved.term_weights[quotes[0].article.language]
        return quotes, confidence(quotes[0], term_weights, self._weights)


def _passages(view: View, chosen: list[RankedPassage]) -> tuple[Passage, ...]:
    return tuple(
        as_passage(stretch, view.article(stretch.article_id)) for stretch in join_neighbours(chosen)
    )


def _answered(
    question: str, language: Language, quotes: list[Quote], sure: float, watch: _Stopwatch
) -> Answer:
    verified = cite_quotes(quotes)
    body = " ".join(
        f"{sentence.text} {''.join(f'[{marker}]' for marker in sentence.citations)}"
        for sentence in verified.sentences
    )
    foreign = all(citation.language != language for citation in verified.citations)
    return Answer(
        id=uuid.uuid4().hex,
        question=question,
        language=language,
        status=Status.ANSWERED,
        answer=f"{foreign_quote(language)} {body}" if foreign else body,
        sentences=verified.sentences,
        citations=verified.citations,
        related=(),
        confidence=round(sure, 4),
        model=EXTRACTIVE,
        degraded=False,
        timings_ms=watch.read(),
    )


def _abstained(
    question: str,
    language: Language,
    related: tuple[Passage, ...],
    sure: float,
    watch: _Stopwatch,
) -> Answer:
    return Answer(
        id=uuid.uuid4().hex,
        question=question,
        language=language,
        status=Status.ABSTAINED,
        answer=abstention(language),
        sentences=(),
        citations=(),
        related=related,
        confidence=round(sure, 4),
        model=EXTRACTIVE,
        degraded=False,
        timings_ms=watch.read(),
    )
