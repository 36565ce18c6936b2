"""Chunks, their evidence and neighbours of words, made by hand."""

from collections.abc import Mapping

import numpy as np

from rag.candidates import lay_out
from rag.features import PassageEvidence, TermWeights
from rag.nearness import NearWords, Neighbours
from rag.query import Query, analyse_query
from rag.store import ChunkRow, SentenceRow
from rag.terms import analyse
from rag.types import Language, Span
from rag.weighing import weigh
from tests.fakes import NO_WORDS, FakeEncoder, fake_encoder

SPREAD = 0.25


def query_of(text: str) -> Query:
    return analyse_query(text, fake_encoder(), 2000)


def chunk_of(
    *sentences: str,
    language: Language = "en",
    title: str = "",
    keys: tuple[str, ...] = (),
    words: tuple[tuple[int, ...], ...] | None = None,
) -> ChunkRow:
    """A chunk of sentences; `words` are the ids of each sentence's words."""
    encoder = FakeEncoder()
    ids = words or ((),) * len(sentences)
    rows = tuple(
        SentenceRow(
            n,
            Span(100 * n, 100 * n + len(sentence)),
            tuple(analyse(sentence)),
            keys,
            np.array(own, dtype=np.int32) if own else NO_WORDS,
            encoder.vector(sentence),
        )
        for n, (sentence, own) in enumerate(zip(sentences, ids, strict=True))
    )
    vector = encoder.vector(" ".join(sentences))
    span = Span(0, rows[-1].span.end)
    return ChunkRow(1, "a", language, span, tuple(analyse(title)), vector, rows)


def near_words(*found: Mapping[int, float]) -> NearWords:
    """Of each word of the question: how near which words of the collection are."""
    return NearWords(
        [
            Neighbours(np.array(list(near), np.int32), np.array(list(near.values()), np.float64))
            for near in found
        ]
    )


def weigh_one(
    query: Query, chunk: ChunkRow, weights: TermWeights, near: NearWords | None = None
) -> PassageEvidence:
    (evidence,) = weigh(query, [lay_out(chunk)], weights, near or near_words(), SPREAD)
    return evidence
