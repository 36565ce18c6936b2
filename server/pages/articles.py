"""What the pages of articles show: paragraphs with their places, and pages of a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.reports import ArticleSummary
from rag.types import Language

if TYPE_CHECKING:
    from rag.service import Service

PAGE_SIZE = 20
_LAST_PAGE = 100_000
_SHORT = 80
_ENDS = frozenset('.!…:،؛;,»”"')


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of an article; `start` is the place of its first code point in the text.

    `look` is "joined" where no blank line comes before it, as in a list, and "short" where
    it stands alone as a heading does. Articles are stored without their headings' marks, so
    this is a guess, and changes nothing but the look.
    """

    start: int
    text: str
    look: Literal["", "joined", "short"]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list of articles; pages count from 1."""

    articles: tuple[ArticleSummary, ...]
    total: int
    page: int

    @property
    def last_page(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The lines that hold anything. "قمة\\n\\nنص." → (0, "قمة", "short"), (5, "نص.", "")."""
    lines = text.split("\n")
    start = 0
    for before, line, after in zip(["", *lines], lines, [*lines[1:], "."], strict=False):
        if line.strip():
            yield Paragraph(start, line, _look(before, line, after))
        start += len(line) + 1


def _look(before: str, line: str, after: str) -> Literal["", "joined", "short"]:
    if before.strip():
        return "joined"
    alone = not after.strip()
    ends = line.rstrip()[-1] in _ENDS
    return "short" if alone and not ends and len(line) <= _SHORT else ""


def listing(service: "Service", page: int, language: Language | None) -> Listing:
    """A page of the list; the last one if there are fewer. Raises DalilError."""
    page = min(page, _LAST_PAGE)
    found = service.articles(offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE, language=language)
    asked = Listing(found.articles, found.total, page)
    if page <= asked.last_page:
        return asked
    return listing(service, asked.last_page, language)


def page_number(text: str) -> int:
    """The number of a page in an address. "3" → 3; rubbish → 1."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return 1
    return max(1, int(digits))
