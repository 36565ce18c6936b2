"""What is computed of an article before it is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Vectors
from rag.indexing import Indexer, content_hash
from rag.types import Article
from tests.fakes import ARTICLES, FakeEncoder, article, calibrated, fake_encoder, indexed

SUEZ = ARTICLES[2]
TITLE_WEIGHT = 0.25


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def test_a_chunk_s_vector_is_the_mean_of_its_sentences_leaning_to_the_title() -> None:
    encoder = FakeEncoder()
    (stored,) = indexed(SUEZ).articles
    first, second = (encoder.vector(s.span.of(SUEZ.text)) for s in stored.sentences)
    title = encoder.vector(SUEZ.title)
    expected = _unit((first + second) / 2 + TITLE_WEIGHT * title)
    assert stored.chunks[0].vector == pytest.approx(expected, abs=1e-6)


def test_without_a_title_the_mean_alone_counts() -> None:
    encoder = FakeEncoder()
    (stored,) = indexed(replace(SUEZ, title="  ")).articles
    first, second = (encoder.vector(s.span.of(SUEZ.text)) for s in stored.sentences)
    assert stored.chunks[0].vector == pytest.approx(_unit(first + second), abs=1e-6)
    assert stored.title_terms == ()


def _no_words(_words: Iterable[str]) -> set[str]:
    return set()


def test_a_word_is_embedded_once_and_only_if_it_is_new() -> None:
    asked: list[str] = []

    def know_canal(words: Iterable[str]) -> set[str]:
        asked.extend(words)
        return {"canal"}

    text = article("a", "The canal was opened. It was opened in 1869. فُتحت القناة.")
    batch = Indexer(fake_encoder(), 24, 1).index([text], lambda _hashes: {}, know_canal)
    assert sorted(asked) == ["canal", "opened", "فتحت", "قناة"]
    assert {word: new.language for word, new in batch.new.words.items()} == {
        "opened": "en", "فتحت": "ar", "قناة": "ar",
    }  # fmt: skip
    assert [sentence.words for sentence in batch.articles[0].sentences] == [
        ("canal", "opened"), ("opened",), ("فتحت", "قناة"),
    ]  # fmt: skip


def test_a_sentence_that_stands_twice_is_embedded_once() -> None:
    encoder = FakeEncoder()
    one, other = article("a", "It ended. It ended."), article("b", "It ended. It began.")
    Indexer(calibrated(encoder), 24, 1).index([one, other], lambda _hashes: {}, _no_words)
    assert sorted(encoder.encoded) == ["It began.", "It ended."]


def test_the_same_words_in_another_language_are_another_vector() -> None:
    batch = indexed(article("a", "Petra 2013."), article("b", "Petra 2013.", "ar"))
    assert len(batch.new.texts) == 2


def test_what_is_known_is_not_embedded_again() -> None:
    encoder = FakeEncoder()
    known = indexed(SUEZ).new.texts

    def look_up(hashes: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        return {h: known[h] for h in hashes if h in known}

    batch = Indexer(calibrated(encoder), 24, 1).index([SUEZ], look_up, _no_words)
    assert encoder.encoded == []
    assert batch.new.texts == {}
    assert batch.articles[0].chunks[0].vector == pytest.approx(
        indexed(SUEZ).articles[0].chunks[0].vector
    )


def test_progress_tells_how_many_are_embedded() -> None:
    told: list[int] = []
    text = " ".join(f"Sentence number {n} is here." for n in range(300))
    Indexer(fake_encoder(), 24, 1).index(
        [article("a", text)], lambda _hashes: {}, _no_words, told.append
    )
    assert told == [256, 300]


@pytest.mark.parametrize("text", ["", "؟؟ !!", "\n\n"])
def test_an_article_without_words_has_no_chunks(text: str) -> None:
    (stored,) = indexed(article("a", text)).articles
    assert (stored.sentences, stored.chunks) == ((), ())


def test_the_pipeline_names_all_that_changes_a_row() -> None:
    pipelines = {
        Indexer(encoder, tokens, overlap).pipeline
        for encoder in (fake_encoder("one"), fake_encoder("two"))
        for tokens in (16, 24)
        for overlap in (0, 1)
    }
    assert len(pipelines) == 8


def test_a_chunk_is_never_longer_than_the_encoder_reads() -> None:
    assert Indexer(fake_encoder(), 9999, 1).pipeline == Indexer(fake_encoder(), 64, 1).pipeline


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"}, {"title": "Other"}, {"text": "Other."}, {"language": "ar"},
        {"url": "https://a.b"}, {"published": date(2000, 1, 1)}, {"published": None},
        {"source": "Other"}, {"metadata": {"a": "b"}},
    ],
    ids=str,
)  # fmt: skip
def test_the_content_s_hash_covers_all_that_an_article_says(change: dict[str, object]) -> None:
    assert content_hash(replace(SUEZ, **change)) != content_hash(SUEZ)  # type: ignore[arg-type]


def test_the_content_s_hash_leaves_out_where_it_was_read() -> None:
    assert content_hash(replace(SUEZ, origin="/elsewhere")) == content_hash(SUEZ)


def test_the_content_s_hash_does_not_depend_on_the_order_of_metadata() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert content_hash(replace(SUEZ, metadata=one)) == content_hash(replace(SUEZ, metadata=other))


@given(st.text(), st.sampled_from(["ar", "en"]))
def test_any_text_is_cut_into_slices_of_itself(text: str, language: str) -> None:
    stored_article: Article = article("a", text, language)
    (stored,) = indexed(stored_article).articles
    for chunk in stored.chunks:
        assert chunk.span.start == stored.sentences[chunk.first].span.start
        assert chunk.span.end == stored.sentences[chunk.last].span.end
        assert np.linalg.norm(chunk.vector) == pytest.approx(1, abs=1e-5)
    covered = {n for chunk in stored.chunks for n in range(chunk.first, chunk.last + 1)}
    assert covered == set(range(len(stored.sentences)))
