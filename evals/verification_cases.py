"""The labelled sentences of `data/verification.jsonl`, on the articles in `seeds/`.

Every row is a sentence as a language model may write it, the passages that were shown,
those that it cites, and whether they state it. Passages and evidence are exact quotes,
and reading the file checks that each still stands where it should.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.calibrated import CalibratedEncoder
from rag.compose import store_path
from rag.loading.load import load_article
from rag.sentences import split_sentences
from rag.settings import Settings
from rag.store import Store
from rag.types import Article, Filters, Language, Span
from rag.verification import ShownPassage, SourceSentence
from rag.verification.vectors import Vector

DATA = Path(__file__).parent / "data" / "verification.jsonl"
SEEDS = Path(__file__).parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled sentence with the passages that were shown, numbered from 1."""

    id: str
    text: str
    language: Language
    shown: tuple[ShownPassage, ...]
    cited: tuple[int, ...]
    evidence: str | None
    supported: bool
    kind: str
    split: str

    @property
    def pair(self) -> str:
        """ "same" where sentence and cited passage share a language, else "cross"."""
        cited = [p for p in self.shown if p.number in self.cited]
        return "same" if cited[0].article.language == self.language else "cross"


def load_articles(folder: Path = SEEDS) -> dict[str, Article]:
    """The seed articles by id."""
    articles = (load_article(path) for path in sorted(folder.glob("??/*.md")))
    return {article.id: article for article in articles}


def load_cases(path: Path, articles: Mapping[str, Article]) -> list[Case]:
    """Read the labelled sentences, checking every quote.

    Raises ValueError, naming the row, where a quote does not stand in its article once, or
    an evidence not in the passages where its kind says it is.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    spans = {row["passage"]: _span(row, articles) for row in rows if "passage" in row}
    cut: dict[str, tuple[SourceSentence, ...]] = {}
    for name, (article, span) in spans.items():
        cut[name] = tuple(
            SourceSentence(s)
            for s in split_sentences(article.text, article.language)
            if span.start <= s.start and s.end <= span.end
        )
    return [_case(row, spans, cut) for row in rows if "text" in row]


def _span(row: Mapping[str, str], articles: Mapping[str, Article]) -> tuple[Article, Span]:
    article = articles[row["article"]]
    for end in ("opens", "closes"):
        if article.text.count(row[end]) != 1:
            raise ValueError(f"{row['passage']}: {row[end]!r} does not stand there once")
    start = article.text.index(row["opens"])
    return article, Span(start, article.text.index(row["closes"]) + len(row["closes"]))


def _case(
    row: Mapping[str, object],
    spans: Mapping[str, tuple[Article, Span]],
    cut: Mapping[str, tuple[SourceSentence, ...]],
) -> Case:
    names, cited = row["shown"], row["cited"]
    assert isinstance(names, list)
    assert isinstance(cited, list)
    shown = tuple(
        ShownPassage(number, *spans[name], cut[name]) for number, name in enumerate(names, start=1)
    )
    evidence = None if row["evidence"] is None else str(row["evidence"])
    case = Case(
        str(row["id"]), str(row["text"]), str(row["language"]), shown, tuple(cited), evidence,
        bool(row["supported"]), str(row["kind"]), str(row["split"]),
    )  # fmt: skip
    if evidence is not None:
        there = {p.number for p in shown if evidence in p.span.of(p.article.text)}
        if bool(there & set(cited)) == (case.kind == "wrong_passage") or not there:
            raise ValueError(f"{case.id}: {evidence!r} does not stand where it should")
    return case


def with_vectors(
    cases: Sequence[Case], encoder: CalibratedEncoder, settings: Settings
) -> list[Case]:
    """The cases with the vectors of their passages' sentences, from the store if it has them."""
    known = _stored_vectors(settings)
    missing = {
        (p.article.language, s.span.of(p.article.text))
        for case in cases
        for p in case.shown
        for s in p.sentences
    } - known.keys()
    for language in {language for language, _ in missing}:
        texts = sorted(text for other, text in missing if other == language)
        vectors = encoder.encode_passages(texts, language)
        known.update(zip([(language, text) for text in texts], vectors, strict=True))

    def fill(passage: ShownPassage) -> ShownPassage:
        article = passage.article
        sentences = (
            replace(s, vector=known[article.language, s.span.of(article.text)])
            for s in passage.sentences
        )
        return replace(passage, sentences=tuple(sentences))

    return [replace(case, shown=tuple(map(fill, case.shown))) for case in cases]


def _stored_vectors(settings: Settings) -> dict[tuple[Language, str], Vector]:
    if not store_path(settings).exists():
        return {}
    store = Store(store_path(settings))
    found: dict[tuple[Language, str], Vector] = {}
    with store.reading() as view:
        for chunk in view.load_chunks(map(int, view.matching_chunks(Filters()))).values():
            text = view.article(chunk.article_id).text
            found |= {(chunk.language, s.span.of(text)): s.vector for s in chunk.sentences}
    store.close()
    return found
