"""Groups an article's sentences into chunks of a bounded number of tokens.

A chunk is a run of whole sentences, so its text is a slice of the article's. Which
vector it gets is `indexing.py`'s business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from semantic_text_splitter import TextSplitter

from rag.types import Span

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class SentenceRun:
    """A chunk as the ordinals of its first and last sentence, both inclusive."""

    first: int
    last: int


def group_sentences(tokens: Sequence[int], max_tokens: int, overlap: int) -> list[SentenceRun]:
    """Runs that cover all sentences in order, each of at most `max_tokens` where it can be.

    The runs are made alike in length: an article that is a little too long for one chunk
    gives two halves, not a chunk and a scrap. Neighbours share `overlap` sentences, fewer
    where sharing would leave no room for a new one.

    tokens [60, 60, 60, 60], max 130, overlap 0 → [(0, 1), (2, 3)]
    tokens [60, 60, 60], max 130, overlap 1 → [(0, 1), (1, 2)]
    """
    runs: list[SentenceRun] = []
    target = _even_size(tokens, max_tokens)
    start = 0
    while start < len(tokens):
        first = start - _affordable_overlap(tokens, start, max_tokens, overlap)
        last = start
        while (
            last + 1 < len(tokens)
            and sum(tokens[start : last + 1]) < target
            and sum(tokens[first : last + 2]) <= max_tokens
        ):
            last += 1
        runs.append(SentenceRun(first, last))
        start = last + 1
    return runs


def _even_size(tokens: Sequence[int], max_tokens: int) -> float:
    pieces = ceil(sum(tokens) / max_tokens)
    return sum(tokens) / pieces if pieces else 0.0


def _affordable_overlap(tokens: Sequence[int], start: int, max_tokens: int, overlap: int) -> int:
    """How many sentences before `start` fit together with the one at `start`."""
    count, total = 0, tokens[start]
    while count < min(overlap, start) and total + tokens[start - count - 1] <= max_tokens:
        count += 1
        total += tokens[start - count]
    return count


def fit_sentences(
    text: str, sentences: Sequence[Span], count_tokens: CountTokens, max_tokens: int
) -> tuple[list[Span], list[int]]:
    """Cut the sentences that are longer than the encoder reads; return spans and token counts.

    Without this the end of a very long sentence would have no part in its vector.
    """
    counts = count_tokens([span.of(text) for span in sentences])
    if all(count <= max_tokens for count in counts):
        return list(sentences), counts
    splitter = TextSplitter.from_callback(lambda piece: count_tokens([piece])[0], max_tokens)
    fitted: list[Span] = []
    for span, count in zip(sentences, counts, strict=True):
        if count <= max_tokens:
            fitted.append(span)
            continue
        for offset, piece in splitter.chunk_indices(span.of(text)):
            fitted.append(Span(span.start + offset, span.start + offset + len(piece)))
    return fitted, count_tokens([span.of(text) for span in fitted])
