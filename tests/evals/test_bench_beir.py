"""The benchmark's command, over a small folder made here."""

import re
from pathlib import Path

import pytest

from evals.bench_beir import main
from tests.evals.beir_files import DOCUMENTS, QRELS, QUERIES, write_beir
from tests.fakes import fake_encoder


@pytest.fixture(autouse=True)
def _fake_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evals.bench_beir.open_encoder", lambda _settings: fake_encoder())


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def _figures(output: str) -> dict[str, list[str]]:
    """The cells of each language's row, without its intervals."""
    rows = {}
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.strip("│ ").split("│")]
        if re.fullmatch("[a-z]{2,3}", cells[0]) and len(cells) == 6:
            rows[cells[0]] = [cell.split()[0] for cell in cells[1:]]
    return rows


def test_the_figures_are_printed_by_language_of_the_query(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = _run(capsys, str(write_beir(tmp_path / "small")))
    assert "10 articles, 3 queries with a relevant article" in output
    assert re.search(r"^qrels/test\.tsv: sha256 [0-9a-f]{12}$", output, re.M)
    rows = _figures(output)
    # Each asks in the very words of its article.
    perfect = ["1.0000"] * 4
    assert rows == {"ar": ["1", *perfect], "en": ["2", *perfect], "all": ["3", *perfect]}


def test_what_is_not_found_lowers_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The English article on Petra comes first, and the one on Suez is somewhere behind it.
    folder = write_beir(tmp_path / "small", qrels=["1\tsuez-en\t1"])
    (figures,) = _figures(_run(capsys, str(folder))).values()
    assert figures[0] == "1"
    assert 0 < float(figures[2]) <= 0.5
    assert figures[4] == "1.0000"


def test_a_limit_asks_only_the_first_queries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = _run(capsys, str(write_beir(tmp_path / "small")), "--limit", "1")
    assert "10 articles, 1 queries" in output
    assert list(_figures(output)) == ["en"]


def test_a_query_does_not_find_the_article_that_it_is_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    itself = {"petra-en": DOCUMENTS[1][2]}
    folder = write_beir(tmp_path / "small", queries=itself, qrels=["petra-en\tpetra-ar\t1"])
    lower = write_beir(
        tmp_path / "other",
        queries={"q": itself["petra-en"]},
        qrels=["q\tpetra-ar\t1"],
    )
    without = _figures(_run(capsys, str(folder)))["en"]
    found = _figures(_run(capsys, str(lower)))["en"]
    assert float(without[2]) > float(found[2]) > 0


def test_a_query_finds_the_article_of_its_id_where_that_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_beir(
        tmp_path / "small",
        queries={"petra-en": QUERIES["1"]},
        qrels=["petra-en\tpetra-en\t1"],
    )
    assert _figures(_run(capsys, str(folder)))["en"][2] == "1.0000"


def test_a_folder_without_a_relevant_article_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_beir(tmp_path / "small", qrels=["1\tsuez-en\t0"])
    assert main([str(folder)]) == 2
    assert "no query has a relevant article" in " ".join(capsys.readouterr().err.split())


def test_a_bad_line_ends_with_one_line_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_beir(tmp_path / "small", qrels=[*QRELS, "broken"])
    assert main([str(folder)]) == 2
    assert "line 5: 1 columns" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_a_positive_number(tmp_path: Path, limit: str) -> None:
    with pytest.raises(SystemExit):
        main([str(write_beir(tmp_path / "small")), "--limit", limit])
