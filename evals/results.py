"""What a run of the eval set leaves behind: every answer with its scores, and where it is from.

One JSON file, which the report, the comparison and the gate read. Nothing is computed here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.answer_scores import AnswerScores
from rag.errors import InputError

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that bears out some of a question's facts."""

    article_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answer.

    Attributes:
        facts: each with its alternatives, as the eval set has them.
        answer: as `dalil ask --json` prints it.
        ranking: ids of the articles that the search found, best first, each once.
        seconds: from the question to the whole answer.
    """

    id: str
    split: str
    language: str
    kind: str
    direction: str
    crosses: bool
    perturbation: str | None
    twin: str | None
    question: str
    facts: tuple[tuple[str, ...], ...]
    gold: tuple[Gold, ...]
    answer: Mapping[str, Any]
    ranking: tuple[str, ...]
    scores: AnswerScores
    seconds: float

    @property
    def answerable(self) -> bool:
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that must be the same for the same figures to come out.

    `commit` ends in "+" where the checkout had changes. `models` are the encoder's
    fingerprint and the answerer's name, `data` the SHA-256 of each file by its name.
    """

    commit: str
    started: str
    models: Mapping[str, str]
    settings: Mapping[str, Any]
    data: Mapping[str, str]
    machine: Mapping[str, str]
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A named run over the questions of one or both splits."""

    name: str
    provenance: Provenance
    rows: tuple[Row, ...]


def save_run(run: Run, path: Path) -> None:
    """Write a run; the same run gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"version": _VERSION, **asdict(run)}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load_run(path: Path) -> Run:
    """Read a run. Raises InputError if the file is none, or of another version."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["version"] != _VERSION:
            raise InputError(f"{path}: made by another version; run the evals again")
        rows = tuple(_row(row) for row in data["rows"])
        return Run(data["name"], Provenance(**data["provenance"]), rows)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such run; 'dalil eval run' makes one") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a run of the evals ({error})") from error


def _row(data: dict[str, Any]) -> Row:
    return Row(
        **{
            **data,
            "facts": tuple(tuple(alternatives) for alternatives in data["facts"]),
            "gold": tuple(Gold(**gold) for gold in data["gold"]),
            "ranking": tuple(data["ranking"]),
            "scores": AnswerScores(**data["scores"]),
        }
    )
