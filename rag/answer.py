"""Makes the answer that a reader gets out of quotes that were picked, or of none."""

import uuid
from collections.abc import Mapping, Sequence

from rag.citations import Verified, cite_quotes
from rag.confidence import confidence
from rag.extractive import pick_sentences
from rag.findings import Findings
from rag.messages import abstention, foreign_quote
from rag.types import Answer, AnswerSentence, Language, Passage, Status
from rag.weights import Weights

EXTRACTIVE = "extractive"
_RELATED = 3


def answer_extractively(
    findings: Findings, weights: Weights, min_confidence: float, language: Language
) -> Answer:
    """Quote the sentences that answer, or abstain where they are not trusted to.

    `language` is that of Dalil's own words; quotes stay as they are. The answer's
    `timings_ms` is empty: whoever holds the watch fills it in.
    """
    quotes = pick_sentences(
        findings.query, findings.ranked, findings.articles, findings.term_weights, weights
    )
    if not quotes:
        return abstain(findings, language, 0.0)
    term_weights = findings.term_weights[quotes[0].article.language]
    sure = confidence(quotes[0], term_weights, weights)
    if sure < min_confidence:
        return abstain(findings, language, sure)
    verified = cite_quotes(quotes)
    if not verified.citations:
        return abstain(findings, language, sure)
    return make_answer(
        findings,
        language,
        status=Status.ANSWERED,
        text=_compose(verified, language),
        verified=verified,
        sure=sure,
    )


def abstain(
    findings: Findings, language: Language, sure: float, *, model: str = EXTRACTIVE
) -> Answer:
    """Say that the articles hold no answer, and offer the nearest passages apart."""
    return make_answer(
        findings,
        language,
        status=Status.ABSTAINED,
        text=abstention(language),
        verified=Verified((), ()),
        sure=sure,
        related=findings.passages(_RELATED),
        model=model,
    )


def _compose(verified: Verified, language: Language) -> str:
    body = " ".join(_with_markers(sentence) for sentence in verified.sentences)
    if all(citation.language != language for citation in verified.citations):
        return f"{foreign_quote(language)} {body}"
    return body


def _with_markers(sentence: AnswerSentence) -> str:
    return f"{sentence.text} {''.join(f'[{marker}]' for marker in sentence.citations)}"


def make_answer(
    findings: Findings,
    language: Language,
    *,
    status: Status,
    text: str,
    verified: Verified,
    sure: float,
    related: Sequence[Passage] = (),
    model: str = EXTRACTIVE,
    degraded: bool = False,
) -> Answer:
    """An answer under an id of its own; what the question was before it was rewritten, and how
    long it took, is for those to fill in who know."""
    timings: Mapping[str, float] = {}
    return Answer(
        id=uuid.uuid4().hex,
        question=findings.query.text,
        language=language,
        status=status,
        answer=text,
        sentences=verified.sentences,
        citations=verified.citations,
        related=tuple(related),
        confidence=round(sure, 4),
        model=model,
        degraded=degraded,
        timings_ms=timings,
    )
