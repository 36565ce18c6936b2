"""A chunk laid out for weighing: what every question that meets it needs, worked out once.

How candidates are compared with a question is in `weighing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rag.nearness import NO_WORD, Starts
from rag.store import ChunkRow, SentenceRow, Vector, WordIds

TITLE = -1
"""The place of a term that stands in the article's title."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A chunk, its sentences' vectors float32 (sentences, dim), words and terms.

    `words` are those of all sentences one after the other, each sentence's from its start in
    `starts` on; none is empty. `places` has, for each term and key, the positions of the
    sentences in which it stands, as often as it does.
    """

    chunk: ChunkRow
    vectors: Vector
    words: WordIds
    starts: Starts
    places: Mapping[str, tuple[int, ...]]
    term_count: int
    key_count: int

    def length(self, same_language: bool) -> int:
        """How many terms a question can meet; keys of names only in another language."""
        return self.term_count if same_language else self.term_count + self.key_count


def lay_out(chunk: ChunkRow) -> Candidate:
    """Lay out a chunk with its sentences."""
    rows = chunk.sentences
    lengths = [len(row.words) + 1 for row in rows]
    return Candidate(
        chunk,
        vectors=np.stack([row.vector for row in rows]),
        words=np.concatenate([np.append(row.words, np.int32(NO_WORD)) for row in rows]),
        starts=np.cumsum([0, *lengths[:-1]]),
        places=_places(chunk),
        term_count=len(chunk.title_terms) + sum(len(row.terms) for row in rows),
        key_count=sum(len(row.keys) for row in rows),
    )


def _places(chunk: ChunkRow) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = dict.fromkeys(chunk.title_terms, ())
    for term in chunk.title_terms:
        places[term] += (TITLE,)
    for position, row in enumerate(chunk.sentences):
        for term in _terms_and_keys(row):
            places[term] = (*places.get(term, ()), position)
    return places


def _terms_and_keys(row: SentenceRow) -> tuple[str, ...]:
    return row.terms + row.keys
