"""What a reader can ask the store."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ArticleNotFoundError
from rag.store import Store, View
from rag.types import Article, Filters
from tests.fakes import ARTICLES, FakeEncoder, article, indexed


def _write(store: Store, *articles: Article, removed: tuple[str, ...] = ()) -> None:
    batch = indexed(*articles)
    store.write(batch.articles, removed, batch.new, fingerprint="fake", pipeline="p")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "dalil.db", create=True)) as store:
        _write(store, *ARTICLES)
        yield store


@pytest.fixture
def view(store: Store) -> Iterator[View]:
    with store.reading() as view:
        yield view


@pytest.mark.parametrize(
    "stored",
    [
        *ARTICLES,
        article(
            "all-fields", "نصٌّ فيه «اقتباس» و😀.\n\nوفقرة.", "ar", title="عنوان", url="https://a.b/ت",
            published=date(1, 1, 1), source="س", metadata={"أ": "ب", "a": ""}, origin="/x/ملف.md",
        ),
        article("no-words", "؟؟"),
        article("empty", ""),
    ],
    ids=lambda stored: stored.id,
)  # fmt: skip
def test_an_article_comes_back_exactly_as_it_went_in(store: Store, stored: Article) -> None:
    _write(store, stored)
    with store.reading() as view:
        assert view.article(stored.id) == stored


def test_an_id_that_is_not_there_is_named(view: View) -> None:
    with pytest.raises(ArticleNotFoundError, match="'nowhere'"):
        view.article("nowhere")


def test_an_article_is_there_or_not(view: View) -> None:
    assert view.holds("suez-ar")
    assert not view.holds("suez")


def test_the_list_is_newest_first_and_the_undated_last(view: View) -> None:
    page = view.articles(0, 50, None)
    assert [a.id for a in page.articles] == ["suez-en", "suez-ar", "petra-ar", "aral-en"]
    assert page.total == 4
    assert page.articles[0].characters == len(ARTICLES[2].text)


def test_a_page_of_the_list_tells_how_many_there_are_in_all(view: View) -> None:
    page = view.articles(1, 2, None)
    assert [a.id for a in page.articles] == ["suez-ar", "petra-ar"]
    assert page.total == 4
    assert view.articles(10, 2, None).articles == ()


def test_the_list_can_be_of_one_language(view: View) -> None:
    page = view.articles(0, 50, "ar")
    assert ([a.id for a in page.articles], page.total) == (["suez-ar", "petra-ar"], 2)


def test_counts_are_of_what_is_there(view: View) -> None:
    assert view.article_counts() == {"ar": 2, "en": 2}
    assert view.count("articles") == 4
    assert view.count("sentences") == 8
    with pytest.raises(ValueError, match="sqlite_master"):
        view.count("sqlite_master")


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), {"suez-ar", "petra-ar", "suez-en", "aral-en"}),
        (Filters(languages=("ar",)), {"suez-ar", "petra-ar"}),
        (Filters(languages=("ar", "en")), {"suez-ar", "petra-ar", "suez-en", "aral-en"}),
        (Filters(sources=("سانا", "Reuters")), {"suez-ar", "suez-en"}),
        (Filters(article_ids=("aral-en", "none")), {"aral-en"}),
        (Filters(published_from=date(2021, 4, 5)), {"suez-ar", "suez-en"}),
        (Filters(published_to=date(2021, 4, 5)), {"suez-ar", "petra-ar"}),
        (Filters(published_from=date(2021, 4, 5), published_to=date(2021, 4, 5)), {"suez-ar"}),
        (Filters(published_from=date(2022, 1, 1), published_to=date(2021, 1, 1)), set()),
        (Filters(languages=("en",), sources=("سانا",)), set()),
        (Filters(article_ids=("' OR 1=1 --",)), set()),
    ],
)
def test_filters_let_through_what_passes_all_of_them(
    view: View, filters: Filters, ids: set[str]
) -> None:
    chunks = view.matching_chunks(filters)
    assert chunks.dtype == np.int64
    assert list(chunks) == sorted(chunks)
    assert {row.article_id for row in view.load_chunks(chunks.tolist()).values()} == ids


def test_a_chunk_comes_with_its_sentences(view: View) -> None:
    (chunk_id,) = view.matching_chunks(Filters(article_ids=("suez-en",)))
    chunk = view.load_chunks([int(chunk_id)])[int(chunk_id)]
    text = ARTICLES[2].text
    assert chunk.span.of(text) == text
    assert [s.span.of(text) for s in chunk.sentences] == [
        "The Suez Canal was opened on 17 November 1869.",
        "It is 193 km long today.",
    ]
    assert [s.ordinal for s in chunk.sentences] == [0, 1]
    assert chunk.sentences[0].terms == ("suez", "canal", "open", "17", "novemb", "1869")
    expected = FakeEncoder().vector("It is 193 km long today.")
    assert chunk.sentences[1].vector == pytest.approx(expected, abs=0.001)


def test_chunks_that_are_gone_are_left_out(view: View) -> None:
    assert view.load_chunks([-1, 10**9]) == {}
    assert view.load_chunks([]) == {}


def test_a_vector_is_known_by_its_hash_and_its_model(view: View) -> None:
    hashes = list(indexed(ARTICLES[2]).new.texts)
    assert set(view.known_vectors("fake", [*hashes, b"nothing"])) == set(hashes)
    assert view.known_vectors("another", hashes) == {}


def test_a_sentence_has_the_ids_of_its_words(view: View) -> None:
    (chunk_id,) = view.matching_chunks(Filters(article_ids=("suez-en",)))
    chunk = view.load_chunks([int(chunk_id)])[int(chunk_id)]
    words = {record.id: record for record in view.words_since(0)}
    assert chunk.sentences[0].words.dtype == np.int32
    vectors = [words[i].vector for i in chunk.sentences[0].words.tolist()]
    expected = FakeEncoder().encode_words(["suez", "canal", "opened", "november"])
    assert np.stack(vectors) == pytest.approx(expected, abs=0.001)
    assert {words[i].language for i in chunk.sentences[0].words.tolist()} == {"en"}


def test_a_word_is_known_by_its_model(view: View) -> None:
    assert view.known_words("fake", ["canal", "قناة", "nothing"]) == {"canal", "قناة"}
    assert view.known_words("another", ["canal"]) == set()


def test_known_words_come_with_their_vectors(view: View) -> None:
    found = view.word_vectors("fake", ["canal", "قناة", "nothing", "canal"])
    assert set(found) == {"canal", "قناة"}
    stored = {record.id: record.vector for record in view.words_since(0)}
    for vector in found.values():
        assert any(np.array_equal(vector, other) for other in stored.values())
    assert view.word_vectors("another", ["canal"]) == {}
    assert view.word_vectors("fake", []) == {}


def test_words_of_another_model_go_with_its_vectors(store: Store) -> None:
    batch = indexed(ARTICLES[2])
    store.write(batch.articles, [], batch.new, fingerprint="another", pipeline="p2")
    with store.reading() as view:
        assert view.known_words("fake", ["canal"]) == set()
        assert view.known_words("another", ["canal"]) == {"canal"}


def test_a_derived_index_is_told_what_came_and_what_went(store: Store) -> None:
    with store.reading() as view:
        first = {chunk.id: chunk.article_id for chunk in view.chunks_since(0)}
        assert view.removals_since(0) == []
    _write(store, article("new", "A new text."), removed=("suez-en",))
    _write(store, article("new", "A newer text."))
    with store.reading() as view:
        assert [c.article_id for c in view.chunks_since(1)] == ["new"]
        assert [c.article_id for c in view.chunks_since(3)] == []
        gone = view.removals_since(1)
        assert [first[i] for i in gone if i in first] == ["suez-en"]
        assert len(gone) == 2
        assert len(view.removals_since(2)) == 1


def test_a_chunk_s_record_has_the_terms_of_title_and_sentences(view: View) -> None:
    record = next(c for c in view.chunks_since(0) if c.article_id == "aral-en")
    assert {"aral", "lake", "2018", "~btn"} <= set(record.terms)
    assert (record.language, record.source, record.published) == ("en", None, None)
