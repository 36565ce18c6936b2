"""What a question is answered from: everything read from the store, once and for all.

An answerer gets findings and needs no store, so a language model may take its time
without holding a transaction open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.features import TermWeights
from rag.query import Query
from rag.retrieval import RankedPassage, Retriever
from rag.selection import as_passage, join_neighbours, without_copies
from rag.store import View
from rag.types import Article, Filters, Language, Passage


@dataclass(frozen=True, slots=True)
class Findings:
    """The best passages for a query, best first, and the articles that they are from."""

    query: Query
    ranked: tuple[RankedPassage, ...]
    articles: Mapping[str, Article]
    term_weights: Mapping[Language, TermWeights]

    def passages(self, limit: int | None = None) -> tuple[Passage, ...]:
        """The passages as they are shown, neighbours joined."""
        return tuple(
            as_passage(stretch, self.articles[stretch.article_id])
            for stretch in join_neighbours(self.ranked[:limit])
        )


def find(retriever: Retriever, view: View, query: Query, filters: Filters, top_k: int) -> Findings:
    """Retrieve the `top_k` best passages that pass the filters, without near-copies."""
    retrieved = retriever.retrieve(view, query, filters)
    ranked = without_copies(retrieved.passages, top_k)
    ids = dict.fromkeys(passage.evidence.chunk.article_id for passage in ranked)
    articles = {article_id: view.article(article_id) for article_id in ids}
    return Findings(query, tuple(ranked), articles, retrieved.term_weights)
