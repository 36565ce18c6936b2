"""Bringing a collection up to date with files."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import ArticleNotFoundError, LoadError
from rag.reports import IngestReport
from rag.types import Filters
from tests.fakes import (
    ARTICLES,
    Engine,
    FakeEncoder,
    article,
    calibrated,
    fake_encoder,
    open_engine,
    write_articles,
)

TEXTS = {
    "suez": "The Suez Canal was opened in 1869. It is 193 km long today.",
    "petra": "تقع البتراء في جنوب الأردن. وقد نُحتت في الصخر الوردي.",
    "aral": "The Aral Sea was once a large lake. It shrank after 1960.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", TEXTS)
    return tmp_path / "articles"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(tmp_path / "home")


def _ingest(engine: Engine, *inputs: Path | str, prune: bool = False) -> IngestReport:
    return engine.ingester.ingest([str(item) for item in inputs], prune=prune)


def _ids(engine: Engine) -> set[str]:
    with engine.store.reading() as view:
        return set(view.content_hashes())


def _found(engine: Engine, question: str) -> set[str]:
    return {passage.article_id for passage in engine.service().search(question).passages}


def test_new_files_are_added_and_found(engine: Engine, folder: Path) -> None:
    report = _ingest(engine, folder)
    assert sorted(report.added) == ["aral", "petra", "suez"]
    assert (report.changed, report.unchanged, report.removed, report.failed) == ((), (), (), ())
    assert report.embedded_sentences > 0
    assert "suez" in _found(engine, "When was the Suez Canal opened?")


def test_an_unchanged_collection_embeds_and_writes_nothing(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    encoder = FakeEncoder()
    again = open_engine(engine.folder, calibrated(encoder))
    report = _ingest(again, folder)
    assert sorted(report.unchanged) == ["aral", "petra", "suez"]
    assert (report.added, report.changed, report.embedded_sentences) == ((), (), 0)
    assert encoder.encoded == []
    with again.store.reading() as view:
        assert view.generation == 1


def test_a_changed_file_embeds_only_what_is_new_in_it(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    write_articles(folder, {"suez": "The Suez Canal was opened in 1869. It was widened in 2015."})
    report = _ingest(engine, folder)
    assert (report.changed, sorted(report.unchanged)) == (("suez",), ["aral", "petra"])
    assert report.embedded_sentences == 1
    with engine.store.reading() as view:
        assert "widened" in view.article("suez").text


def test_a_file_that_is_gone_keeps_its_article_without_prune(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    (folder / "aral.txt").unlink()
    assert _ingest(engine, folder).removed == ()
    assert _ids(engine) == {"aral", "petra", "suez"}


def test_prune_removes_the_articles_whose_files_are_gone(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    (folder / "aral.txt").unlink()
    assert _ingest(engine, folder, prune=True).removed == ("aral",)
    assert _ids(engine) == {"petra", "suez"}
    assert "aral" not in _found(engine, "Aral Sea lake 1960")


def test_prune_leaves_articles_from_elsewhere(engine: Engine, folder: Path, tmp_path: Path) -> None:
    write_articles(tmp_path / "others", {"elsewhere": "A text from another folder."})
    _ingest(engine, folder, tmp_path / "others")
    engine.ingester.add([ARTICLES[0]])
    (tmp_path / "others" / "elsewhere.txt").unlink()
    (folder / "aral.txt").unlink()
    assert _ingest(engine, folder, prune=True).removed == ("aral",)
    assert _ids(engine) == {"petra", "suez", "elsewhere", "suez-ar"}


def test_prune_of_an_emptied_folder_removes_all_that_came_from_it(
    engine: Engine, folder: Path
) -> None:
    _ingest(engine, folder)
    for path in folder.iterdir():
        path.unlink()
    assert sorted(_ingest(engine, folder, prune=True).removed) == ["aral", "petra", "suez"]
    assert _ids(engine) == set()


def test_prune_removes_an_article_that_its_file_no_longer_gives(
    engine: Engine, folder: Path
) -> None:
    _ingest(engine, folder)
    (folder / "aral.md").write_text("---\nid: aral-sea\n---\n\nThe lake shrank.", "utf-8")
    _ingest(engine, folder)
    (folder / "aral.md").write_text("---\nid: the-lake\n---\n\nThe lake shrank.", "utf-8")
    _ingest(engine, folder, prune=True)
    assert "aral-sea" not in _ids(engine)
    assert "the-lake" in _ids(engine)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(engine: Engine, folder: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "empty.txt").touch()
    report = _ingest(engine, folder)
    assert sorted(report.added) == ["aral", "petra", "suez"]
    assert sorted(failed.path.name for failed in report.failed) == ["bad.pdf", "empty.txt"]
    assert all(failed.reason and "\n" not in failed.reason for failed in report.failed)


def test_a_file_that_can_no_longer_be_read_keeps_its_article(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    (folder / "aral.txt").write_bytes(b"")
    report = _ingest(engine, folder, prune=True)
    assert [failed.path.name for failed in report.failed] == ["aral.txt"]
    assert (report.removed, _ids(engine)) == ((), {"aral", "petra", "suez"})


def test_an_input_that_names_nothing_stops_before_anything_is_stored(
    engine: Engine, folder: Path
) -> None:
    with pytest.raises(LoadError, match="no such file"):
        _ingest(engine, folder, folder / "nowhere")
    assert _ids(engine) == set()


def test_a_second_file_with_the_same_id_is_refused(engine: Engine, folder: Path) -> None:
    (folder / "copy.md").write_text("---\nid: suez\n---\n\nAnother text of another canal.", "utf-8")
    report = _ingest(engine, folder)
    assert [failed.path.name for failed in report.failed] == ["suez.txt"]
    assert "'suez'" in report.failed[0].reason
    assert "copy.md" in report.failed[0].reason
    assert _ingest(engine, folder).added == ()


def test_a_new_file_may_not_take_a_stored_article_s_id(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    (folder / "another.md").write_text("---\nid: suez\n---\n\nAnother text.", "utf-8")
    report = _ingest(engine, folder / "another.md")
    assert [failed.path.name for failed in report.failed] == ["another.md"]
    with engine.store.reading() as view:
        assert "193 km" in view.article("suez").text


def test_a_file_that_moved_keeps_its_article(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    (folder / "old").mkdir()
    (folder / "suez.txt").rename(folder / "old" / "suez.txt")
    report = _ingest(engine, folder, prune=True)
    assert (report.changed, report.removed, report.failed) == (("suez",), (), ())
    assert report.embedded_sentences == 0


def test_more_files_than_a_batch_are_all_stored(engine: Engine, tmp_path: Path) -> None:
    write_articles(tmp_path / "many", {f"n{i:02d}": f"Text number {i} of many." for i in range(70)})
    assert len(_ingest(engine, tmp_path / "many").added) == 70
    assert len(_ids(engine)) == 70
    with engine.store.reading() as view:
        assert view.generation == 3


def test_progress_counts_up_to_all(engine: Engine, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    engine.ingester.ingest([str(folder)], progress=lambda *step: told.append(step))
    assert told[0] == ("ingesting", 0, 3)
    assert told[-1] == ("ingesting", 3, 3)
    assert all(done <= total for _what, done, total in told)


def _vectors_are_of(engine: Engine, encoder: FakeEncoder) -> bool:
    """Whether every sentence that is searched has the vector that this encoder gives it."""
    with engine.store.reading() as view:
        ids = [chunk.id for chunk in view.chunks_since(0)]
        return all(
            np.allclose(
                row.vector,
                encoder.vector(row.span.of(view.article(chunk.article_id).text)),
                atol=0.002,
            )
            for chunk in view.load_chunks(ids).values()
            for row in chunk.sentences
        )


def test_another_model_embeds_everything_anew(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    assert _vectors_are_of(engine, FakeEncoder())
    other = open_engine(engine.folder, fake_encoder("other", shift=7))
    report = _ingest(other, folder / "suez.txt")
    assert _vectors_are_of(other, FakeEncoder("other", shift=7))
    assert report.embedded_sentences >= 6
    assert "aral" in _found(other, "Aral Sea lake")


def test_going_back_to_a_model_embeds_nothing(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    _ingest(open_engine(engine.folder, fake_encoder("other", shift=7)), folder)
    assert _ingest(open_engine(engine.folder), folder).embedded_sentences == 0
    assert _vectors_are_of(engine, FakeEncoder())


def test_another_chunk_size_chunks_everything_anew(engine: Engine, folder: Path) -> None:
    _ingest(engine, folder)
    smaller = open_engine(engine.folder, tokens=8, overlap=0)
    report = _ingest(smaller, folder)
    assert report.embedded_sentences == 0
    with smaller.store.reading() as view:
        assert view.count("chunks") == 6
        assert view.pipeline == smaller.indexer.pipeline


def test_an_article_that_is_added_without_a_file_is_found(engine: Engine) -> None:
    engine.ingester.add(ARTICLES)
    assert "suez-en" in _found(engine, "When was the Suez Canal opened?")
    engine.ingester.add([article("suez-en", "A wholly new text about sugar.")])
    with engine.store.reading() as view:
        assert view.article("suez-en").text == "A wholly new text about sugar."


def test_adding_an_article_with_another_model_does_not_mix_the_two(
    engine: Engine, folder: Path
) -> None:
    _ingest(engine, folder)
    other = open_engine(engine.folder, fake_encoder("other", shift=7))
    other.ingester.add([ARTICLES[0]])
    assert _vectors_are_of(other, FakeEncoder("other", shift=7))


def test_an_ingest_that_fails_half_way_leaves_whole_batches(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(tmp_path / "many", {f"n{i:02d}": f"Text number {i} of many." for i in range(70)})
    calls = iter([None, RuntimeError("the power went")])
    encode = fake_encoder().encode_passages

    def fail_on_the_second_batch(texts: list[str], language: str) -> object:
        if len(texts) > 16 and (error := next(calls, None)):
            raise error
        return encode(texts, language)

    monkeypatch.setattr(engine.encoder, "encode_passages", fail_on_the_second_batch)
    with pytest.raises(RuntimeError, match="power"):
        _ingest(engine, tmp_path / "many")
    assert len(_ids(engine)) == 32
    monkeypatch.undo()
    report = _ingest(engine, tmp_path / "many")
    assert (len(report.added), len(report.unchanged)) == (38, 32)
    with closing(sqlite3.connect(engine.store.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Taking an article out.


def test_an_article_that_is_removed_is_found_no_more_and_leaves_no_rows(engine: Engine) -> None:
    engine.ingester.add(ARTICLES)
    assert engine.ingester.holds("suez-en")
    engine.ingester.remove("suez-en")

    assert not engine.ingester.holds("suez-en")
    assert "suez-en" not in _found(engine, "When was the Suez Canal opened?")
    with engine.store.reading() as view, engine.index.at(view) as index:
        nearest = index.nearest(engine.query("canal").vector, "en", 1000, None)
        assert sorted(nearest) == view.matching_chunks(Filters(languages=("en",))).tolist()
        assert len(view.content_hashes()) == len(ARTICLES) - 1


def test_what_is_not_there_cannot_be_removed(engine: Engine) -> None:
    engine.ingester.add(ARTICLES)
    with pytest.raises(ArticleNotFoundError, match="'none'"):
        engine.ingester.remove("none")
    with engine.store.reading() as view:
        assert view.generation == 1


def test_the_last_article_can_be_removed(engine: Engine) -> None:
    engine.ingester.add(ARTICLES[:1])
    engine.ingester.remove(ARTICLES[0].id)
    assert _ids(engine) == set()
    engine.ingester.add(ARTICLES[1:2])
    assert ARTICLES[1].id in _found(engine, "البتراء")


def test_removing_an_article_with_another_model_does_not_mix_the_two(engine: Engine) -> None:
    engine.ingester.add(ARTICLES)
    other = open_engine(engine.folder, fake_encoder("other", shift=7))
    other.ingester.remove("suez-en")
    assert "suez-en" not in _ids(other)
    assert _vectors_are_of(other, FakeEncoder("other", shift=7))


def test_an_article_that_is_removed_while_all_are_embedded_anew_stays_away(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.ingester.add(ARTICLES)
    other = open_engine(engine.folder, fake_encoder("other", shift=7))
    begun, removed = threading.Event(), threading.Event()
    index = other.indexer.index

    def slowly(*given: Any) -> object:
        if not begun.is_set():
            begun.set()
            removed.wait(0.5)
        return index(*given)

    monkeypatch.setattr(other.indexer, "index", slowly)
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(other.ingester.add, [article("new", "A new text about sugar.")])
        assert begun.wait(10)
        other.ingester.remove("suez-en")
        removed.set()
        adding.result()
    assert _ids(other) == {each.id for each in ARTICLES} - {"suez-en"} | {"new"}


def test_a_sentence_that_many_batches_share_is_embedded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    engine = open_engine(tmp_path / "home", calibrated(encoder))
    shared = "The canal links two seas."
    write_articles(tmp_path / "many", {f"n{i:03d}": f"{shared} Only {i} here." for i in range(100)})
    _ingest(engine, tmp_path / "many")
    assert sum(text == shared for text in encoder.encoded) == 1
