"""What a model has written so far, and what of it is proved.

A sentence comes here checked. Its quotes get markers of their own, numbered as they first
appear, so that a marker is one exact quote and never a whole passage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rag.citations import cite
from rag.events import CitationFound, TextDelta
from rag.language import detect_language
from rag.types import AnswerSentence, Article, Citation, Language
from rag.verification import CheckedSentence, Evidence


@dataclass(slots=True)
class Draft:
    """Grows while the model writes; `text` is exactly what the reader has been shown."""

    text: str = ""
    sentences: list[AnswerSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def show(self, text: str) -> TextDelta:
        self.text += text
        return TextDelta(text)

    def take(
        self, checked: CheckedSentence, articles: Mapping[str, Article]
    ) -> Iterator[TextDelta | CitationFound]:
        """Put the markers of its evidence behind a sentence, and give the quotes that are new."""
        known = len(self.citations)
        markers = tuple(self._marker(item, articles) for item in checked.evidence)
        markers = tuple(dict.fromkeys(markers))
        self.sentences.append(
            AnswerSentence(checked.text, markers, checked.supported, checked.problem)
        )
        if not checked.claims_nothing:
            self.scores.append(checked.score if checked.supported else 0.0)
        if markers:
            yield self.show(" " + "".join(f"[{marker}]" for marker in markers))
        for citation in self.citations[known:]:
            yield CitationFound(citation)

    @property
    def claims_anything(self) -> bool:
        return bool(self.scores)

    @property
    def proved(self) -> bool:
        """Whether anything of it is borne out by a quote."""
        return bool(self.citations)

    @property
    def confidence(self) -> float:
        """The mean probability, 0 to 1, that what it claims is stated by its quotes."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0

    def speaks(self, language: Language) -> bool:
        return detect_language(self.text) in (language, "und")

    def _marker(self, evidence: Evidence, articles: Mapping[str, Article]) -> int:
        for citation in self.citations:
            place = (citation.article_id, citation.start, citation.end)
            if place == (evidence.article_id, evidence.span.start, evidence.span.end):
                return citation.marker
        marker = len(self.citations) + 1
        article = articles[evidence.article_id]
        self.citations.append(cite(marker, article, evidence.span, evidence.score))
        return marker
