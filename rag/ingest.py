"""Brings a collection up to date with files: loads, compares, indexes, stores.

Works in batches; each is one transaction, so an ingest that is stopped has stored whole
batches and goes on from there when it is run again. While one batch is stored the next is
embedded and the one after it is read, so no more than four are ever in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import perf_counter

from embeddings.encoder import Vectors
from rag.ahead import ahead
from rag.batches import Coming, in_batches
from rag.errors import ArticleNotFoundError, LoadError
from rag.index import SearchIndex
from rag.indexing import IndexedBatch, Indexer, content_hash
from rag.loading import discover, load_article
from rag.reports import FailedFile, IngestReport
from rag.store import NewVectors, Store
from rag.types import Article

_NOTHING = IndexedBatch((), NewVectors({}, {}))

IngestProgress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


@dataclass(slots=True)
class _Tally:
    """What has happened so far, by article id; `given` are the files that gave one."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)
    given: dict[str, Path] = field(default_factory=dict)
    embedded: int = 0


class Ingester:
    """Ingests into one store with one indexer. Safe to share between threads."""

    def __init__(self, store: Store, index: SearchIndex, indexer: Indexer) -> None:
        self._store = store
        self._index = index
        self._indexer = indexer
        # An article that is removed while all are embedded anew would come back with them.
        self._reembedding = Lock()

    def ingest(
        self,
        inputs: Sequence[str],
        *,
        prune: bool = False,
        progress: IngestProgress | None = None,
    ) -> IngestReport:
        """Ingest files, folders and globs; with `prune`, drop articles whose file is gone.

        A file that cannot be read is reported, keeps the article that it gave before, and
        does not stop the others.

        Raises:
            LoadError: an input names nothing.
            StoreError: nothing of the batch at hand was stored.
        """
        started = perf_counter()
        report = progress or (lambda _what, _done, _total: None)
        paths = discover(inputs)
        tally = _Tally()
        self._reembed_if_the_model_changed(tally, report)
        with ahead(in_batches(self._changed(paths, tally, report))) as loaded:
            self._index_and_write(loaded, tally)
        report("ingesting", len(paths), len(paths))
        if prune:
            self._prune(inputs, tally)
        self._catch_up()
        return IngestReport(
            added=tuple(tally.added),
            changed=tuple(tally.changed),
            unchanged=tuple(tally.unchanged),
            removed=tuple(tally.removed),
            failed=tuple(tally.failed),
            embedded_sentences=tally.embedded,
            seconds=perf_counter() - started,
        )

    def add(self, articles: Sequence[Article]) -> None:
        """Store articles that did not come from files, each replacing the one with its id."""
        self._reembed_if_the_model_changed(_Tally(), lambda _what, _done, _total: None)
        self._index_and_write(in_batches(articles), _Tally())
        self._catch_up()

    def holds(self, article_id: str) -> bool:
        """Whether there is an article with this id."""
        with self._store.reading() as view:
            return view.holds(article_id)

    def remove(self, article_id: str) -> None:
        """Take an article out of the store and the indexes. Raises ArticleNotFoundError."""
        self._reembed_if_the_model_changed(_Tally(), lambda _what, _done, _total: None)
        if not self.holds(article_id):
            raise ArticleNotFoundError(f"no article has the id {article_id!r}")
        self._write(_NOTHING, [article_id], _Tally())
        self._catch_up()

    def close(self) -> None:
        self._store.close()

    def _changed(
        self, paths: Sequence[Path], tally: _Tally, report: IngestProgress
    ) -> Iterator[Article]:
        """The articles of the files that are new or say something else than before."""
        with self._store.reading() as view:
            stored = view.content_hashes()
        for done, path in enumerate(paths):
            report("ingesting", done, len(paths))
            try:
                article = load_article(path)
                _refuse_taken_id(article, path, tally.given, stored)
            except LoadError as error:
                tally.failed.append(FailedFile(error.path, error.reason))
                continue
            tally.given[article.id] = path
            if article.id not in stored:
                tally.added.append(article.id)
            elif stored[article.id] == (content_hash(article), article.origin):
                tally.unchanged.append(article.id)
                continue
            else:
                tally.changed.append(article.id)
            yield article

    def _index_and_write(self, batches: Iterable[Sequence[Article]], tally: _Tally) -> None:
        coming = Coming()
        with ahead(self._prepare(batch, coming) for batch in batches) as ready:
            for batch in ready:
                self._write(batch, [], tally)

    def _prepare(self, articles: Sequence[Article], coming: Coming) -> IndexedBatch:
        """A batch, without what the store has, or will have once those before are written."""
        batch = self._indexer.index(
            articles,
            lambda hashes: {**self._known_vectors(hashes), **coming.vectors(hashes)},
            lambda words: self._known_words(words) | coming.words(words),
        )
        coming.add(batch.new)
        return batch

    def _write(self, batch: IndexedBatch, removed: Sequence[str], tally: _Tally) -> None:
        self._store.write(
            batch.articles,
            removed,
            batch.new,
            fingerprint=self._indexer.fingerprint,
            pipeline=self._indexer.pipeline,
        )
        tally.embedded += len(batch.new.texts)

    def _known_vectors(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        with self._store.reading() as view:
            return view.known_vectors(self._indexer.fingerprint, hashes)

    def _known_words(self, words: Iterable[str]) -> set[str]:
        with self._store.reading() as view:
            return view.known_words(self._indexer.fingerprint, words)

    def _reembed_if_the_model_changed(self, tally: _Tally, report: IngestProgress) -> None:
        """Index every stored article anew in one write, for two models must never mix."""
        with self._reembedding:
            with self._store.reading() as view:
                if view.pipeline in ("", self._indexer.pipeline):
                    return
                articles = [view.article(article_id) for article_id in view.content_hashes()]
            if articles:
                report("embedding with the new model", 0, len(articles))
                self._write(self._prepare(articles, Coming()), [], tally)
                report("embedding with the new model", len(articles), len(articles))

    def _prune(self, inputs: Sequence[str], tally: _Tally) -> None:
        """Remove articles from below the inputs whose file is gone, or gives another now."""
        given = {str(path.resolve()): article_id for article_id, path in tally.given.items()}
        roots = [Path(text).resolve() for text in inputs]
        with self._store.reading() as view:
            stored = view.content_hashes()
        gone = [
            article_id
            for article_id, (_hash, origin) in stored.items()
            if origin is not None
            and (not Path(origin).exists() or given.get(origin, article_id) != article_id)
            and any(Path(origin).is_relative_to(root) for root in roots)
        ]
        if gone:
            self._write(_NOTHING, gone, tally)
            tally.removed.extend(gone)

    def _catch_up(self) -> None:
        with self._store.reading() as view:
            self._index.catch_up(view)


def _refuse_taken_id(
    article: Article,
    path: Path,
    seen: Mapping[str, Path],
    stored: Mapping[str, tuple[str, str | None]],
) -> None:
    """Refuse a second file with the same id: one would silently replace the other."""
    advice = "give the file an 'id' of its own in its front matter, or rename it"
    if article.id in seen:
        raise LoadError(path, f"has the id {article.id!r}, as {seen[article.id]} has; {advice}")
    origin = stored[article.id][1] if article.id in stored else None
    if origin is not None and origin != article.origin and Path(origin).exists():
        raise LoadError(path, f"has the id {article.id!r}, as {origin} has; {advice}")
