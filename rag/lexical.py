"""Chunks by term: a tantivy index that is fed with our own terms.

Tantivy's part is to find candidates fast and to know how rare a term is; its default
tokenisers shred vocalised Arabic, so it only ever sees terms from `terms.py` and keys
from `transliteration.py`. Queries are built from terms, never parsed, so no character in
a question means anything to it.
"""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import tantivy

from embeddings.calibrated import CALIBRATED_LANGUAGES
from rag.derived import Manifest, checksums, files_match, read_manifest, write_manifest
from rag.store import ChunkRecord, View
from rag.types import Filters, Language

_MANIFEST = "lexical.json"
_WRITER_BYTES = 64_000_000
_NO_DATE = 0
_COMMITTED_EVERY = 20_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk", stored=True, indexed=True, fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", indexed=True, fast=True)
    return builder.build()


class LexicalIndex:
    """The tantivy index on disk, and a searcher that sees one generation of it.

    Whoever calls `catch_up` holds the lock on the folder; several processes share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "lexical"
        self._schema = _schema()
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None
        self._has_deletions = False

    def catch_up(self, view: View) -> None:
        """Bring the index on disk to the view's generation, and look at that."""
        manifest = read_manifest(self._folder / _MANIFEST)
        usable = (
            manifest is not None
            and manifest.pipeline == view.pipeline
            and manifest.generation <= view.generation
            and (self._index is not None or files_match(self._data, manifest))
        )
        if manifest is None or not usable:
            self._start_over()
            self._apply(view, since=0)
        elif manifest.generation < view.generation:
            self._open()
            self._apply(view, since=manifest.generation)
        else:
            self._open()
        index = self._open()
        index.reload()
        self._searcher = index.searcher()
        counted = sum(
            self._searcher.doc_freq("language", language)
            for language in {*view.article_counts(), *CALIBRATED_LANGUAGES}
        )
        self._has_deletions = counted > self._searcher.num_docs

    def search(
        self, terms: Sequence[str], language: Language, k: int, filters: Filters
    ) -> list[int]:
        """Ids of the `k` chunks in a language with the best BM25 score, best first."""
        if self._searcher is None or not terms:
            return []
        wanted = [
            (tantivy.Occur.Should, self._term_query(term, language))
            for term in dict.fromkeys(terms)
        ]
        query = tantivy.Query.boolean_query(wanted)
        clauses = self._clauses(filters)
        if clauses:  # else unwrapped: tantivy skips what cannot score only at the top level
            parts = [(tantivy.Occur.Must, part) for part in (query, *clauses)]
            query = tantivy.Query.boolean_query(parts)
        hits = self._searcher.search(query, limit=k, count=False).hits
        return [int(self._searcher.doc(address)["chunk"][0]) for _score, address in hits]

    def document_frequency(self, term: str, language: Language) -> int:
        """In how many chunks in a language a term stands."""
        if self._searcher is None:
            return 0
        if not self._has_deletions:
            return self._searcher.doc_freq("terms", _in_language(term, language))
        # Tantivy's own figure counts deleted chunks until it happens to merge them away.
        # Its stubs lack `count`.
        query = self._term_query(term, language)
        return self._searcher.search(query, limit=1, count=True).count or 0  # type: ignore[attr-defined]

    def _term_query(self, term: str, language: Language) -> tantivy.Query:
        token = _in_language(term, language)
        return tantivy.Query.term_query(self._schema, "terms", token, "freq")

    def _clauses(self, filters: Filters) -> list[tantivy.Query]:
        """Filters as queries that add nothing to the score; languages are in the terms."""
        clauses: list[tantivy.Query] = []
        if filters.sources:
            clauses.append(
                tantivy.Query.term_set_query(self._schema, "source", list(filters.sources))
            )
        if filters.article_ids:
            clauses.append(
                tantivy.Query.term_set_query(self._schema, "article", list(filters.article_ids))
            )
        if filters.published_from or filters.published_to:
            clauses.append(
                tantivy.Query.range_query(
                    self._schema,
                    "published",
                    tantivy.FieldType.Integer,
                    _day_number(filters.published_from or date.min),
                    _day_number(filters.published_to or date.max),
                )
            )
        return [tantivy.Query.const_score_query(clause, 0.0) for clause in clauses]

    def _start_over(self) -> None:
        (self._folder / _MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self._data, ignore_errors=True)
        self._index = None

    def _open(self) -> tantivy.Index:
        if self._index is None:
            self._data.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(self._data), reuse=True)
        return self._index

    def _apply(self, view: View, since: int) -> None:
        writer = self._open().writer(_WRITER_BYTES, 1)
        if since:
            for chunk_id in view.removals_since(since):
                writer.delete_documents_by_term("chunk", chunk_id)
        for position, chunk in enumerate(view.chunks_since(since), start=1):
            if since:
                writer.delete_documents_by_term("chunk", chunk.id)
            writer.add_document(self._document(chunk))
            if position % _COMMITTED_EVERY == 0:
                writer.commit()
        writer.commit()
        writer.wait_merging_threads()
        names = [p.name for p in self._data.iterdir() if p.suffix != ".lock"]
        manifest = Manifest(
            view.generation,
            view.pipeline,
            view.count("chunks"),
            checksums(self._data, names),
        )
        write_manifest(self._folder / _MANIFEST, manifest)

    def _document(self, chunk: ChunkRecord) -> tantivy.Document:
        document = tantivy.Document()
        document.add_integer("chunk", chunk.id)
        tokens = (_in_language(term, chunk.language) for term in chunk.terms)
        document.add_text("terms", " ".join(tokens))
        document.add_text("language", chunk.language)
        document.add_text("article", chunk.article_id)
        if chunk.source is not None:
            document.add_text("source", chunk.source)
        document.add_integer("published", _day_number(chunk.published))
        return document


def _in_language(term: str, language: Language) -> str:
    """The token under which a term of a chunk is kept: ("2013", "ar") → "ar/2013".

    Numbers and the keys of names occur in all languages; how rare one is must be counted
    among the chunks that it is to tell apart.
    """
    return f"{language}/{term}"


def _day_number(day: date | None) -> int:
    """Days since year 1; 0, which no range of dates takes in, where there is no date."""
    return day.toordinal() if day is not None else _NO_DATE
