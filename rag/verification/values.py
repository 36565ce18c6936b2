"""What goes into the verifier and comes out of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.types import Article, Problem, Span


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of an article; `vector` is the stored, centred unit vector, if there is one."""

    span: Span
    vector: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage as the language model saw it, under its number."""

    number: int
    article: Article
    span: Span
    sentences: tuple[SourceSentence, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact quote, `article.text[span.start:span.end]`; `score` is 0 to 1."""

    number: int
    article_id: str
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of an answer, without its markers, and what became of it.

    `score` is the calibrated probability, 0 to 1, that its evidence states it. `cited` are
    the passages it may be shown with: those that it cites, or the one that was found for it.
    A sentence that `claims_nothing` ("Here is what the articles say:") is neither
    supported nor unsupported, and does not count.
    """

    text: str
    supported: bool
    score: float
    cited: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    problem: Problem | None
    claims_nothing: bool = False
