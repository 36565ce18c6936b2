"""What happens while a question is being answered, in the order in which it happens.

One `PassagesFound`, then `TextDelta`s with `CitationFound`s between them, then one `Done`
that holds the whole answer. An answerer that fails raises instead of `Done`; what it has
shown by then stays shown and is not repeated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rag.types import Answer, Citation, Passage


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages that the answer will be taken from, best first."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer's text; never half a marker, never half a letter."""

    text: str


@dataclass(frozen=True, slots=True)
class CitationFound:
    """A quote that a marker in the text so far points at, checked by code."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, as it would have come without streaming."""

    answer: Answer


Event: TypeAlias = PassagesFound | TextDelta | CitationFound | Done


def replay(answer: Answer) -> Iterator[TextDelta | CitationFound | Done]:
    """The events of an answer that was there all at once: its text comes in pieces that end
    behind a citation's marker, each followed by that citation."""
    text = answer.answer
    for citation in answer.citations:
        marker = f"[{citation.marker}]"
        head, found, text = text.partition(marker)
        yield TextDelta(head + found)
        yield CitationFound(citation)
    if text:
        yield TextDelta(text)
    yield Done(answer)
