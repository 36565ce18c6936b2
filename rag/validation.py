"""Says in one line what is wrong with a request: the field and the reason.

It never repeats a value that was sent, for values can be huge, secret or hostile. Names
of unknown fields are shown, cut short and printable.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN = 3
_LONGEST_NAME = 40
_PLACES = ("body", "query", "path")


def describe_problems(problems: Sequence[Mapping[str, Any]]) -> str:
    """The first three problems.

    [{"loc": ("body", "top_k"), "msg": "Input should be …"}] → "top_k: Input should be …"
    """
    shown = [_describe(problem) for problem in problems[:_SHOWN]]
    more = len(problems) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def field_of(problem: Mapping[str, Any]) -> str:
    """The field that a problem is about. ("body", "top_k") → "top_k"."""
    return _field(problem["loc"])


def _describe(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "missing" and problem["loc"] == ("body",):
        return "the body must be a JSON object"
    if problem["type"] == "extra_forbidden":
        return f"{_field(problem['loc'])}: unknown field"
    reason = str(problem["msg"]).removeprefix("Value error, ")
    return f"{_field(problem['loc'])}: {reason}"


def _field(location: Sequence[int | str]) -> str:
    """("body", "filters", "languages", 0) → "filters.languages.0"; ("body",) → "body"."""
    inner = location[1:] if len(location) > 1 and location[0] in _PLACES else location
    return ".".join(_printable(str(part)) for part in inner)


def _printable(name: str) -> str:
    cut = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
    return "".join(char if char.isprintable() else "?" for char in cut)
