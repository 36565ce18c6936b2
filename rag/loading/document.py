"""The seam between the readers of file formats and `load.py`.

A reader turns bytes into a `Document` or raises `UnreadableError`; it knows no path. What a
reader leaves as None, `load.py` works out from the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rag.types import Language


class UnreadableError(Exception):
    """Why some bytes are no article, in words that continue "<path>: …".

    It never leaves this package: `load.py` turns it into a `LoadError` with the path.
    """


@dataclass(frozen=True, slots=True)
class Document:
    """What one file says of itself. Paragraphs of `text` are parted by a blank line."""

    text: str
    title: str | None = None
    published: date | None = None
    source: str | None = None
    url: str | None = None
    language: Language | None = None
    id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
