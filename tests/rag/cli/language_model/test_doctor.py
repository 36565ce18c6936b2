"""What `dalil doctor` says of a language model, and what nobody says of its key."""

import json
from typing import Any

import pytest

from tests.llm.replies import Reply, answer, failure, malformed
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import KEY, MODEL
from tests.rag.cli.language_model.conftest import Run

ASKED_AR = "متى افتُتحت قناة السويس؟"


def _language_model(run: Run, *, code: int) -> dict[str, Any]:
    result = run("doctor", "--json")
    assert result.exit_code == code, result.output
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert all(
        check["status"] != "fail" for name, check in checks.items() if name != "language model"
    )
    found: dict[str, Any] = checks["language model"]
    return found


def test_doctor_asks_the_model_for_a_word(run: Run, llm: ScriptedLlm) -> None:
    llm.script(answer("OK"))

    assert _language_model(run, code=0) == {
        "name": "language model", "status": "ok", "found": f"{MODEL} answers", "advice": "",
    }  # fmt: skip
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("reply", "hint"),
    [
        (failure(401, message=f"Incorrect API key provided: {KEY}"), "check its API key"),
        (failure(404), "base URL"),
        (failure(500), "try again later"),
        (malformed(), "base URL"),
    ],
    ids=["wrong key", "404", "500", "malformed"],
)
def test_doctor_says_what_is_wrong_with_the_model(
    run: Run, llm: ScriptedLlm, reply: Reply, hint: str
) -> None:
    llm.script(reply)
    check = _language_model(run, code=1)

    assert check["status"] == "fail"
    assert check["found"].startswith(f"{MODEL}: ")
    assert hint in check["found"]
    assert check["advice"]


def test_doctor_says_that_nobody_is_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_LLM_BASE_URL", "http://127.0.0.1:9/v1")

    assert "no connection" in _language_model(run, code=1)["found"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DALIL_LLM_API_KEYS", KEY),
        ("DALIL_LLM_KEY", KEY),
        ("DALIL_LLM_TEMPERATURE", "hot"),
        ("DALIL_LLM_TOTAL_SECONDS", "0"),
        ("DALIL_LLM_UNSUPPORTED", "invent"),
        ("DALIL_LLM", ""),
    ],
)
def test_an_error_about_a_setting_names_it_and_never_shows_the_key(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    asked, examined = run("ask", ASKED_AR), run("doctor", "--json")

    assert (asked.exit_code, asked.stdout) == (2, "")
    assert name in asked.stderr
    assert asked.stderr.count("\n") == 1
    assert examined.exit_code == 1
    assert name in examined.stdout


def test_an_empty_key_is_none_and_openai_s_own_is_not_told_to_another_server(
    run: Run, llm: ScriptedLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_LLM_API_KEY", "")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    llm.script(answer("OK"))
    run("doctor")

    assert KEY not in llm.requests[0].headers.get("authorization", "")
