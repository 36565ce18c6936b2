"""What a run is made with: defaults, sweeps, and what is refused."""

from pathlib import Path

import pytest

from evals.config import RunConfig, load_configs
from evals.questions import FOLDERS
from rag.errors import InputError, SettingsError


def _load(folder: Path, text: str, name: str = "wide.toml") -> list[RunConfig]:
    (folder / name).write_text(text, "utf-8")
    return load_configs(folder / name)


def test_an_empty_file_asks_for_the_defaults_under_its_own_name(tmp_path: Path) -> None:
    assert _load(tmp_path, "") == [RunConfig(name="wide")]
    assert RunConfig() == RunConfig("default", "dev", FOLDERS, None, None, None, {})


def test_everything_can_be_chosen_with_paths_relative_to_the_file(tmp_path: Path) -> None:
    text = """
        name = "واسع"
        split = "all"
        articles = ["../news", "/srv/articles"]
        questions = ["mine.jsonl"]
        record = "answers.jsonl"
        [settings]
        top_k = 8
        llm = "openai/scripted"
    """
    (config,) = _load(tmp_path, text)
    assert config == RunConfig(
        name="واسع",
        split="all",
        articles=(tmp_path / "../news", Path("/srv/articles")),
        questions=(tmp_path / "mine.jsonl",),
        record=tmp_path / "answers.jsonl",
        settings={"top_k": 8, "llm": "openai/scripted"},
    )


def test_a_recording_to_replay_is_relative_too(tmp_path: Path) -> None:
    (config,) = _load(tmp_path, 'replay = "answers.jsonl"')
    assert (config.record, config.replay) == (None, tmp_path / "answers.jsonl")


def test_each_combination_of_a_sweep_is_a_run_of_its_own(tmp_path: Path) -> None:
    text = """
        split = "test"
        [settings]
        top_k = 8
        min_confidence = 0.4
        [sweep]
        chunk_tokens = [128, 256]
        top_k = [3, 5]
    """
    configs = _load(tmp_path, text)
    assert [(config.name, config.settings) for config in configs] == [
        (
            f"wide-chunk_tokens={tokens}-top_k={k}",
            {"min_confidence": 0.4, "chunk_tokens": tokens, "top_k": k},
        )
        for tokens in (128, 256)
        for k in (3, 5)
    ]
    assert {config.split for config in configs} == {"test"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('spilt = "dev"\nseed = 1', "unknown seed, spilt; known: articles, name"),
        ('split = "train"', r"split is dev, test or all \(got 'train'\)"),
        ('record = "a.jsonl"\nreplay = "a.jsonl"', "either record or replay"),
        ("[sweep]\ntop_k = 3", "sweep top_k: give a list"),
        ("[sweep]\ntop_k = []", "sweep top_k: give a list"),
    ],
)
def test_what_is_unknown_or_contradicts_itself_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=rf"/wide\.toml: {reason}"):
        _load(tmp_path, text)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"wide\.toml: not a TOML file"):
        _load(tmp_path, "split: dev")
    (tmp_path / "old.toml").write_bytes('name = "واسع"'.encode("cp1256"))
    with pytest.raises(InputError, match=r"old\.toml: not a TOML file"):
        load_configs(tmp_path / "old.toml")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read: No such file"):
        load_configs(tmp_path / "nowhere.toml")
