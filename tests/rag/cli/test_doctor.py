"""`dalil doctor`: each finding is ok, a warning or a failure with advice."""

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.cli import doctor
from rag.errors import EmptyIndexError, ModelChangedError, ModelError
from rag.store import Store
from tests.rag.cli.conftest import Engine, Run
from tests.server.fakes import FailingService


def _checks(run: Run, *, code: int) -> dict[str, Any]:
    result = run("--home", "home", "doctor", "--json")
    assert result.exit_code == code, result.output
    printed = json.loads(result.stdout)
    assert printed["ok"] == (code == 0)
    for check in printed["checks"]:
        assert set(check) == {"name", "status", "found", "advice"}
        assert bool(check["advice"]) == (check["status"] != "ok")
    return {check["name"]: check for check in printed["checks"]}


@pytest.fixture
def store(engine: Engine) -> Path:  # noqa: ARG001  (the engine moves to a folder of its own)
    path = Path("home/dalil.db")
    Store(path, create=True).close()
    return path


@pytest.mark.usefixtures("store")
def test_a_sound_installation_has_only_ok(run: Run, engine: Engine) -> None:
    checks = _checks(run, code=0)

    assert {check["status"] for name, check in checks.items() if name != "disk"} == {"ok"}
    assert list(checks) == [
        "Python",
        "SQLite",
        "torch",
        "sentence-transformers",
        "faiss-cpu",
        "tantivy",
        "settings",
        "disk",
        "editors",
        "other sites",
        "store",
        "model",
        "index",
    ]
    assert "rollback-journal" in checks["SQLite"]["found"]
    assert engine.service.closed


def test_an_empty_home_is_a_warning_that_says_to_ingest(run: Run, engine: Engine) -> None:
    engine.service = FailingService(EmptyIndexError("nothing has been ingested yet"))
    checks = _checks(run, code=0)

    for name in ("store", "index"):
        assert checks[name]["status"] == "warn"
        assert "dalil ingest" in checks[name]["advice"]


@pytest.mark.usefixtures("store")
def test_a_changed_model_fails_the_index(run: Run, engine: Engine) -> None:
    engine.service = FailingService(ModelChangedError("embedded with another model"))

    assert _checks(run, code=1)["index"]["found"] == "embedded with another model"


def test_a_model_that_does_not_load_fails(run: Run, engine: Engine) -> None:
    engine.opening_fails = ModelError("the model is damaged")
    checks = _checks(run, code=1)

    assert checks["model"]["status"] == "fail"
    assert "index" not in checks


def test_a_store_that_is_no_database_fails(run: Run, store: Path) -> None:
    store.write_bytes(b"not a database at all" * 100)

    assert _checks(run, code=1)["store"]["status"] == "fail"


def test_a_damaged_store_fails(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "integrity_problems", lambda _self: ["wrong # of entries in index"])
    check = _checks(run, code=1)["store"]

    assert str(store) in check["found"]
    assert "wrong # of entries" in check["found"]


def test_a_bad_setting_fails_and_ends_the_examination(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_TOP_K", "999")
    checks = _checks(run, code=1)

    assert "DALIL_TOP_K" in checks["settings"]["found"]
    assert "store" not in checks


def test_a_missing_package_fails_and_nothing_is_loaded(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "faiss-cpu":
            raise PackageNotFoundError
        return "1"

    monkeypatch.setattr(doctor, "version", version)
    checks = _checks(run, code=1)

    assert checks["faiss-cpu"]["found"] == "not installed"
    assert "model" not in checks
    assert engine.settings is None


@pytest.mark.parametrize(("free", "status"), [(10, "fail"), (500, "warn"), (5000, "ok")])
def test_a_full_disk_is_seen(
    run: Run, monkeypatch: pytest.MonkeyPatch, free: int, status: str
) -> None:
    usage = SimpleNamespace(free=free * 1024 * 1024)
    monkeypatch.setattr("rag.cli.doctor.shutil.disk_usage", lambda _path: usage)

    assert _checks(run, code=int(status == "fail"))["disk"]["status"] == status


def test_it_tells_whether_editors_are_let_in_and_never_their_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _checks(run, code=0)["editors"]["found"].startswith("shut out")
    monkeypatch.setenv("DALIL_ADMIN_KEY", "canary-canary-canary")

    assert _checks(run, code=0)["editors"]["found"] == "let in with the key, at /admin"
    assert "canary" not in run("--home", "home", "doctor").output


def test_it_names_the_sites_that_may_embed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "may embed the widget: none" in _checks(run, code=0)["other sites"]["found"]
    origins = "https://news.example, http://localhost:3000"
    monkeypatch.setenv("DALIL_ALLOWED_ORIGINS", origins)

    assert _checks(run, code=0)["other sites"]["found"].endswith(origins)


def test_people_get_a_line_for_each_check_and_one_for_what_to_do(run: Run) -> None:
    lines = run("--home", "home", "doctor").stdout.splitlines()

    assert lines[0].startswith("ok   Python: ")
    assert any(line.startswith("warn store: ") for line in lines)
    assert "     run 'dalil ingest PATH'" in lines
