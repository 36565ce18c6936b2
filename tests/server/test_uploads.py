"""The queue of uploads: order, bounds, names, and what a failure does to the others."""

import logging
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from rag.errors import StoreError
from rag.ingest import Ingester
from rag.types import Article
from server import uploads as module
from server.errors import RefusedError
from server.uploads import MOST_WAITING, State, Upload, UploadQueue, safe_name
from tests.fakes import Engine, open_engine
from tests.server.running import wait_until

TEXT = b"The Aral Sea was once the fourth largest lake. It shrank after 1960."


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(tmp_path / "home")


@pytest.fixture
def queue(engine: Engine) -> Iterator[UploadQueue]:
    queue = UploadQueue(lambda: engine.ingester)
    yield queue
    queue.close()


def _add(queue: UploadQueue, name: str, content: bytes = TEXT, *, replace: bool = False) -> Upload:
    return queue.add(BytesIO(content), name, len(content), may_replace=replace)


def _ended(queue: UploadQueue, upload: Upload) -> Upload:
    wait_until(lambda: _now(queue, upload).state in (State.DONE, State.FAILED))
    return _now(queue, upload)


def _now(queue: UploadQueue, upload: Upload) -> Upload:
    found = queue.get(upload.id)
    assert found is not None
    return found


def _article(engine: Engine, article_id: str) -> Article:
    with engine.store.reading() as view:
        return view.article(article_id)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is stored before it opens."""
    gate = threading.Event()
    really = Ingester.add

    def add(self: Ingester, articles: Any) -> None:
        gate.wait(30)
        really(self, articles)

    monkeypatch.setattr(Ingester, "add", add)
    yield gate
    gate.set()


def test_a_file_becomes_an_article_that_came_from_nowhere(
    queue: UploadQueue, engine: Engine
) -> None:
    added = _add(queue, "aral.txt")
    ended = _ended(queue, added)

    assert (added.state, ended.state) == (State.WAITING, State.DONE)
    assert (ended.article_id, ended.replaced, ended.problem) == ("aral", False, None)
    assert ended.title == "The Aral Sea was once the fourth largest lake"
    assert _article(engine, "aral").origin is None


def test_the_id_comes_from_front_matter_or_else_from_the_uploaded_name(
    queue: UploadQueue, engine: Engine
) -> None:
    stated = _ended(queue, _add(queue, "a.md", b"---\nid: stated-1\ntitle: T\n---\nThe text."))
    named = _ended(queue, _add(queue, "Summit report.txt", b"They met in Sochi. They talked."))
    arabic = _ended(queue, _add(queue, "قمة 2021.txt", "اجتمعوا في سوتشي. وتحدثوا.".encode()))

    assert (stated.article_id, stated.title) == ("stated-1", "T")
    assert named.article_id == "Summit-report"
    assert arabic.article_id is not None
    assert arabic.article_id.startswith("article-")
    assert _article(engine, arabic.article_id).language == "ar"


def test_a_taken_id_is_refused_and_named_unless_it_may_be_replaced(
    queue: UploadQueue, engine: Engine
) -> None:
    _ended(queue, _add(queue, "aral.txt"))
    new = b"The Aral Sea came back in 2030. Its fish did, too."
    refused = _ended(queue, _add(queue, "aral.txt", new))
    assert refused.state == State.FAILED
    assert refused.problem is not None
    assert refused.problem.code == "article_exists"
    assert "'aral'" in refused.problem.message
    assert (refused.article_id, refused.replaced) == ("aral", False)
    assert _article(engine, "aral").text == TEXT.decode()

    replaced = _ended(queue, _add(queue, "aral.txt", new, replace=True))
    assert (replaced.state, replaced.replaced) == (State.DONE, True)
    assert _article(engine, "aral").text == new.decode()


def test_replacing_what_is_not_there_yet_adds_it(queue: UploadQueue) -> None:
    ended = _ended(queue, _add(queue, "aral.txt", replace=True))

    assert (ended.state, ended.replaced) == (State.DONE, False)


def test_a_file_that_cannot_be_read_says_why_without_its_path_and_the_others_go_on(
    queue: UploadQueue,
) -> None:
    bad = [
        _add(queue, "a.docx", b"no archive"),
        _add(queue, "b.pdf", b"%PDF-1.7 broken"),
        _add(queue, "c.txt", b""),
        _add(queue, "d.md", b"---\nid: /etc/passwd\n---\nText."),
        _add(queue, "e.html", b"<html></html>"),
    ]
    good = _add(queue, "good.txt")
    problems = [_ended(queue, upload).problem for upload in bad]

    assert all(problem and problem.code == "unreadable_article" for problem in problems)
    assert [problem.message for problem in problems if problem][:3] == [
        "it is not a Word file; save it as an unprotected .docx",
        "it is not a sound PDF file; export it again",
        "it is empty",
    ]
    assert not any("dalil-" in problem.message for problem in problems if problem)
    assert _ended(queue, good).state == State.DONE


def test_a_defect_is_logged_and_not_told_and_the_queue_goes_on(
    queue: UploadQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(module, "load_article", lambda *_, **__: 1 // 0)
        failed = _ended(queue, _add(queue, "a.txt"))

    assert failed.problem is not None
    assert failed.problem.code == "internal_error"
    assert "ZeroDivisionError" in caplog.text
    assert "division" not in failed.problem.message
    assert _ended(queue, _add(queue, "aral.txt")).state == State.DONE


def test_a_collection_that_cannot_be_written_is_told() -> None:
    def fail() -> Ingester:
        raise StoreError("the disk is full")

    queue = UploadQueue(fail)
    failed = _ended(queue, _add(queue, "a.txt"))
    queue.close()

    assert failed.problem is not None
    assert (failed.problem.code, failed.problem.message) == ("store_unusable", "the disk is full")


def test_no_more_than_fifty_wait(queue: UploadQueue, gate: threading.Event) -> None:
    first = _add(queue, "first.txt")
    wait_until(lambda: _now(queue, first).state == State.INDEXING)
    waiting = [_add(queue, f"{number}.txt") for number in range(MOST_WAITING)]

    with pytest.raises(RefusedError) as refused:
        _add(queue, "late.txt")
    assert refused.value.problem.status == 503
    assert refused.value.problem.code == "queue_full"
    assert refused.value.headers["Retry-After"].isdigit()
    assert len(queue.newest_first()) == MOST_WAITING + 1

    gate.set()
    assert all(_ended(queue, upload).state == State.DONE for upload in waiting)
    assert _ended(queue, _add(queue, "late.txt")).state == State.DONE


def test_they_are_told_newest_first_and_the_oldest_are_forgotten(
    queue: UploadQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    uploads = [_ended(queue, _add(queue, f"{number}.txt")) for number in range(5)]

    assert [each.filename for each in queue.newest_first()] == ["4.txt", "3.txt", "2.txt"]
    assert queue.get(uploads[0].id) is None


def test_no_temporary_file_is_left(
    queue: UploadQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("a.txt", "b.docx"):
        _ended(queue, _add(queue, name))
    wait_until(lambda: not list(tmp_path.glob("dalil-*/*")))
    queue.close()

    assert not list(tmp_path.glob("dalil-*"))


def test_closing_drops_what_waits_and_it_can_be_used_again(
    queue: UploadQueue, gate: threading.Event, engine: Engine
) -> None:
    first = _add(queue, "first.txt")
    wait_until(lambda: _now(queue, first).state == State.INDEXING)
    dropped = _add(queue, "second.txt")
    threading.Timer(0.1, gate.set).start()
    queue.close()

    assert _now(queue, first).state == State.DONE
    assert _now(queue, dropped).state == State.WAITING
    assert not engine.ingester.holds("second")
    assert _ended(queue, _add(queue, "third.txt")).state == State.DONE


def test_a_disk_that_takes_no_file_is_told_and_nothing_waits(
    queue: UploadQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(StoreError, match="No space left"):
        _add(queue, "a.txt")
    assert queue.newest_first() == []


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.txt", "a.txt"),
        ("قمة سوتشي.DOCX", "قمة سوتشي.DOCX"),
        ("../../etc/cron.d/a.md", "a.md"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("..\\a.html", "a.html"),
        ("a\x00b\n.txt", "ab.txt"),
        ("a\u202etxt.md", "atxt.md"),
        (" a .txt ", "a .txt"),
        ("...a.txt", "a.txt"),
        ("a" * 500 + ".txt", "a" * 200 + ".txt"),
        ("ق" * 500 + ".txt", "ق" * 100 + ".txt"),
        ("a.docx.txt", "a.docx.txt"),
        ("a\ud800.txt", "a.txt"),
    ],
)
def test_a_name_is_made_one_that_stays_in_its_folder(sent: str, name: str) -> None:
    assert safe_name(sent) == name


@pytest.mark.parametrize(
    "sent", ["", "a", ".txt", "a.exe", "a.txt/", "..", "../.md", "a.doc", "\0"]
)
def test_a_name_without_a_known_extension_is_refused(sent: str) -> None:
    with pytest.raises(RefusedError, match=r"\.docx") as refused:
        safe_name(sent)
    assert refused.value.problem.status == 415
