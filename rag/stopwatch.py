"""Times the stages of one question, in milliseconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from rag.events import Done, Event, TextDelta


@dataclass(slots=True)
class Stopwatch:
    """Starts when it is made. Stages may come in any order, each once; the search is the last."""

    _started: float = field(default_factory=perf_counter)
    _found: float = field(default_factory=perf_counter)
    _timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self._timings[name] = _since(start)
        self._found = perf_counter()

    def note(self, event: Event) -> None:
        """Time an answer from the search's end on: "first_text", and "answer" for all of it."""
        if isinstance(event, TextDelta):
            self._timings.setdefault("first_text", _since(self._found))
        elif isinstance(event, Done):
            self._timings["answer"] = _since(self._found)

    def read(self) -> dict[str, float]:
        """Each stage so far, and the "total" until now."""
        timings = {**self._timings, "total": _since(self._started)}
        return {name: round(milliseconds, 2) for name, milliseconds in timings.items()}


def _since(start: float) -> float:
    return (perf_counter() - start) * 1000
