"""Articles in batches, and what the batches on their way to the store bring along."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from embeddings.encoder import Vectors
from rag.store import NewVectors
from rag.types import Article

_BATCH_ARTICLES = 32
_BATCH_CHARS = 400_000
_ON_THEIR_WAY = 3
"""One being stored, one waiting for that, one just made."""


def in_batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """At most 32 articles each, and 400,000 characters, but for an article that has more."""
    batch: list[Article] = []
    chars = 0
    for article in articles:
        if batch and (len(batch) == _BATCH_ARTICLES or chars + len(article.text) > _BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(article)
        chars += len(article.text)
    if batch:
        yield batch


class Coming:
    """What the latest batches bring to the store, of which some may not be written yet."""

    def __init__(self) -> None:
        self._latest: deque[NewVectors] = deque(maxlen=_ON_THEIR_WAY)

    def add(self, new: NewVectors) -> None:
        self._latest.append(new)

    def vectors(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        return {h: new.texts[h] for new in self._latest for h in hashes if h in new.texts}

    def words(self, words: Iterable[str]) -> set[str]:
        wanted = set(words)
        return {word for new in self._latest for word in wanted & new.words.keys()}
