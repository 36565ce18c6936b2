"""The store's file: opening it, writing to it all or nothing, and what goes wrong."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import EmptyIndexError, StoreError
from rag.store import NewVectors, Store, View
from rag.types import Article
from tests.fakes import ARTICLES, article, indexed

SUEZ_AR, PETRA_AR, SUEZ_EN, ARAL_EN = ARTICLES


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "dalil.db", create=True)) as store:
        yield store


def _write(store: Store, *articles: Article, removed: tuple[str, ...] = ()) -> int:
    batch = indexed(*articles)
    return store.write(batch.articles, removed, batch.new, fingerprint="fake", pipeline="p")


def _state(view: View) -> tuple[int, list[str], int, int]:
    ids = sorted(view.content_hashes())
    return view.generation, ids, view.count("chunks"), view.count("sentences")


def test_a_store_that_was_never_made_is_an_empty_collection(tmp_path: Path) -> None:
    with pytest.raises(EmptyIndexError, match="dalil ingest"):
        Store(tmp_path / "dalil.db")
    assert not (tmp_path / "dalil.db").exists()


def test_a_store_whose_making_was_cut_short_is_an_empty_collection(tmp_path: Path) -> None:
    (tmp_path / "dalil.db").touch()
    with pytest.raises(EmptyIndexError, match="dalil ingest"):
        Store(tmp_path / "dalil.db")


def test_a_store_whose_making_was_cut_short_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "dalil.db").touch()
    with closing(Store(tmp_path / "dalil.db", create=True)) as store:
        assert _write(store, SUEZ_EN) == 1


def test_making_a_store_again_keeps_what_is_in_it(store: Store) -> None:
    _write(store, SUEZ_EN)
    with closing(Store(store.path, create=True)) as again, again.reading() as view:
        assert list(view.content_hashes()) == ["suez-en"]


def test_each_write_is_a_new_generation(store: Store) -> None:
    assert _write(store, SUEZ_EN) == 1
    assert _write(store, PETRA_AR) == 2
    assert _write(store, removed=("suez-en",)) == 3
    with store.reading() as view:
        assert view.generation == 3
        assert list(view.content_hashes()) == ["petra-ar"]


def test_an_article_takes_the_place_of_the_one_with_its_id(store: Store) -> None:
    _write(store, SUEZ_EN)
    _write(store, replace(SUEZ_EN, text="The canal is long."))
    with store.reading() as view:
        assert view.article("suez-en").text == "The canal is long."
        assert _state(view) == (2, ["suez-en"], 1, 1)


def test_a_write_that_fails_changes_nothing(store: Store) -> None:
    _write(store, SUEZ_EN)
    batch = indexed(PETRA_AR, ARAL_EN)
    with store.reading() as view:
        before = _state(view)
    # Without their vectors the sentences point at nothing.
    words_only = NewVectors({}, batch.new.words)
    with pytest.raises(StoreError):
        store.write(batch.articles, ["suez-en"], words_only, fingerprint="fake", pipeline="p")
    with store.reading() as view:
        assert _state(view) == before
    assert store.integrity_problems() == []


def test_a_reader_sees_one_generation_from_first_to_last(store: Store) -> None:
    _write(store, SUEZ_EN)
    written = threading.Event()

    def write() -> None:
        _write(store, PETRA_AR)
        written.set()

    with store.reading() as view:
        before = _state(view)
        writer = threading.Thread(target=write)
        writer.start()
        written.wait(0.3)
        assert _state(view) == before
    writer.join()
    with store.reading() as view:
        assert view.generation == 2


def test_a_reader_that_fails_does_not_spoil_the_next(store: Store) -> None:
    _write(store, SUEZ_EN)
    with pytest.raises(RuntimeError, match="mine"), store.reading():
        raise RuntimeError("mine")
    with store.reading() as view:
        assert view.generation == 1
    assert _write(store, PETRA_AR) == 2


def test_the_store_keeps_a_rollback_journal(store: Store) -> None:
    # The WAL of SQLite before 3.51.3 can corrupt a database.
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    "content",
    [b"this is a text and no database at all, but long enough to have a header" * 20, b"\0" * 4096],
)
def test_a_file_that_is_no_store_is_refused_with_advice(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dalil.db"
    path.write_bytes(content)
    for create in (False, True):
        with pytest.raises(StoreError, match=r"dalil\.db: .*(not a Dalil store|damaged)"):
            Store(path, create=create)
    assert path.read_bytes() == content


def test_a_store_of_another_version_is_refused(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreError, match="schema 99"):
        Store(store.path)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dalil.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    with pytest.raises(StoreError):
        Store(path)


def test_a_damaged_page_is_reported_as_damage(store: Store) -> None:
    _write(store, *ARTICLES)
    store.close()
    data = bytearray(store.path.read_bytes())
    for place in range(4096, len(data)):
        data[place] ^= 0x5A
    store.path.write_bytes(bytes(data))
    with pytest.raises(StoreError, match="damaged"), Store(store.path).reading() as view:
        view.article("suez-en")


def test_a_store_that_is_sound_has_no_problems(store: Store) -> None:
    _write(store, *ARTICLES)
    assert store.integrity_problems() == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Store(tmp_path / "file" / "dalil.db", create=True)


def test_a_copy_of_the_file_is_a_backup(store: Store, tmp_path: Path) -> None:
    _write(store, *ARTICLES)
    copy = tmp_path / "copy.db"
    shutil.copy(store.path, copy)
    with store.reading() as view, closing(Store(copy)) as other, other.reading() as restored:
        assert _state(restored) == _state(view)
        assert restored.article("suez-ar") == view.article("suez-ar")


def test_the_last_of_two_articles_with_one_id_stays(store: Store) -> None:
    _write(store, article("same", "The first text."), article("same", "The second text."))
    with store.reading() as view:
        assert view.article("same").text == "The second text."
