"""The shown passages made ready for comparison: their sentences taken apart, once.

Candidates for evidence are single sentences and pairs of neighbours; headings are left
out, for they state nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from rag.sentences import is_heading
from rag.types import Article, Language, Span
from rag.verification.claims import Statement, take_apart
from rag.verification.names import capitals_of
from rag.verification.values import ShownPassage, SourceSentence


@dataclass(frozen=True)
class Source:
    """A shown passage with each of its sentences taken apart."""

    passage: ShownPassage
    sentences: tuple[SourceSentence, ...]
    statements: tuple[Statement, ...]

    @property
    def article(self) -> Article:
        return self.passage.article

    @property
    def language(self) -> Language:
        return self.article.language

    @cached_property
    def whole(self) -> Statement:
        """The passage and its title as one statement: what a sentence may take as known."""
        return take_apart(f"{self.article.title}. {self.passage.span.of(self.article.text)}")

    @cached_property
    def years(self) -> frozenset[str]:
        """Numbers that hold for every sentence: those of the title, the year of publication."""
        published = {str(self.article.published.year)} if self.article.published else set()
        return self.title.values | published

    @cached_property
    def title(self) -> Statement:
        """The title and the headings of the passage: they name what its sentences speak of."""
        text = self.article.text
        headings = [s.span.of(text) for s in self.passage.sentences if is_heading(text, s.span)]
        return take_apart(". ".join([self.article.title, *headings]))

    @property
    def keys(self) -> list[tuple[Language, str]]:
        """The sentences as `words.TextVectors` knows them."""
        return [(self.language, s.span.of(self.article.text)) for s in self.sentences]

    def span(self, first: int, last: int) -> Span:
        return Span(self.sentences[first].span.start, self.sentences[last].span.end)


@dataclass(frozen=True)
class Shown:
    """All passages that the model saw, by number, and how rare each term is among them."""

    sources: dict[int, Source]
    capitals: frozenset[str]
    frequencies: Counter[str]
    sentence_count: int

    def rarity(self, terms: Sequence[str]) -> float:
        """How much a word counts, 0 to 1; one that no passage has counts most."""
        seen = max((self.frequencies.get(term, 0) for term in terms), default=0)
        return log((self.sentence_count + 1) / (seen + 0.5)) / log(2 * (self.sentence_count + 1))


def prepare(passages: Sequence[ShownPassage]) -> Shown:
    """Take the passages apart. Of two with one number the first counts."""
    sources: dict[int, Source] = {}
    for passage in passages:
        sources.setdefault(passage.number, _source(passage))
    statements = [statement for source in sources.values() for statement in source.statements]
    return Shown(
        sources,
        capitals_of(s.passage.span.of(s.article.text) for s in sources.values()),
        Counter(term for statement in statements for term in statement.terms),
        len(statements),
    )


def _source(passage: ShownPassage) -> Source:
    text = passage.article.text
    kept = tuple(sentence for sentence in passage.sentences if not is_heading(text, sentence.span))
    kept = kept or passage.sentences or (SourceSentence(passage.span),)
    return Source(passage, kept, tuple(take_apart(s.span.of(text)) for s in kept))
