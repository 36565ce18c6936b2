"""What an error reply says, before it has a request to belong to, and a shape."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the one of the request that is at fault, where one is."""

    status: int
    code: str
    message: str
    field: str | None = None
