"""Batches that are bounded, and what is on its way to the store is known already."""

from collections.abc import Iterator

import numpy as np

from rag.batches import Coming, in_batches
from rag.store import NewVectors, NewWord
from rag.types import Article
from tests.fakes import article


def test_a_batch_has_at_most_32_articles() -> None:
    articles = [article(f"a{n}", "text") for n in range(70)]
    batches = list(in_batches(articles))
    assert [len(batch) for batch in batches] == [32, 32, 6]
    assert [one for batch in batches for one in batch] == articles


def test_long_articles_make_small_batches() -> None:
    lengths = (300_000, 200_000, 100_000, 500_000, 1)
    articles = [article(f"a{n}", "م" * length) for n, length in enumerate(lengths)]
    assert [[len(one.text) for one in batch] for batch in in_batches(articles)] == [
        [300_000],
        [200_000, 100_000],
        [500_000],
        [1],
    ]


def test_batches_are_made_as_they_are_asked_for() -> None:
    read: list[int] = []

    def reading() -> Iterator[Article]:
        for n in range(100):
            read.append(n)
            yield article(f"a{n}", "text")

    next(in_batches(reading()))
    assert len(read) == 33


def test_no_articles_make_no_batch() -> None:
    assert list(in_batches([])) == []


def _new(name: str) -> NewVectors:
    vector = np.ones(2, dtype=np.float32)
    return NewVectors({name.encode(): vector}, {name: NewWord("ar", vector)})


def test_the_latest_three_batches_are_known() -> None:
    coming = Coming()
    for name in ("قناة", "نهر", "بحر", "سد"):
        coming.add(_new(name))
    hashes = [name.encode() for name in ("قناة", "نهر", "سد", "جبل")]
    assert set(coming.vectors(hashes)) == {"نهر".encode(), "سد".encode()}
    assert coming.words(["قناة", "بحر", "جبل"]) == {"بحر"}
