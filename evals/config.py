"""What a run of the evals is made with: a TOML file, or the defaults.

name = "wide"
split = "dev"                       # dev, test or all
articles = ["../my-articles"]       # instead of the seeds
questions = ["my-questions.jsonl"]  # instead of evals/data
record = "answers.jsonl"            # or replay = "answers.jsonl"
[settings]                          # any of Dalil's settings
top_k = 8
[sweep]                             # every combination is a run of its own
chunk_tokens = [128, 256]
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from evals.questions import FOLDERS
from rag.errors import InputError, SettingsError

Which: TypeAlias = Literal["dev", "test", "all"]
_FIELDS = frozenset("name split articles questions record replay settings sweep".split())


@dataclass(frozen=True, slots=True)
class RunConfig:
    """One run. `questions` of None are those that come with Dalil."""

    name: str = "default"
    split: Which = "dev"
    articles: tuple[Path, ...] = FOLDERS
    questions: tuple[Path, ...] | None = None
    record: Path | None = None
    replay: Path | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def load_configs(path: Path) -> list[RunConfig]:
    """The runs that a file asks for: one, or one for each combination of its sweep.

    Paths are relative to the file. Raises InputError if it cannot be read, SettingsError if
    it holds something unknown.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from error
    unknown = data.keys() - _FIELDS
    if unknown:
        known = ", ".join(sorted(_FIELDS))
        raise SettingsError(f"{path}: unknown {', '.join(sorted(unknown))}; known: {known}")
    if data.get("split", "dev") not in get_args(Which):
        raise SettingsError(f"{path}: split is dev, test or all (got {data['split']!r})")
    sweep = data.get("sweep", {})
    empty = [name for name, values in sweep.items() if not isinstance(values, list) or not values]
    if empty:
        raise SettingsError(f"{path}: sweep {', '.join(empty)}: give a list of values")
    return list(_with_sweep(_config(data, path), sweep))


def _config(data: Mapping[str, Any], path: Path) -> RunConfig:
    def resolved(name: str) -> tuple[Path, ...] | None:
        return tuple(path.parent / item for item in data[name]) if name in data else None

    record = path.parent / data["record"] if "record" in data else None
    replay = path.parent / data["replay"] if "replay" in data else None
    if record and replay:
        raise SettingsError(f"{path}: either record or replay")
    return RunConfig(
        name=data.get("name", path.stem),
        split=data.get("split", "dev"),
        articles=resolved("articles") or FOLDERS,
        questions=resolved("questions"),
        record=record,
        replay=replay,
        settings=dict(data.get("settings", {})),
    )


def _with_sweep(config: RunConfig, sweep: Mapping[str, list[Any]]) -> Iterator[RunConfig]:
    for values in product(*sweep.values()):
        chosen = dict(zip(sweep, values, strict=True))
        suffix = "".join(f"-{name}={value}" for name, value in chosen.items())
        yield replace(config, name=config.name + suffix, settings={**config.settings, **chosen})
