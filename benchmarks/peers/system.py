"""What the benchmark asks of a system: to index texts, and to find them again.

The systems run in environments of their own, so nothing here, in `worker.py` or in a
peer's file imports Dalil. A peer's packages are imported by name when it is made, for they
are not installed where the rest of the project is checked.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
"""What the model was trained with; each library is told them in its own way."""

Texts = Mapping[str, Sequence[tuple[str, str]]]
"""By language: the id and the text of each document."""


class System(Protocol):
    """One system with the model loaded, and a folder for what it keeps."""

    def build(self, texts: Texts) -> None:
        """Index the texts, and leave in the folder what `open` needs."""
        ...

    def open(self, languages: Sequence[str]) -> None:
        """Load from the folder what `search` needs."""
        ...

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        """The id and the text of up to `k` passages in a language, best first."""
        ...
