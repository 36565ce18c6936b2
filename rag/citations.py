"""Checks quotes against the stored articles, and makes them citations.

Every citation that leaves Dalil passes through here. A quote that is not the article's
text at its place is a broken promise, so it is dropped, whoever made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.quote import Quote
from rag.types import AnswerSentence, Article, Citation, Span


@dataclass(frozen=True, slots=True)
class Verified:
    """The sentences of an answer, and the citations that bear them out, by marker."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]


def cite_quotes(quotes: Sequence[Quote]) -> Verified:
    """One sentence and one citation for each quote, numbered from 1 in their order."""
    exact = (quote for quote in quotes if is_exact(quote.text, quote.span, quote.article.text))
    citations = tuple(
        cite(marker, quote.article, quote.span, quote.score)
        for marker, quote in enumerate(exact, start=1)
    )
    sentences = tuple(
        AnswerSentence(" ".join(citation.quote.split()), (citation.marker,), supported=True)
        for citation in citations
    )
    return Verified(sentences, citations)


def cite(marker: int, article: Article, span: Span, score: float) -> Citation:
    """A citation of what stands at a place of an article."""
    return Citation(
        marker=marker,
        article_id=article.id,
        title=article.title,
        url=article.url,
        language=article.language,
        quote=span.of(article.text),
        start=span.start,
        end=span.end,
        score=score,
    )


def is_exact(quote: str, span: Span, text: str) -> bool:
    """Whether a quote is the text at its place, to the code point, and not empty."""
    return 0 <= span.start < span.end <= len(text) and span.of(text) == quote
