"""Chooses which ranked passages are shown: no near-copies, neighbours joined."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.features import PassageEvidence
from rag.retrieval import RankedPassage
from rag.types import Article, Passage, Span

_COPY_COSINE = 0.95
_COPY_OVERLAP = 0.8


@dataclass(slots=True)
class Stretch:
    """One or more neighbouring chunks of an article that are shown as one passage."""

    article_id: str
    span: Span
    first: int
    last: int
    score: float

    def touches(self, other: "Stretch") -> bool:
        """Whether the other overlaps this one, or follows or precedes it at once."""
        return (
            self.article_id == other.article_id
            and other.first <= self.last + 1
            and other.last >= self.first - 1
        )

    def take_in(self, other: "Stretch") -> None:
        """Grow to where the other reaches."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.span = Span(min(self.span.start, other.span.start), max(self.span.end, other.span.end))


def without_copies(ranked: Sequence[RankedPassage], limit: int) -> list[RankedPassage]:
    """The best `limit` passages, leaving out those that say what a better one has said.

    The same report stands in many papers; shown five times it hides the other four.
    """
    kept: list[RankedPassage] = []
    for passage in ranked:
        if len(kept) == limit:
            break
        if not any(_is_copy(passage.evidence, other.evidence) for other in kept):
            kept.append(passage)
    return kept


def _is_copy(one: PassageEvidence, other: PassageEvidence) -> bool:
    if one.chunk.language != other.chunk.language:
        return False
    if float(one.chunk.vector @ other.chunk.vector) < _COPY_COSINE:
        return False
    terms, others = _terms(one), _terms(other)
    return len(terms & others) >= _COPY_OVERLAP * min(len(terms), len(others))


def _terms(evidence: PassageEvidence) -> set[str]:
    return {term for row in evidence.chunk.sentences for term in row.terms}


def join_neighbours(ranked: Sequence[RankedPassage]) -> list[Stretch]:
    """Join chunks of one article that overlap or follow each other, best score first."""
    stretches: list[Stretch] = []
    for passage in ranked:
        chunk = passage.evidence.chunk
        first, last = chunk.sentences[0].ordinal, chunk.sentences[-1].ordinal
        new = Stretch(chunk.article_id, chunk.span, first, last, passage.score)
        touching = [s for s in stretches if s.touches(new)]
        if not touching:
            stretches.append(new)
            continue
        # A chunk that closes a gap joins both its neighbours, at the better one's place.
        for other in (*touching[1:], new):
            touching[0].take_in(other)
        stretches = [s for s in stretches if s not in touching[1:]]
    return stretches


def as_passage(stretch: Stretch, article: Article) -> Passage:
    """The stretch as it is shown: exactly the article's text between its ends."""
    return Passage(
        article_id=article.id,
        title=article.title,
        url=article.url,
        language=article.language,
        published=article.published,
        source=article.source,
        text=stretch.span.of(article.text),
        start=stretch.span.start,
        end=stretch.span.end,
        score=stretch.score,
    )
