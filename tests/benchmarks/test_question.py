"""The profile of a question, on a collection of two articles."""

import json
from pathlib import Path

import pytest

from benchmarks.question import main
from benchmarks.stages import REST, STAGES

_CANAL = "The Suez Canal was opened in 1869. Ships pass through it in about half a day.\n"
_PETRA = "تقع البتراء في جنوبي الأردن. ويبلغ ارتفاع الخزنة نحو أربعين مترًا.\n"


@pytest.mark.slow
def test_the_stages_of_a_question_add_up_and_are_written_down(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "canal.txt").write_text(_CANAL, "utf-8")
    (articles / "petra.txt").write_text(_PETRA, "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(model_folder.parent)
    monkeypatch.setenv("DALIL_HOME", str(home))
    file = tmp_path / "figures" / "question.json"
    assert main(["--folder", str(articles), "--questions", "4", "--json", str(file)]) == 0
    document = json.loads(file.read_text("utf-8"))
    assert document["benchmark"] == "question"
    assert document["machine"]["cores"] >= 1
    figures = document["figures"]
    assert figures["questions"] == 4
    assert list(figures["stages_ms"]) == [*STAGES, REST]
    assert figures["stages_ms"]["encode the question"] > 0
    assert figures["stages_ms"]["ranking"] > 0
    # Medians do not add up to the median, but no stage is longer than the whole.
    assert max(figures["stages_ms"].values()) <= figures["p95_ms"]
