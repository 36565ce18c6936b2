"""The learned weights: how much each number of `features.py` and `confidence.py` counts.

They are fitted by `evals/fit.py` and kept in `weights.json` with where they come from.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum with a constant: one weight for each number."""

    weights: tuple[float, ...]
    bias: float = 0.0

    def score(self, features: tuple[float, ...]) -> float:
        return self.bias + sum(w * x for w, x in zip(self.weights, features, strict=True))

    def scores(self, features: Sequence[tuple[float, ...]]) -> list[float]:
        """The scores of several things at once."""
        if not features:
            return []
        scores: list[float] = (self.bias + np.array(features) @ np.array(self.weights)).tolist()
        return scores


@dataclass(frozen=True, slots=True)
class ByPair:
    """Weights for a question and a passage that share a language, and for those that do not."""

    same: Linear
    cross: Linear

    def of(self, same_language: bool) -> Linear:
        return self.same if same_language else self.cross


@dataclass(frozen=True, slots=True)
class Weights:
    """All learned weights. `provenance` says on what they were fitted."""

    passage: ByPair
    sentence: ByPair
    confidence: ByPair
    provenance: dict[str, str]

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Weights":
        data = json.loads(text)
        return cls(
            _by_pair(data["passage"]),
            _by_pair(data["sentence"]),
            _by_pair(data["confidence"]),
            data["provenance"],
        )


def _by_pair(data: dict[str, dict[str, object]]) -> ByPair:
    return ByPair(_linear(data["same"]), _linear(data["cross"]))


def _linear(data: dict[str, object]) -> Linear:
    weights, bias = data["weights"], data["bias"]
    assert isinstance(weights, list)
    assert isinstance(bias, float)
    return Linear(tuple(weights), bias)


@cache
def load_weights() -> Weights:
    """The weights that come with Dalil."""
    return Weights.from_json(files("rag").joinpath("weights.json").read_text("utf-8"))
