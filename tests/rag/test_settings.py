"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` but the test's own is read."""
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_no_key_and_no_network() -> None:
    settings = load_settings()
    assert settings.home == Path(".dalil")
    assert (settings.embedding_model, settings.llm) == ("bundled", "extractive")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_flags_come_before_variables_and_variables_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("DALIL_TOP_K=3\nDALIL_PORT=3333\nDALIL_HOST=file\n")
    monkeypatch.setenv("DALIL_TOP_K", "4")
    monkeypatch.setenv("DALIL_PORT", "4444")
    settings = load_settings(top_k=5)
    assert (settings.top_k, settings.port, settings.host) == (5, 4444, "file")


def test_a_flag_that_is_none_was_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_TOP_K", "7")
    assert load_settings(top_k=None).top_k == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DALIL_PORT", "0"),
        ("DALIL_PORT", "65536"),
        ("DALIL_PORT", "eighty"),
        ("DALIL_PORT", ""),
        ("DALIL_TOP_K", "0"),
        ("DALIL_TOP_K", "51"),
        ("DALIL_MIN_CONFIDENCE", "1.01"),
        ("DALIL_MIN_CONFIDENCE", "-0.1"),
        ("DALIL_MIN_CONFIDENCE", "nan"),
        ("DALIL_CHUNK_TOKENS", "31"),
        ("DALIL_CHUNK_TOKENS", "8193"),
        ("DALIL_CHUNK_OVERLAP", "-1"),
        ("DALIL_CHUNK_OVERLAP", "9"),
        ("DALIL_MAX_QUESTION_CHARS", "15"),
        ("DALIL_MAX_QUESTION_CHARS", "20001"),
        ("DALIL_MAX_SEARCHES", "0"),
        ("DALIL_MAX_SEARCHES", "1001"),
        ("DALIL_MAX_BODY_BYTES", "1023"),
        ("DALIL_MAX_UPLOAD_BYTES", "1023"),
        ("DALIL_ADMIN_KEY", ""),
        ("DALIL_ADMIN_KEY", "fifteen-letters"),
        ("DALIL_EMBEDDING_MODEL", " "),
        ("DALIL_LLM", ""),
        ("DALIL_HOST", ""),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_the_key_s_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


@pytest.mark.parametrize("name", ["DALIL_TOPK", "dalil_topk", "DALIL_", "DALIL_EMBEDING_MODEL"])
def test_an_unknown_variable_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "5")
    with pytest.raises(SettingsError, match=f"unknown setting {name}; known: .*DALIL_TOP_K"):
        load_settings()


def test_an_unknown_name_in_the_file_is_refused() -> None:
    Path(".env").write_text("DALIL_TOPK=5\n")
    with pytest.raises(SettingsError, match="unknown setting DALIL_TOPK"):
        load_settings()


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(SettingsError, match="DALIL_TOPK"):
        load_settings(topk=5)


def test_other_programs_variables_are_no_business_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    assert load_settings().llm == "extractive"


def test_other_programs_lines_in_the_file_are_no_business_of_ours() -> None:
    Path(".env").write_text("OPENAI_API_KEY=sk-none\nDALIL_TOP_K=3\n")
    assert load_settings().top_k == 3


def test_a_folder_must_be_named() -> None:
    with pytest.raises(SettingsError, match="DALIL_HOME"):
        load_settings(home="")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1


def test_an_error_names_every_key_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_PORT", "0")
    monkeypatch.setenv("DALIL_TOP_K", "0")
    with pytest.raises(SettingsError, match=r"DALIL_PORT.*DALIL_TOP_K"):
        load_settings()


def test_nobody_edits_and_no_site_embeds_unless_it_is_said() -> None:
    settings = load_settings()
    assert (settings.admin_key, settings.allowed_origins) == (None, ())
    assert settings.max_upload_bytes == 20_000_000


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = " https://news.example , http://localhost:3000,http://[::1]:8080,"
    monkeypatch.setenv("DALIL_ALLOWED_ORIGINS", origins)
    assert load_settings().allowed_origins == (
        "https://news.example",
        "http://localhost:3000",
        "http://[::1]:8080",
    )


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "news.example",
        "https://news.example/",
        "https://news.example/page",
        "https://*.news.example",
        "https://News.example",
        "https://user@news.example",
        "ftp://news.example",
        "https://news.example https://other.example",
    ],
)
def test_what_is_no_exact_origin_is_refused(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_ALLOWED_ORIGINS", f"https://good.example,{origin}")
    with pytest.raises(SettingsError, match=r"DALIL_ALLOWED_ORIGINS: .*without a path"):
        load_settings()


def test_the_editors_key_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_ADMIN_KEY", "canary-canary-canary")
    settings = load_settings()
    assert settings.admin_key is not None
    assert settings.admin_key.get_secret_value() == "canary-canary-canary"
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_key_that_is_refused_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DALIL_ADMIN_KEY", "canary")
    with pytest.raises(SettingsError, match="DALIL_ADMIN_KEY") as refused:
        load_settings()
    assert "canary" not in str(refused.value)
