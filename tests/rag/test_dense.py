"""The FAISS indexes against brute force, and against the store they are derived from."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from rag.dense import CHUNKS, DenseIndex
from rag.store import Store, View
from rag.types import Article, Filters, Language
from rag.vector_index import LARGEST_EXACT
from tests.fakes import DIM, FakeEncoder, article, indexed

WORDS = (
    "canal summit lake paper tower river bridge treaty minister council museum desert harbour "
    "copper market garden letter palace winter border"
).split()


def _articles(n: int, language: Language = "en", seed: int = 0) -> list[Article]:
    generator = np.random.default_rng(seed)
    return [
        article(
            f"{language}-{seed}-{i:03d}", f"{' '.join(generator.choice(WORDS, 8))} {i}.", language
        )
        for i in range(n)
    ]


def _write(store: Store, articles: list[Article], removed: tuple[str, ...] = ()) -> None:
    batch = indexed(*articles)
    store.write(batch.articles, removed, batch.new, fingerprint="fake", pipeline="p")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "dalil.db", create=True)) as store:
        _write(store, [*_articles(40, "en"), *_articles(30, "ar")])
        yield store


def _caught_up(folder: Path, store: Store, largest_exact: int = LARGEST_EXACT) -> DenseIndex:
    index = DenseIndex(folder, DIM, CHUNKS, largest_exact)
    with store.reading() as view:
        index.catch_up(view)
    return index


def _brute_force(
    view: View, vector: npt.NDArray[np.float32], language: Language, filters: Filters
) -> dict[int, float]:
    """Cosine of every chunk that may be found, by id."""
    allowed = set(view.matching_chunks(filters).tolist())
    return {
        chunk.id: float(np.dot(chunk.vector, vector))
        for chunk in view.chunks_since(0)
        if chunk.language == language and chunk.id in allowed
    }


@pytest.mark.parametrize("largest_exact", [LARGEST_EXACT, 10], ids=["exact", "cells"])
@pytest.mark.parametrize("k", [1, 5, 30, 1000])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(article_ids=tuple(f"en-0-{i:03d}" for i in range(0, 40, 3))),
        Filters(article_ids=("ar-0-007",)),
        Filters(article_ids=("nowhere",)),
    ],
    ids=["all", "some", "one", "none"],
)
def test_the_nearest_are_those_of_brute_force(
    store: Store, tmp_path: Path, k: int, language: Language, filters: Filters, largest_exact: int
) -> None:
    # So few vectors have fewer cells than are probed: even cells find all of them.
    index = _caught_up(tmp_path / "index", store, largest_exact)
    for question in ("canal summit", "paper tower river market", "nothing of it"):
        vector = FakeEncoder().vector(question)
        with store.reading() as view:
            expected = _brute_force(view, vector, language, filters)
            allowed = None if filters.empty else view.matching_chunks(filters)
            ids, scores = index.search(vector, language, k, allowed)
        assert len(ids) == len(set(ids)) == min(k, len(expected))
        assert scores == sorted(scores, reverse=True)
        assert scores == pytest.approx(sorted(expected.values(), reverse=True)[:k], abs=1e-5)
        assert scores == pytest.approx([expected[i] for i in ids], abs=1e-5)


def test_a_language_without_chunks_gives_nothing(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    assert index.search(FakeEncoder().vector("canal"), "fa", 5, None) == ([], [])
    assert index.languages == ("ar", "en")
    assert (index.count("ar"), index.count("fa"), len(index)) == (30, 0, 70)


def test_what_is_removed_is_found_no_more(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    vector = FakeEncoder().vector(_articles(1)[0].text)
    best = index.search(vector, "en", 1, None)[0][0]
    _write(store, [], removed=("en-0-000",))
    with store.reading() as view:
        index.catch_up(view)
    assert best not in index.search(vector, "en", 100, None)[0]
    assert index.count("en") == 39


def test_an_article_that_changes_its_language_moves(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    moved = _articles(1)[0]
    _write(store, [article(moved.id, moved.text, "ar")])
    with store.reading() as view:
        index.catch_up(view)
    assert (index.count("en"), index.count("ar")) == (39, 31)


def test_a_collection_that_was_emptied_gives_nothing(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    with store.reading() as view:
        every = tuple(view.content_hashes())
    _write(store, [], removed=every)
    for again in (index, DenseIndex(tmp_path / "index", DIM)):
        with store.reading() as view:
            again.catch_up(view)
        assert again.search(FakeEncoder().vector("canal"), "en", 5, None) == ([], [])
        assert len(again) == 0


def test_a_saved_index_gives_what_the_one_in_memory_gave(store: Store, tmp_path: Path) -> None:
    first = _caught_up(tmp_path / "index", store)
    second = _caught_up(tmp_path / "index", store)
    vector = FakeEncoder().vector("canal summit lake")
    assert second.search(vector, "en", 40, None) == first.search(vector, "en", 40, None)
    assert second.generation == first.generation == 1


def test_a_small_change_is_not_written_at_once_and_is_not_lost(
    store: Store, tmp_path: Path
) -> None:
    index = _caught_up(tmp_path / "index", store)
    before = {path.name for path in (tmp_path / "index").iterdir()}
    _write(store, _articles(2, seed=9))
    with store.reading() as view:
        index.catch_up(view)
    assert {path.name for path in (tmp_path / "index").iterdir()} == before
    assert len(index) == len(_caught_up(tmp_path / "index", store)) == 72


def test_a_large_change_is_written_and_the_old_files_go(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    _write(store, _articles(30, seed=9))
    with store.reading() as view:
        index.catch_up(view)
    assert {path.name for path in (tmp_path / "index").iterdir()} == {
        "dense.json", "ar-2.faiss", "en-2.faiss",
    }  # fmt: skip


def test_an_index_of_another_pipeline_is_not_loaded(store: Store, tmp_path: Path) -> None:
    _caught_up(tmp_path / "index", store)
    batch = indexed(*_articles(3, seed=5))
    store.write(batch.articles, [], batch.new, fingerprint="fake", pipeline="other")
    assert len(_caught_up(tmp_path / "index", store)) == 73


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_language_that_grows_past_the_threshold_goes_over_to_cells_by_itself(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    index = _caught_up(folder, store, 41)
    assert _files(folder) == {"dense.json", "ar-1.faiss", "en-1.faiss"}
    _write(store, _articles(2, seed=9))
    with store.reading() as view:
        index.catch_up(view)
    assert _files(folder) == {"dense.json", "ar-2.faiss", "en-2.cells"}
    again = _caught_up(folder, store, 41)
    vector = FakeEncoder().vector("canal summit")
    assert again.search(vector, "en", 99, None) == index.search(vector, "en", 99, None)
    assert (again.count("en"), again.count("ar"), len(again)) == (42, 30, 72)


def test_a_language_that_shrinks_goes_back_to_an_exact_search(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    _caught_up(folder, store, 25)
    assert _files(folder) == {"dense.json", "ar-1.cells", "en-1.cells"}
    _write(store, [], removed=tuple(f"ar-0-{i:03d}" for i in range(18)))
    assert _caught_up(folder, store, 25).count("ar") == 12
    assert _files(folder) == {"dense.json", "ar-2.faiss", "en-2.cells"}


def test_cells_take_in_what_comes_and_lose_what_goes_without_a_new_snapshot(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    index = _caught_up(folder, store, 10)
    before = _files(folder)
    _write(store, _articles(3, seed=9), removed=("en-0-000", "ar-0-001"))
    for current in (index, DenseIndex(folder, DIM, CHUNKS, 10)):
        with store.reading() as view:
            current.catch_up(view)
            for language in ("ar", "en"):
                vector = FakeEncoder().vector("canal summit")
                expected = _brute_force(view, vector, language, Filters())
                ids, scores = current.search(vector, language, 999, None)
                assert sorted(ids) == sorted(expected)
                assert scores == pytest.approx([expected[i] for i in ids], abs=1e-5)
    assert _files(folder) == before


def test_many_small_changes_are_written_once_they_are_many(store: Store, tmp_path: Path) -> None:
    index = _caught_up(tmp_path / "index", store)
    for seed in range(9, 24):
        _write(store, _articles(1, seed=seed))
        with store.reading() as view:
            index.catch_up(view)
    assert _files(tmp_path / "index") == {"dense.json", "ar-16.faiss", "en-16.faiss"}


@pytest.mark.parametrize("place", [0, 200, -3])
def test_damaged_cells_are_made_again(store: Store, tmp_path: Path, place: int) -> None:
    folder = tmp_path / "index"
    first = _caught_up(folder, store, 10)
    path = folder / "en-1.cells"
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.unlink()
    path.write_bytes(data)
    again = _caught_up(folder, store, 10)
    vector = FakeEncoder().vector("canal summit lake")
    assert again.search(vector, "en", 40, None) == first.search(vector, "en", 40, None)
    assert path.read_bytes() != data


def test_the_nearest_of_many_are_found_in_cells_too(store: Store, tmp_path: Path) -> None:
    vectors = np.stack([FakeEncoder().vector(word) for word in WORDS[:4]])
    exact = _caught_up(tmp_path / "exact", store).search_each(vectors, 7)
    cells = _caught_up(tmp_path / "cells", store, 10).search_each(vectors, 7)
    for one, other in zip(exact, cells, strict=True):
        assert sorted(one.values()) == pytest.approx(sorted(other.values()), abs=1e-5)
