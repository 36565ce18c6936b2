"""What a question is answered from, once the store is closed."""

from pathlib import Path

import pytest

from rag.findings import find
from rag.types import Filters
from tests.fakes import ARTICLES, article, open_engine


@pytest.mark.parametrize("top_k", [1, 2, 5, 50])
def test_findings_need_no_store_once_they_are_made(tmp_path: Path, top_k: int) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    retriever = engine.retriever()
    with engine.store.reading() as view:
        findings = find(retriever, view, engine.query("Suez 1869"), Filters(), top_k)
    engine.store.close()
    engine.store.path.unlink()
    assert len(findings.ranked) == min(top_k, 4)
    texts = {one.id: one.text for one in ARTICLES}
    for passage in findings.passages():
        assert passage.text == texts[passage.article_id][passage.start : passage.end]


def test_near_copies_are_left_out_and_neighbours_joined(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, tokens=8, overlap=0)
    text = "The Suez Canal was opened early. The canal of Suez is long."
    engine.ingester.add([article("a", text), article("b", text)])
    retriever = engine.retriever()
    with engine.store.reading() as view:
        findings = find(retriever, view, engine.query("Suez Canal"), Filters(), 5)
    assert len(findings.ranked) == 2
    assert {p.evidence.chunk.article_id for p in findings.ranked} <= {"a", "b"}


def test_a_limit_counts_passages_before_they_are_joined(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    retriever = engine.retriever()
    with engine.store.reading() as view:
        findings = find(retriever, view, engine.query("Suez 1869"), Filters(), 5)
    assert findings.passages(1) == findings.passages()[:1]
