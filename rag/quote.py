"""A sentence picked from an article to answer a question, before it is made a citation."""

from dataclasses import dataclass

from rag.retrieval import RankedPassage
from rag.store import SentenceRow
from rag.types import Article, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence picked from an article, with the numbers it was picked by."""

    article: Article
    span: Span
    passage: RankedPassage
    features: tuple[float, ...]
    score: float
    row: SentenceRow

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)
