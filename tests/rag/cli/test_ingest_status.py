"""`dalil ingest` and `dalil status`."""

import json
from pathlib import Path

import pytest

from rag.errors import EmptyIndexError, LoadError, StoreError
from rag.reports import FailedFile
from tests.rag.cli.conftest import Engine, FakeIngester, Run, report
from tests.server.fakes import FailingService


def test_ingest_passes_its_paths_on_and_sums_up(run: Run, engine: Engine) -> None:
    result = run("ingest", "مقالات", "b.html", "--prune")

    assert result.exit_code == 0
    assert engine.ingester.inputs == ["مقالات", "b.html"]
    assert engine.ingester.prune
    assert engine.ingester.closed
    assert [line.split()[-1] for line in result.stdout.splitlines()] == [
        "2",
        "1",
        "0",
        "1",
        "0",
        "42",
        "1.2",
    ]
    assert result.stderr == ""


def test_ingest_tells_each_failed_file_on_a_line_of_its_own_and_is_1(
    run: Run, engine: Engine
) -> None:
    engine.ingester = FakeIngester(
        report(
            FailedFile(Path("سوري.pdf"), "it holds no text"),
            FailedFile(Path("b.docx"), "damaged:\nnot a zip file"),
        )
    )
    result = run("ingest", ".")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "dalil: سوري.pdf: it holds no text",
        "dalil: b.docx: damaged: not a zip file",
    ]
    assert "added" in result.stdout


def test_ingest_prints_one_json_object(run: Run, engine: Engine) -> None:
    engine.ingester = FakeIngester(report(FailedFile(Path("a.pdf"), "it holds no text")))
    result = run("ingest", ".", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "added": ["a", "b"],
        "changed": ["c"],
        "unchanged": [],
        "removed": ["d"],
        "failed": [{"path": "a.pdf", "reason": "it holds no text"}],
        "embedded_sentences": 42,
        "seconds": 1.25,
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LoadError(Path("no-such-folder"), "there is no such file or folder"), 2),
        (StoreError("the disk is full; nothing was changed"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_ingest_that_stops_closes_the_store_and_says_why(
    run: Run, engine: Engine, error: BaseException, code: int
) -> None:
    engine.ingester = FakeIngester(error)
    result = run("ingest", "no-such-folder")

    assert result.exit_code == code
    assert result.stderr == f"dalil: {error or 'interrupted'}\n" or code == 130
    assert result.stderr.count("\n") == 1
    assert engine.ingester.closed


def test_status_shows_what_the_collection_holds(run: Run) -> None:
    shown = run("status").stdout

    assert "3 (ar 2, en 1)" in shown
    assert "bundled" in shown


def test_status_prints_one_json_object(run: Run) -> None:
    printed = json.loads(run("status", "--json").stdout)

    assert printed["articles"] == {"ar": 2, "en": 1}
    assert set(printed) == {
        "articles",
        "passages",
        "sentences",
        "generation",
        "model",
        "model_fingerprint",
        "answerer",
        "home",
    }


def test_status_of_nothing_is_one_line_and_1(run: Run, engine: Engine) -> None:
    engine.service = FailingService(EmptyIndexError("nothing has been ingested yet"))
    result = run("status")

    assert (result.exit_code, result.stderr) == (1, "dalil: nothing has been ingested yet\n")
