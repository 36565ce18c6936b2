"""The comparison with the peers, without running any."""

import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks.peers import comparison
from benchmarks.peers.comparison import Comparison
from benchmarks.peers.processes import DALIL, PEERS, Told, WorkerError, run_worker
from benchmarks.peers.tables import FIGURES, NAMES, comparison_tables
from evals.squad import load_squad
from tests.evals.squad_files import ARABIC, ENGLISH, write_squad

_REQUIREMENTS = Path(comparison.__file__).parent / "requirements"


def _system(better: float) -> dict[str, object]:
    figures = {f.key: 100 * better if f.higher else 100 / better for f in FIGURES}
    return {**figures, "mrr": {"ar→ar": 0.9, "ar→en": 0.8}}


def test_ratios_say_how_many_times_better_dalil_is() -> None:
    tables = comparison_tables(
        {"systems": {DALIL: _system(3.0), "plain": _system(1.0), "txtai": _system(1.5)}}
    )
    # Three times as fast as the one and twice as fast as the other: four times was aimed at.
    assert "| query p50, ms | 3.00× | 2.00× | ≥ 4 | no |" in tables
    assert "| ingest, articles/s | 3.00× | 2.00× | ≥ 2 | yes |" in tables
    assert "| Dalil | 0.900 | 0.800 |" in tables


def test_every_system_has_a_name_and_every_peer_pinned_requirements() -> None:
    assert set(NAMES) == {DALIL, *PEERS}
    for peer in PEERS:
        lines = (_REQUIREMENTS / f"{peer}.txt").read_text("utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith("#")]
        assert "torch==2.13.0" in pins
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)


def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    task = tmp_path / "task.json"
    task.write_text(json.dumps({"model": "x", "folder": "y"}), "utf-8")
    with pytest.raises(WorkerError, match="nobody"):
        run_worker(Path(sys.executable), "nobody", "index", task)


def test_a_system_is_asked_the_reported_half_in_every_direction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def answer_second_best(_python: Path, _system: str, what: str, task: Path) -> Told:
        """Finds the other odd paragraph of the language first, and then the right one."""
        given = json.loads(task.read_text("utf-8"))
        if what == "index":
            assert {language: len(texts) for language, texts in given["texts"].items()} == {
                "ar": 4,
                "en": 4,
            }
            return Told({"seconds": 2.0, "cpu_seconds": 3.2, "peak_mib": 10.0}, 1.0)
        asked.extend(given["questions"])
        found = [
            [f"{language}-{number:04d}" for number in ((3, 2) if place % 2 == 0 else (2, 3))]
            for place, (_question, language) in enumerate(given["questions"])
        ]
        figures = {"milliseconds": [4.0], "cpu_milliseconds": [6.0], "peak_mib": 20.0}
        return Told({**figures, "found": found}, 3.0)

    monkeypatch.setattr(comparison, "run_worker", answer_second_best)
    files = [
        load_squad(write_squad(tmp_path / f"{name}.json", topics))
        for name, topics in (("ar", ARABIC), ("en", ENGLISH))
    ]
    run = Comparison(files, tmp_path / "model", tmp_path, {"plain": Path(sys.executable)})
    figures = run.run(1, 1, 2, lambda _what: None)
    # The two questions of the odd topic, each at the second place: half of the best.
    assert figures["systems"]["plain"]["mrr"] == dict.fromkeys(
        ("ar→ar", "ar→en", "en→ar", "en→en"), 0.5
    )
    # Eight paragraphs in two seconds.
    assert figures["systems"]["plain"]["articles_per_second"] == 4.0
    assert figures["systems"]["plain"]["indexing_cpu_ms"] == 400.0
    assert figures["systems"]["plain"]["cold_start_seconds"] == 3.0
    assert ["من أين انطلق ابن بطوطة؟", "en"] in asked
    assert not any("Petra" in question for question, _language in asked)
