"""The shapes that Dalil speaks, from its values: the same for the CLI, HTTP and MCP.

Pure functions; checking requests and documenting the shapes is `rag/wire_models.py`'s job.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rag.plain import shown_on_one_line
from rag.reports import ArticlePage, ArticleSummary, CollectionStatus, IngestReport
from rag.types import Answer, Article, Citation, Passage, SearchResult, Status, Usage, direction_of

_SCORE_DIGITS = 6
_MILLISECOND_DIGITS = 3
_WEB_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
# A title must not make a link or an image where the text is read as Markdown.
_NO_MARKUP = str.maketrans("[]<>`", "()‹›'")
_SOURCES = re.compile(r"\n\n\[[0-9]+\] [^\n]+(?:\n\[[0-9]+\] [^\n]+)*\s*\Z")


def to_json(value: Mapping[str, Any]) -> str:
    """One line of JSON, Arabic unescaped. Raises ValueError on a NaN or an infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """An answer; `related` is there only where Dalil abstained, for it is no evidence."""
    result = {
        "id": answer.id,
        "question": answer.question,
        "rewritten": answer.rewritten,
        "language": answer.language,
        "status": str(answer.status),
        "answer": answer.answer,
        "sentences": [
            {
                "text": s.text,
                "citations": list(s.citations),
                "supported": s.supported,
                "problem": str(s.problem) if s.problem else None,
            }
            for s in answer.sentences
        ],
        "citations": [citation_to_dict(citation) for citation in answer.citations],
    }
    if answer.status is Status.ABSTAINED:
        result["related"] = [passage_to_dict(passage) for passage in answer.related]
    return result | {
        "confidence": _score(answer.confidence),
        "model": answer.model,
        "degraded": answer.degraded,
        "usage": _usage_to_dict(answer.usage) if answer.usage else None,
        "timings_ms": _timings(answer.timings_ms),
    }


def _usage_to_dict(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_usd": usage.cost_usd,
        "calls": usage.calls,
    }


def sources_text(citations: Iterable[Citation]) -> str:
    """The list of sources to put below an answer: an empty line, then one line for each.

    → "\\n\\n[1] قناة السويس — https://example.org/ar/suez\\n[2] …"; no citations → ""
    """
    lines = [f"[{citation.marker}] {_source(citation)}" for citation in citations]
    return "\n\n" + "\n".join(lines) if lines else ""


def without_sources(text: str) -> str:
    """What was said before the list of sources that `sources_text` put below it."""
    return _SOURCES.sub("", text)


def _source(citation: Citation) -> str:
    title = shown_on_one_line(citation.title).translate(_NO_MARKUP)
    if citation.url and _WEB_ADDRESS.fullmatch(citation.url):
        return f"{title} — {citation.url}"
    return title


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "article_id": citation.article_id,
        "title": citation.title,
        "url": citation.url,
        "language": citation.language,
        "direction": citation.direction,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "score": _score(citation.score),
    }


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    return {
        "article_id": passage.article_id,
        "title": passage.title,
        "url": passage.url,
        "language": passage.language,
        "direction": passage.direction,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": _score(passage.score),
    }


def passages_to_dict(passages: Sequence[Passage]) -> dict[str, Any]:
    return {"passages": [passage_to_dict(passage) for passage in passages]}


def search_to_dict(result: SearchResult) -> dict[str, Any]:
    return {
        "query": result.query,
        "language": result.language,
        "passages": [passage_to_dict(passage) for passage in result.passages],
        "timings_ms": _timings(result.timings_ms),
    }


def article_to_dict(article: Article) -> dict[str, Any]:
    """An article without its `origin`, which is a path on the machine that holds it."""
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "direction": article.direction,
        "text": article.text,
        "url": article.url,
        "published": _day(article.published),
        "metadata": dict(article.metadata),
    }


def article_page_to_dict(page: ArticlePage, *, offset: int, limit: int) -> dict[str, Any]:
    return {
        "articles": [_summary_to_dict(article) for article in page.articles],
        "total": page.total,
        "offset": offset,
        "limit": limit,
    }


def _summary_to_dict(article: ArticleSummary) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "direction": direction_of(article.language),
        "url": article.url,
        "published": _day(article.published),
        "source": article.source,
        "characters": article.characters,
    }


def status_to_dict(status: CollectionStatus) -> dict[str, Any]:
    return {
        "articles": dict(status.articles),
        "passages": status.passages,
        "sentences": status.sentences,
        "generation": status.generation,
        "model": status.model,
        "model_fingerprint": status.model_fingerprint,
        "answerer": status.answerer,
        "home": str(status.home),
    }


def ingest_report_to_dict(report: IngestReport) -> dict[str, Any]:
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "failed": [{"path": str(f.path), "reason": f.reason} for f in report.failed],
        "embedded_sentences": report.embedded_sentences,
        "seconds": round(float(report.seconds), _MILLISECOND_DIGITS),
    }


def _score(value: float) -> float:
    # float32 scores print as 0.8299999833106995, and NumPy's own types are not JSON.
    return round(float(value), _SCORE_DIGITS)


def _timings(timings: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(ms), _MILLISECOND_DIGITS) for name, ms in timings.items()}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
