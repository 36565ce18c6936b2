"""Mistakes in what was typed or set, and the global options."""

from pathlib import Path

import pytest

from tests.rag.cli.conftest import Engine, Run


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["bogus"], "No such command"),
        (["--bogus"], "No such option"),
        (["ask"], "Missing argument"),
        (["ask", "متى؟", "--top-k", "0"], "--top-k"),
        (["ask", "متى؟", "--top-k", "خمسة"], "--top-k"),
        (["ask", "متى؟", "--answer-language", "fr"], "--answer-language"),
        (["ask", "متى؟", "--language", "arabic"], "'arabic' is not a language"),
        (["search", "قناة", "--from", "2013-13-01"], "'2013-13-01' is not a date"),
        (["search", "قناة", "--from", "20130101"], "'20130101' is not a date"),
        (["search", "قناة", "--from", "2014-01-01", "--to", "2013-01-01"], "later than --to"),
        (["ingest"], "Missing argument"),
        (["serve", "--port", "0"], "--port"),
    ],
)
def test_bad_usage_is_one_line_and_2(run: Run, arguments: list[str], part: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("dalil: ")
    assert result.stderr.count("\n") == 1
    assert part in result.stderr


@pytest.mark.parametrize("command", ["ask", "search", "ingest"])
def test_a_bad_setting_is_one_line_and_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("DALIL_TOP_K", "999")
    result = run(command, "x")

    assert result.exit_code == 2
    assert result.stderr.startswith("dalil: DALIL_TOP_K: ")
    assert result.stderr.count("\n") == 1


def test_help_and_version_need_no_valid_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_NO_SUCH_SETTING", "1")

    assert run("--help").exit_code == 0
    assert run("ask", "--help").exit_code == 0
    assert run("--version").stdout.startswith("dalil ")


def test_no_command_shows_the_help_and_is_2(run: Run) -> None:
    result = run()

    assert result.exit_code == 2
    assert "Usage:" in result.stdout


def test_global_options_override_the_settings(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_HOME", "/somewhere")
    run("--home", "here", "--model", "intfloat/multilingual-e5-large", "ask", "قناة السويس")

    assert engine.settings is not None
    assert engine.settings.home == Path("here")
    assert engine.settings.embedding_model == "intfloat/multilingual-e5-large"


def test_settings_come_from_the_environment_where_no_option_is_given(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_HOME", "somewhere")
    run("status")

    assert engine.settings is not None
    assert engine.settings.home == Path("somewhere")
