"""Notes the questions that the articles do not answer, beside the way of the answer.

A thread of its own writes them, so that no reader waits for the disk, and none is told if
it fails. Without editors, who alone may read them, nothing is noted.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from fastapi import Request

from rag.errors import StoreError
from rag.events import Done, Event
from rag.reading import closed_after
from rag.types import Answer, Status
from server.editors import Editors
from server.errors import logger
from server.notebook import Notebook


class Unanswered:
    """Writes into the notebook, one question at a time."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._starting = Lock()
        self._pool: ThreadPoolExecutor | None = None

    async def watch(self, events: AsyncIterator[Event]) -> AsyncGenerator[Event, None]:
        """The same events; an abstention is noted when it comes."""
        async with closed_after(events):
            async for event in events:
                if isinstance(event, Done) and event.answer.status is Status.ABSTAINED:
                    self._started().submit(self._note, event.answer)
                yield event

    def close(self) -> None:
        """Write what is still to be written."""
        with self._starting:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _started(self) -> ThreadPoolExecutor:
        with self._starting:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, "dalil-unanswered")
            return self._pool

    def _note(self, answer: Answer) -> None:
        try:
            self._notebook.add_unanswered(answer.rewritten or answer.question, answer.language)
        except StoreError as error:
            logger.error("an unanswered question was not noted: %s", error)
        except Exception:
            # Nobody looks at what the thread's tasks raise.
            logger.exception("an unanswered question was not noted")


def noting(request: Request, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """The events of an answer, watched where there are editors to read what is noted."""
    editors: Editors = request.app.state.editors
    unanswered: Unanswered = request.app.state.unanswered
    return unanswered.watch(events) if editors.exist else events
