"""The service as it ships, over the seeds and the shipped questions, holds its thresholds."""

from pathlib import Path

import pytest

from embeddings.encoder import Encoder
from evals.command import run_configs
from evals.questions import load_articles, load_questions
from evals.results import load_run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_development_questions_hold_every_threshold(
    model_folder: Path,
    fast: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    models = tmp_path / "home" / "models"
    models.mkdir(parents=True)
    for made in model_folder.parent.iterdir():
        (models / made.name).symlink_to(made)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DALIL_HOME", str(tmp_path / "home"))

    passed = run_configs(None, "dev", tmp_path, lambda *_: None, gate=True)

    run = load_run(tmp_path / "default.json")
    asked = [q.id for q in load_questions(load_articles()) if q.split == "dev"]
    assert [row.id for row in run.rows] == asked
    assert passed, capsys.readouterr().out
    assert fast.fingerprint in "".join(run.provenance.models.values())
