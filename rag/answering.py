"""The seam where answers are made: what every answerer takes and gives.

There are two: `extractive_answerer.py` quotes, `generative/` lets a language model write. Both
find their passages with what the service gives them, for each makes a follow-up question
stand alone in its own way before it searches.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rag.events import Event
from rag.findings import Findings
from rag.types import Language, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as the reader put it.

    `language` is the one to answer in, None for that of the question. `live` tells that the
    reader sees the text while it comes, so that what was shown cannot be taken back.
    """

    question: str
    history: tuple[Turn, ...] = ()
    language: Language | None = None
    live: bool = True


class Find(Protocol):
    """Searches for a question that stands alone."""

    async def __call__(self, question: str, then: Callable[[Findings], T], /) -> T:
        """What `then` makes of what was found, which it does in the search's thread and place:
        work that needs the processor alone belongs there, and waiting for a model does not.

        Raises what `Service.search` raises, and OverloadedError.
        """
        ...


class Answerer(Protocol):
    """Answers inquiries, any number at once. Close it in the event loop that it was used in."""

    @property
    def name(self) -> str:
        """What `Answer.model` says where it answered by itself."""
        ...

    def answer(self, inquiry: Inquiry, find: Find) -> AsyncGenerator[Event, None]:
        """The events of `rag/events.py`, `Done` the last. Raises DalilError instead of it."""
        ...

    def prepare(self) -> None:
        """Load what the first question would wait for; blocks, maybe for seconds."""
        ...

    async def aclose(self) -> None:
        """Let go of connections; no answer may be in the making."""
        ...
