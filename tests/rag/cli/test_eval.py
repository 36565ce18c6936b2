"""`dalil eval` over a small folder, with its real settings and parts but for the encoder."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rag.cli.main import app
from tests.evals.made import (
    ASKED_EN,
    OPENED_AR,
    OPENED_EN,
    UNANSWERABLE,
    line,
    write_lines,
)
from tests.fakes import ARTICLES, fake_encoder, write_articles
from tests.llm.replies import answer
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import KEY, MODEL
from tests.rag.cli.conftest import Run

GOLD_EN = [{"article_id": "suez-en", "quote": OPENED_EN, "facts": [0]}]
CONFIG = """
articles = ["articles"]
questions = ["questions.jsonl"]
split = "all"
[settings]
min_confidence = 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles, questions and the configuration of a run, to work in."""
    write_articles(tmp_path / "articles", {article.id: article.text for article in ARTICLES})
    write_lines(
        tmp_path / "questions.jsonl",
        line("opened-ar"),
        line("opened-en", split="test", language="en", question=ASKED_EN, gold=GOLD_EN),
        line("none", question="من هو زرياب؟", **UNANSWERABLE),
    )
    (tmp_path / "tiny.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001  (to work in)
    monkeypatch.setattr("rag.compose.open_encoder", lambda *_: fake_encoder())
    return lambda *arguments: CliRunner().invoke(app, ["eval", *arguments])


def _kept(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def test_run_prints_the_figures_and_keeps_the_run_with_its_report(run: Run, folder: Path) -> None:
    result = run("run", "--config", "tiny.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 questions" in result.stdout
    assert "citation_" in result.stdout

    kept = _kept(folder / ".dalil" / "evals" / "tiny.json")
    assert kept["name"] == "tiny"
    assert [row["id"] for row in kept["rows"]] == ["opened-ar", "opened-en", "none"]
    assert [row["scores"]["facts"] for row in kept["rows"]] == [1.0, 1.0, None]
    assert [row["scores"]["exact"] for row in kept["rows"][:2]] == [1.0, 1.0]
    assert kept["provenance"]["models"] == {
        "embedding": fake_encoder().fingerprint,
        "answerer": "extractive",
    }
    assert kept["provenance"]["data"].keys() == {"questions.jsonl", "articles"}
    page = (folder / ".dalil" / "evals" / "tiny.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")


def test_the_collection_of_a_run_is_gone_afterwards(run: Run, folder: Path) -> None:
    run("run", "--config", "tiny.toml", "--folder", "runs")
    assert not (folder / ".dalil").exists()
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["tiny.html", "tiny.json"]


@pytest.mark.parametrize(
    ("split", "ids"), [("dev", ["opened-ar", "none"]), ("test", ["opened-en"])]
)
def test_the_split_on_the_command_line_wins(
    run: Run, folder: Path, split: str, ids: list[str]
) -> None:
    result = run("run", "--config", "tiny.toml", "--folder", "runs", "--split", split)
    assert result.exit_code == 0
    assert [row["id"] for row in _kept(folder / "runs" / "tiny.json")["rows"]] == ids


def test_a_gate_below_a_threshold_fails_after_the_run_was_kept(run: Run, folder: Path) -> None:
    # Nothing here is perturbed, so that the shipped threshold for it has no figure.
    result = run("run", "--config", "tiny.toml", "--folder", "runs", "--gate")
    assert result.exit_code == 1
    kept = next(row for row in result.stdout.splitlines() if "perturbed.kept" in row)
    assert "BELOW" in kept
    assert (folder / "runs" / "tiny.json").is_file()


def test_a_gate_whose_thresholds_hold_passes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds = {"all.exact": 1.0, "same.facts": 1.0}
    monkeypatch.setattr("evals.command.load_thresholds", lambda: thresholds)
    result = run("run", "--config", "tiny.toml", "--folder", "runs", "--gate")
    assert result.exit_code == 0
    assert "same.facts" in result.stdout
    assert "BELOW" not in result.stdout


def test_the_gate_holds_for_every_run_of_a_sweep(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = "\n[sweep]\nmin_confidence = [1.0, 0.0]\n"
    config = CONFIG.replace("min_confidence = 0\n", "") + sweep
    (folder / "tiny.toml").write_text(config, "utf-8")
    monkeypatch.setattr("evals.command.load_thresholds", lambda: {"all.answered": 1.0})
    result = run("run", "--config", "tiny.toml", "--folder", "runs", "--gate")
    assert result.exit_code == 1
    assert result.stdout.count("BELOW") == 1


def test_compare_prints_what_the_second_run_won_and_lost(run: Run, folder: Path) -> None:
    sweep = "\n[sweep]\nmin_confidence = [1.0, 0.0]\n"
    config = CONFIG.replace("min_confidence = 0\n", "") + sweep
    (folder / "tiny.toml").write_text(config, "utf-8")
    assert run("run", "--config", "tiny.toml", "--folder", "runs").exit_code == 0

    names = ("tiny-min_confidence=1.0", "tiny-min_confidence=0.0")
    result = run("compare", *names, "--folder", "runs")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 questions in both" in result.stdout
    assert "facts: 2 won, 0 lost" in result.stdout
    assert "+ opened-ar" in result.stdout
    # A run may be named by its file as well.
    files = [f"runs/{name}.json" for name in names]
    assert run("compare", *files).stdout == result.stdout


def test_compare_takes_other_data_only_if_told_to(run: Run, folder: Path) -> None:
    run("run", "--config", "tiny.toml", "--folder", "runs")
    write_articles(folder / "articles", {"more-en": "The Nile is a long river."})
    (folder / "other.toml").write_text(CONFIG, "utf-8")
    run("run", "--config", "other.toml", "--folder", "runs")

    refused = run("compare", "tiny", "other", "--folder", "runs")
    assert refused.exit_code == 2
    assert "other data (articles)" in refused.stderr
    assert run("compare", "tiny", "other", "--folder", "runs", "--other-data").exit_code == 0


def test_report_writes_the_page_again_and_says_where(run: Run, folder: Path) -> None:
    run("run", "--config", "tiny.toml", "--folder", "runs")
    page = folder / "runs" / "tiny.html"
    before = page.read_bytes()
    page.unlink()
    result = run("report", "tiny", "--folder", "runs")
    assert (result.exit_code, result.stdout) == (0, "runs/tiny.html\n")
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("run", "--split", "train"), "split is dev, test or all (got 'train')"),
        (("run", "--config", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("report", "nowhere"), "nowhere.json: there is no such run"),
        (("compare", "nowhere", "tiny"), "nowhere.json: there is no such run"),
    ],
)
def test_a_mistake_is_one_line_and_2(run: Run, arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ('record = "answers.jsonl"', "the run's settings must name an llm"),
        ('questions = ["gone.jsonl"]', "gone.jsonl: cannot be read"),
        ('articles = ["gone"]', "gone: no such file or folder"),
    ],
)
def test_a_run_that_cannot_be_made_is_one_line_and_2(
    run: Run, folder: Path, change: str, reason: str
) -> None:
    name = change.partition(" ")[0]
    kept = [row for row in CONFIG.splitlines() if not row.startswith(name)]
    (folder / "tiny.toml").write_text("\n".join([change, *kept]), "utf-8")
    result = run("run", "--config", "tiny.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
    assert not (folder / ".dalil").exists()


def test_a_recorded_run_is_replayed_without_the_model_and_keeps_no_key(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_LLM_API_KEY", KEY)
    with ScriptedLlm() as llm:
        model = f'llm = "{MODEL}"\nllm_base_url = "{llm.url}"\nllm_retries = 0\n'
        for name, what in (("recorded", "record"), ("replayed", "replay")):
            text = f'{what} = "answers.jsonl"\n{CONFIG}{model}'
            (folder / f"{name}.toml").write_text(text, "utf-8")
        said = (f"{OPENED_AR[:-1]} [1].", f"{OPENED_EN[:-1]} [1].", "NO_ANSWER")
        llm.script(*map(answer, said))
        arguments = ("--folder", "runs", "--config")
        recorded = run("run", *arguments, "recorded.toml")
        assert recorded.exit_code == 0, recorded.output
    assert run("run", *arguments, "replayed.toml").exit_code == 0

    one, two = (_kept(folder / "runs" / f"{name}.json") for name in ("recorded", "replayed"))
    assert [row["scores"] for row in one["rows"]] == [row["scores"] for row in two["rows"]]
    assert [row["answer"]["model"] for row in two["rows"]] == [MODEL] * 3
    assert not any(row["answer"]["degraded"] for row in two["rows"])
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "answers.jsonl" in written
    assert all(KEY.encode() not in path.read_bytes() for path in written)


def test_names_of_the_commands_are_in_the_help(run: Run) -> None:
    result = run("--help")
    assert {"run", "compare", "report"} <= set(result.stdout.split())
