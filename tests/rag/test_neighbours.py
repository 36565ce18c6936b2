"""The collection's words near a question's: which, how near, and what is remembered."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from embeddings.encoder import Vectors
from rag.nearness import Neighbours
from rag.neighbours import NeighbourFinder
from tests.fakes import Engine, FakeEncoder, article, open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(tmp_path)
    engine.ingester.add([article("a", "xyz opne qqq."), article("b", "قناة xyz.", "ar")])
    return engine


def _find(engine: Engine, finder: NeighbourFinder, *words: str) -> list[Neighbours]:
    with engine.store.reading() as view, engine.index.at(view):
        return finder.find(view, words)


def _ids(engine: Engine) -> dict[str, int]:
    with engine.store.reading() as view:
        rows = view._connection.execute("SELECT word, id FROM words")
        return dict(rows.fetchall())


def test_what_is_near_comes_with_how_near_and_what_is_far_does_not(engine: Engine) -> None:
    # The fake encoder takes "open" and "opne" for one word: cosine 1, four spreads, less two.
    (near,) = _find(engine, NeighbourFinder(engine.index, engine.encoder), "open")
    assert near.words.tolist() == [_ids(engine)["opne"]]
    assert near.nearness == pytest.approx([2], abs=0.01)


def test_a_word_of_the_collection_is_near_to_itself(engine: Engine) -> None:
    found = _find(engine, NeighbourFinder(engine.index, engine.encoder), "قناة", "xyz")
    ids = _ids(engine)
    assert [ids["قناة"], ids["xyz"]] == [near.words[near.nearness.argmax()] for near in found]


def test_words_come_back_in_their_order_and_no_words_have_no_neighbours(engine: Engine) -> None:
    finder = NeighbourFinder(engine.index, engine.encoder)
    one, other = _find(engine, finder, "xyz", "open")
    swapped = _find(engine, finder, "open", "xyz")
    assert [near.words.tolist() for near in swapped] == [other.words.tolist(), one.words.tolist()]
    assert _find(engine, finder) == []


def test_only_words_that_the_collection_lacks_are_embedded_and_each_once(engine: Engine) -> None:
    embedded: list[str] = []
    encode = FakeEncoder.encode_words

    def noting(encoder: FakeEncoder, words: Sequence[str]) -> Vectors:
        embedded.extend(words)
        return encode(encoder, words)

    finder = NeighbourFinder(engine.index, engine.encoder)
    with patch.object(FakeEncoder, "encode_words", noting):
        _find(engine, finder, "xyz", "open", "قناة")
        _find(engine, finder, "open", "xyz", "closed")
    assert embedded == ["open", "closed"]


def test_what_is_remembered_is_forgotten_when_the_collection_changes(engine: Engine) -> None:
    finder = NeighbourFinder(engine.index, engine.encoder)
    assert len(_find(engine, finder, "enop")[0].words) == 1
    engine.ingester.add([article("c", "open eponym.")])
    assert len(_find(engine, finder, "enop")[0].words) == 2


def test_a_stored_vector_gives_what_an_embedded_one_would(engine: Engine) -> None:
    finder = NeighbourFinder(engine.index, engine.encoder)
    (stored,) = _find(engine, finder, "opne")
    with patch("rag.store.View.word_vectors", lambda *_: {}):
        (embedded,) = _find(engine, NeighbourFinder(engine.index, engine.encoder), "opne")
    assert np.array_equal(stored.words, embedded.words)
    assert stored.nearness == pytest.approx(embedded.nearness, abs=0.01)
