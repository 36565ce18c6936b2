"""Tells how long each stage of one question takes, while the service works as it always does.

The functions of the stages are wrapped for the length of a measurement. A stage's time is
its own: what a stage below it takes is counted there. So the stages add up to the whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pkgutil import resolve_name
from time import perf_counter
from typing import Any
from unittest.mock import patch

STAGES = {
    "encode the question": "embeddings.calibrated:CalibratedEncoder.encode_query",
    "encode its words": "embeddings.calibrated:CalibratedEncoder.encode_words",
    "terms, keys, kind, language": "rag.service:analyse_query",
    "candidates by vector": "rag.index:SearchIndex.nearest",
    "candidates by term": "rag.index:SearchIndex.matching",
    "near words": "rag.neighbours:NeighbourFinder.find",
    "weights of terms": "rag.index:SearchIndex.statistics",
    "read candidates": "rag.store:View.load_chunks",
    "lay out candidates": "rag.retrieval:lay_out",
    "weigh candidates": "rag.retrieval:weigh",
    "ranking": "rag.retrieval:Retriever.retrieve",
    "copies, articles": "rag.service:find",
    "sentences": "rag.answer:pick_sentences",
    "confidence": "rag.answer:confidence",
    "citations": "rag.answer:cite_quotes",
}
"""Where each is called from. What is in none of them is "transaction, events, the rest"."""

REST = "transaction, events, the rest"


class StageWatch:
    """The milliseconds of the stages of one question. Stages nest and never overlap."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    @contextmanager
    def measuring(self, stage: str) -> Iterator[None]:
        self._inner.append(0.0)
        start = perf_counter()
        try:
            yield
        finally:
            whole = perf_counter() - start
            self.milliseconds[stage] += (whole - self._inner.pop()) * 1000
            if self._inner:
                self._inner[-1] += whole

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.measuring(stage):
                return function(*arguments, **named)

        return timed

    def take(self) -> dict[str, float]:
        """What was measured since the last time."""
        taken, self.milliseconds = dict(self.milliseconds), defaultdict(float)
        return taken


@contextmanager
def watching() -> Iterator[StageWatch]:
    """A watch on the stages while the block runs. Raises AttributeError if one has moved."""
    watch = StageWatch()
    with ExitStack() as patches:
        for stage, place in STAGES.items():
            owner, _, name = place.replace(":", ".").rpartition(".")
            found = resolve_name(owner)
            wrapped = watch.wrap(stage, getattr(found, name))
            patches.enter_context(patch.object(found, name, wrapped))
        yield watch
