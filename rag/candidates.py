"""A chunk laid out for weighing: what every question that meets it needs, worked out once.

How candidates are compared with a question is in `weighing.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rag.nearness import NO_WORD, Starts
from rag.store import ChunkRow, Vector, WordIds

_END = np.array([NO_WORD], dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A chunk, its sentences' vectors float32 (sentences, dim), words and terms.

    `words` are those of all sentences one after the other, each sentence's from its start in
    `starts` on; none is empty. `sentences` are the terms and keys of each sentence as
    `in_one_text` gives them, `whole` those of all and of the title.
    """

    chunk: ChunkRow
    vectors: Vector
    words: WordIds
    starts: Starts
    sentences: tuple[str, ...]
    whole: str
    term_count: int
    key_count: int

    def length(self, same_language: bool) -> int:
        """How many terms a question can meet; keys of names only in another language."""
        return self.term_count if same_language else self.term_count + self.key_count


def lay_out(chunk: ChunkRow) -> Candidate:
    """Lay out a chunk with its sentences."""
    rows = chunk.sentences
    sentences = tuple(in_one_text(row.terms + row.keys) for row in rows)
    lengths = [len(row.words) + 1 for row in rows]
    return Candidate(
        chunk,
        vectors=np.stack([row.vector for row in rows]),
        words=np.concatenate([part for row in rows for part in (row.words, _END)]),
        starts=np.cumsum([0, *lengths[:-1]]),
        sentences=sentences,
        whole=in_one_text(chunk.title_terms) + "".join(sentences),
        term_count=len(chunk.title_terms) + sum(len(row.terms) for row in rows),
        key_count=sum(len(row.keys) for row in rows),
    )


def in_one_text(terms: Iterable[str]) -> str:
    """Terms in one text, each between spaces of its own: searching it is faster than a set is
    made. ("a", "b") → " a  b " """
    joined = "  ".join(terms)
    return f" {joined} " if joined else ""
