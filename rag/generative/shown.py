"""Numbers the passages that a language model is shown, with their sentences and vectors.

Which passages there are is decided in `rag/findings.py`; how many of them fit into the prompt,
in `rag/prompt.py`.
"""

from rag.findings import Findings
from rag.selection import Stretch, join_neighbours
from rag.store import SentenceRow
from rag.verification import ShownPassage, SourceSentence


def show_passages(findings: Findings) -> list[ShownPassage]:
    """The passages of the findings, neighbours joined, numbered from 1, best first.

    Each of their sentences has the vector that is stored for it.
    """
    return [
        ShownPassage(
            number,
            findings.articles[stretch.article_id],
            stretch.span,
            tuple(SourceSentence(row.span, row.vector) for row in _rows(findings, stretch)),
        )
        for number, stretch in enumerate(join_neighbours(findings.ranked), start=1)
    ]


def _rows(findings: Findings, stretch: Stretch) -> list[SentenceRow]:
    """The sentences of a stretch in their order; chunks that overlap share some of them."""
    rows = {
        row.ordinal: row
        for passage in findings.ranked
        if passage.evidence.chunk.article_id == stretch.article_id
        for row in passage.evidence.chunk.sentences
        if stretch.first <= row.ordinal <= stretch.last
    }
    return [rows[ordinal] for ordinal in sorted(rows)]
