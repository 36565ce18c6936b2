"""The notebook: what is kept, in which order, how much of it, and what breaks it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from rag.errors import StoreError
from server import notebook as module
from server.notebook import FILE, LONGEST_KEPT, Feedback, Notebook, UnansweredQuestion


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with closing(Notebook(tmp_path / "home")) as notebook:
        yield notebook


def _questions(notebook: Notebook) -> list[tuple[str, int]]:
    return [(each.question, each.times) for each in notebook.unanswered(0, 100)[0]]


def test_feedback_comes_back_newest_first_and_counted(notebook: Notebook) -> None:
    notebook.add_feedback(Feedback("a", "up"))
    notebook.add_feedback(Feedback("b", "down", "خطأ في التاريخ", "متى؟", "عام 1869."))
    notebook.add_feedback(Feedback("c", "up", "good"))
    page = notebook.feedback(0, 2)

    assert [each.answer_id for each in page.feedback] == ["c", "b"]
    assert (page.total, page.up, page.down) == (3, 2, 1)
    assert page.feedback[1].comment == "خطأ في التاريخ"
    assert (page.feedback[1].question, page.feedback[1].answer) == ("متى؟", "عام 1869.")
    assert datetime.fromisoformat(page.feedback[0].received).tzinfo is not None
    assert [each.answer_id for each in notebook.feedback(2, 2).feedback] == ["a"]


def test_one_kind_of_feedback_can_be_asked_for_and_both_are_counted(notebook: Notebook) -> None:
    for answer_id, rating in (("a", "up"), ("b", "down"), ("c", "up")):
        notebook.add_feedback(Feedback(answer_id, "up" if rating == "up" else "down"))
    page = notebook.feedback(0, 10, "down")

    assert [each.answer_id for each in page.feedback] == ["b"]
    assert (page.total, page.up, page.down) == (1, 2, 1)


def test_the_last_word_on_an_answer_counts(notebook: Notebook) -> None:
    notebook.add_feedback(Feedback("a", "up"))
    notebook.add_feedback(Feedback("b", "up"))
    notebook.add_feedback(Feedback("a", "down", "لا"))
    page = notebook.feedback(0, 10)

    assert [(each.answer_id, each.rating) for each in page.feedback] == [("a", "down"), ("b", "up")]
    assert (page.total, page.up, page.down) == (2, 1, 1)


def test_text_is_kept_as_it_was_written_but_for_control_characters(notebook: Notebook) -> None:
    written = "السطر الأول\n\tThe “second”\u200f 🙂 <b>"
    notebook.add_feedback(Feedback("a", "up", f"\x00{written}\x1b\x9f\ud800\r", " \x00 ", ""))
    kept = notebook.feedback(0, 1).feedback[0]

    assert kept.comment == written
    assert (kept.question, kept.answer) == (None, None)


def test_very_long_texts_are_cut(notebook: Notebook) -> None:
    notebook.add_feedback(Feedback("a", "up", answer="س" * 20_000))
    notebook.add_unanswered("ص" * 20_000, "ar")

    assert notebook.feedback(0, 1).feedback[0].answer == "س" * LONGEST_KEPT
    assert _questions(notebook) == [("ص" * LONGEST_KEPT, 1)]


def test_questions_that_differ_in_spelling_only_are_one(notebook: Notebook) -> None:
    for question in ("من اخترع الهاتف؟", "مَن اخترعَ  الهاتف", "«من إخترع الهاتف»؟!"):
        notebook.add_unanswered(question, "ar")
    notebook.add_unanswered("Who invented it?", "en")

    (first, second), total = notebook.unanswered(0, 10)
    assert (first.question, first.times, first.language) == ("«من إخترع الهاتف»؟!", 3, "ar")
    assert (second.question, second.times, total) == ("Who invented it?", 1, 2)


def test_the_most_frequent_question_comes_first_and_then_the_newest(notebook: Notebook) -> None:
    for question in ("one", "two", "two", "three"):
        notebook.add_unanswered(question, "en")

    assert _questions(notebook) == [("two", 2), ("three", 1), ("one", 1)]
    page, total = notebook.unanswered(1, 1)
    assert ([each.question for each in page], total) == (["three"], 3)


def test_a_question_of_signs_only_is_kept_as_it_is(notebook: Notebook) -> None:
    notebook.add_unanswered("؟!", "ar")
    notebook.add_unanswered("\x00", "ar")

    assert _questions(notebook) == [("", 1), ("؟!", 1)]


def test_the_oldest_entries_go_when_there_are_too_many(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    for number in range(5):
        notebook.add_feedback(Feedback(f"a{number}", "up"))
    for question in ("one", "two", "three", "one", "four"):
        notebook.add_unanswered(question, "en")

    assert [each.answer_id for each in notebook.feedback(0, 9).feedback] == ["a4", "a3", "a2"]
    assert _questions(notebook) == [("one", 2), ("four", 1), ("three", 1)]


def test_it_outlives_the_process(tmp_path: Path) -> None:
    for _ in range(2):
        with closing(Notebook(tmp_path)) as notebook:
            notebook.add_unanswered("Who?", "en")

    with closing(Notebook(tmp_path)) as notebook:
        (question,), _ = notebook.unanswered(0, 1)
    assert isinstance(question, UnansweredQuestion)
    assert question.times == 2


def test_many_threads_lose_nothing(notebook: Notebook) -> None:
    def note(number: int) -> None:
        notebook.add_unanswered("متى؟", "ar")
        notebook.add_feedback(Feedback(f"a{number}", "up"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(80)))

    assert _questions(notebook) == [("متى؟", 80)]
    assert notebook.feedback(0, 1).total == 80


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    with closing(Notebook(tmp_path)) as one, closing(Notebook(tmp_path)) as other:
        for notebook in (one, other, one):
            notebook.add_unanswered("Who?", "en")

        assert _questions(other) == [("Who?", 3)]


def test_its_journal_is_a_rollback_journal(notebook: Notebook, tmp_path: Path) -> None:
    notebook.add_unanswered("Who?", "en")
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_that_is_no_notebook_of_this_version_is_left_alone_and_named(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / FILE
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 7")
    else:
        path.write_bytes(content)
    before = path.read_bytes()

    with closing(Notebook(tmp_path)) as notebook, pytest.raises(StoreError, match=FILE):
        notebook.add_unanswered("Who?", "en")
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="notebook"):
        Notebook(tmp_path / "file").feedback(0, 1)


def test_after_a_failure_it_can_be_used_again(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.05)
    notebook.add_unanswered("Who?", "en")
    notebook.close()
    with closing(sqlite3.connect(tmp_path / "home" / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            notebook.add_unanswered("Who?", "en")
        other.execute("COMMIT")
    notebook.add_unanswered("Who?", "en")

    assert _questions(notebook) == [("Who?", 2)]
