"""Reads an event stream as the standard says, by hand."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """One event; `id` and `name` are "" where there was none."""

    id: str
    name: str
    data: Any


def parse_events(stream: str) -> list[Sent]:
    """The events of a whole stream, which must end with an empty line; comments are left out."""
    assert stream.endswith("\n\n")
    return [
        _parse(block)
        for block in stream.split("\n\n")
        if any(not line.startswith(":") for line in block.split("\n") if line)
    ]


def _parse(block: str) -> Sent:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
    assert set(fields) <= {"id", "event", "data"}
    data = fields["data"]
    return Sent(
        fields.get("id", ""),
        fields.get("event", ""),
        data if data == "[DONE]" else json.loads(data),
    )
