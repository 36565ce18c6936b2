"""The benchmark's command, over small files made here."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.bench_squad import main
from tests.evals.squad_files import ARABIC, ENGLISH, Topic, write_squad
from tests.fakes import fake_encoder


@pytest.fixture(autouse=True)
def _fake_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evals.bench.open_encoder", lambda _settings: fake_encoder())


def _run(capsys: pytest.CaptureFixture[str], *paths: Path) -> str:
    assert main([str(path) for path in paths]) == 0
    return capsys.readouterr().out


def _rows(output: str) -> dict[str, list[list[str]]]:
    """The cells of each direction's rows, one for each table that has it."""
    rows: dict[str, list[list[str]]] = {}
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.strip("│┃ ").split("│")]
        if "→" in cells[0]:
            rows.setdefault(cells[0], []).append(cells[1:])
    return rows


def test_the_figures_are_printed_for_every_direction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ar = write_squad(tmp_path / "small.ar.json", ARABIC)
    en = write_squad(tmp_path / "small.en.json", ENGLISH)
    output = _run(capsys, ar, en)
    assert "small.ar.json: 4 paragraphs, 4 questions, sha256" in output
    rows = _rows(output)
    assert set(rows) == {"ar→ar", "ar→en", "ar→all", "en→ar", "en→en", "en→all"}
    # Two topics: two questions in each half, four in all.
    assert [[row[0] for row in rows[direction]] for direction in rows] == [["2", "2", "4"]] * 6
    for cells in (row for found in rows.values() for row in found):
        exact, quotes = cells[5].split("/")
        assert exact == quotes
        for figure in (*cells[1:4], *cells[6:]):
            assert re.fullmatch(r"[01]\.\d{4}", figure)
            assert 0 <= float(figure) <= 1


def test_questions_about_the_very_words_of_a_paragraph_find_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _rows(_run(capsys, write_squad(tmp_path / "en.json", ENGLISH)))
    *_halves, every = rows["en→en"]
    assert float(every[1]) == 1


@pytest.mark.parametrize(
    "topics",
    [ENGLISH[:1], [ENGLISH[0][:1]]],
    ids=["one topic", "one paragraph"],
)
def test_a_file_of_one_topic_or_paragraph_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], topics: Sequence[Topic]
) -> None:
    rows = _rows(_run(capsys, write_squad(tmp_path / "en.json", topics)))
    # There is no reported half, so there is no table of it.
    assert len(rows["en→en"]) == 2


def test_a_question_without_gold_is_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_squad(tmp_path / "en.json", ENGLISH)
    data = json.loads(path.read_text())
    data["data"][0]["paragraphs"][0]["qas"][0]["answers"] = []
    path.write_text(json.dumps(data))
    rows = _rows(_run(capsys, path))
    assert [row[0] for row in rows["en→en"]] == ["2", "1", "3"]


def test_a_bad_file_ends_with_one_line_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "nowhere.json")]) == 2
    assert "cannot be read" in " ".join(capsys.readouterr().err.split())


def test_a_bad_setting_ends_with_one_line_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_TOP_K", "0")
    assert main([str(write_squad(tmp_path / "en.json", ENGLISH))]) == 2
    assert "DALIL_TOP_K" in capsys.readouterr().err


def test_files_must_be_named() -> None:
    with pytest.raises(SystemExit):
        main([])
