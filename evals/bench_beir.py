"""Prints retrieval figures on a BEIR- or MIRACL-style folder.

`python -m evals.bench_beir FOLDER --limit 200` — the corpus is ingested whole into a
temporary collection, and the first 200 queries that have a relevant article are asked.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ir_measures import RR, R, nDCG
from rich.console import Console
from rich.table import Table
from rich.text import Text

from embeddings.calibrated import CalibratedEncoder
from evals.beir import LONGEST_QUERY, BeirCollection, load_beir
from evals.ranking import estimate_rankings, measure_rankings
from evals.summary import Estimate
from rag.cli.console import print_line
from rag.compose import open_encoder
from rag.errors import DalilError, InputError
from rag.index import SearchIndex
from rag.indexing import Indexer
from rag.ingest import Ingester
from rag.language import detect_language
from rag.query import analyse_query
from rag.retrieval import Retriever
from rag.settings import Settings, load_settings
from rag.store import Store
from rag.types import Filters
from rag.weights import load_weights

MEASURES = (nDCG @ 10, RR @ 10, R @ 20, R @ 100)
_ALL = "all"
_STEPS_BETWEEN_REPORTS = 50

Rankings = dict[str, list[str]]
Progress = Callable[[str], None]


def rank_all(
    collection: BeirCollection,
    queries: Sequence[str],
    encoder: CalibratedEncoder,
    settings: Settings,
    progress: Progress,
) -> Rankings:
    """The articles found for each of some queries, by id, best first, each once.

    The passages that are ranked are at most 64 in each language of the corpus, so R@100
    counts fewer than a hundred articles. As in BEIR's own evaluation a query never finds the
    article of its own id (ArguAna's are articles), unless that one is judged.
    """
    with tempfile.TemporaryDirectory(prefix="dalil-beir-") as name:
        folder = Path(name)
        with closing(Store(folder / "dalil.db", create=True)) as store:
            index = SearchIndex(folder / "index", encoder.dim)
            indexer = Indexer(encoder, settings.chunk_tokens, settings.chunk_overlap)
            progress(f"ingesting {len(collection.articles)} articles")
            Ingester(store, index, indexer).add(collection.articles)
            retriever = Retriever(index, encoder, load_weights())
            rankings: Rankings = {}
            with store.reading() as view:
                for done, query_id in enumerate(queries):
                    if done % _STEPS_BETWEEN_REPORTS == 0:
                        progress(f"asking {done}/{len(queries)}")
                    text = collection.queries[query_id]
                    query = analyse_query(text, encoder, LONGEST_QUERY)
                    found = retriever.retrieve(view, query, Filters()).passages
                    ids = dict.fromkeys(p.evidence.chunk.article_id for p in found)
                    if query_id not in collection.qrels[query_id]:
                        ids.pop(query_id, None)
                    rankings[query_id] = list(ids)
            return rankings


def queries_with_gold(collection: BeirCollection, limit: int | None) -> list[str]:
    """The first queries, in the file's order, that have a relevant article."""
    judged = [
        query_id
        for query_id in collection.queries
        if any(grade > 0 for grade in collection.qrels.get(query_id, {}).values())
    ]
    return judged[:limit]


def _table(collection: BeirCollection, rankings: Rankings) -> Table:
    asked = {query_id: collection.qrels[query_id] for query_id in rankings}
    values = measure_rankings(asked, rankings, MEASURES)
    by_language: dict[str, list[Mapping[str, float]]] = {}
    for query_id, value in values.items():
        by_language.setdefault(detect_language(collection.queries[query_id]), []).append(value)
    groups = dict(sorted(by_language.items()))
    if len(groups) > 1:
        groups[_ALL] = list(values.values())
    table = Table(caption="with 95 % intervals over the queries")
    for heading in ("language", "queries", *map(str, MEASURES)):
        table.add_column(heading, justify="left" if heading == "language" else "right")
    for language, found in groups.items():
        estimates = estimate_rankings(found, MEASURES)
        table.add_row(language, str(len(found)), *(_shown(estimates[str(m)]) for m in MEASURES))
    return table


def _shown(found: Estimate) -> str:
    return f"{found.value:.4f} ({found.low:.3f}–{found.high:.3f})"


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with corpus.jsonl, queries.jsonl and qrels")
    parser.add_argument("--limit", type=_count, help="ask only so many queries, 1 or more")
    parsed = parser.parse_args(arguments)
    errors = Console(stderr=True)
    try:
        settings = load_settings()
        with errors.status("reading") as status:
            collection = load_beir(parsed.folder)
            queries = queries_with_gold(collection, parsed.limit)
            if not queries:
                raise InputError(f"{parsed.folder}: no query has a relevant article")
            encoder = open_encoder(settings)
            rankings = rank_all(collection, queries, encoder, settings, status.update)
    except DalilError as error:
        errors.print(Text(f"dalil: {error}", style="red"))
        return 2
    console = Console(width=140)
    print_line(console, f"model {settings.embedding_model} ({encoder.fingerprint})")
    print_line(
        console,
        f"{len(collection.articles)} articles, {len(queries)} queries with a relevant article",
    )
    for name, digest in collection.sha256.items():
        print_line(console, f"{name}: sha256 {digest[:12]}")
    console.print(_table(collection, rankings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
