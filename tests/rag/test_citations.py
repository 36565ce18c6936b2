"""Quotes become citations only where the article says them, to the code point."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations import Verified, cite_quotes, is_exact
from rag.quote import Quote
from rag.retrieval import RankedPassage
from rag.store import ChunkRow, SentenceRow
from rag.types import Article, Span
from tests.fakes import ARTICLES, DIM, NO_WORDS, bare_evidence

TEXT = "قالت المُتحدّثة: «نعم». ثم غادرت."


@pytest.mark.parametrize(
    ("quote", "start", "end", "exact"),
    [
        ("قالت", 0, 4, True),
        (TEXT, 0, len(TEXT), True),
        ("قالت ", 0, 4, False),
        ("المتحدثة", 5, 15, False),
        ("المُتحدّثة", 5, 15, True),
        ("", 3, 3, False),
        ("", 4, 3, False),
        ("غادرت.", len(TEXT) - 6, len(TEXT), True),
        ("غادرت.", len(TEXT) - 6, len(TEXT) + 1, False),
        (".", -1, len(TEXT), False),
        ("«نعم»", 17, 22, True),
        ('"نعم"', 17, 22, False),
    ],
)
def test_a_quote_is_exact_or_it_is_not(quote: str, start: int, end: int, exact: bool) -> None:
    assert is_exact(quote, Span(start, end), TEXT) is exact


@given(st.text(), st.integers(-3, 20), st.integers(-3, 20), st.text())
def test_only_the_article_s_own_words_are_exact(
    text: str, start: int, end: int, quote: str
) -> None:
    if is_exact(quote, Span(start, end), text):
        assert text[start:end] == quote != ""
        assert 0 <= start < end <= len(text)


def _quote(article: Article, start: int, end: int, score: float = 1.0) -> Quote:
    vector = np.zeros(DIM, dtype=np.float32)
    row = SentenceRow(0, Span(start, end), (), (), NO_WORDS, vector)
    chunk = ChunkRow(1, article.id, article.language, Span(start, end), (), vector, (row,))
    passage = RankedPassage(bare_evidence(chunk), score)
    return Quote(article, Span(start, end), passage, (), score, row)


SUEZ = ARTICLES[2]


def test_quotes_are_numbered_from_one_in_their_order() -> None:
    verified = cite_quotes([_quote(SUEZ, 47, len(SUEZ.text), 2.0), _quote(ARTICLES[0], 0, 9, 1.0)])
    assert [c.marker for c in verified.citations] == [1, 2]
    assert [s.citations for s in verified.sentences] == [(1,), (2,)]
    assert all(s.supported for s in verified.sentences)
    first = verified.citations[0]
    assert (first.article_id, first.title, first.score) == ("suez-en", "The Suez Canal", 2.0)
    assert first.quote == SUEZ.text[first.start : first.end] == "It is 193 km long today."
    assert verified.citations[1].direction == "rtl"


@pytest.mark.parametrize(("start", "end"), [(60, 60), (60, 9999), (9000, 9999), (-5, 3)])
def test_a_quote_that_the_article_does_not_hold_is_dropped(start: int, end: int) -> None:
    verified = cite_quotes([_quote(SUEZ, start, end), _quote(SUEZ, 0, 14)])
    assert [c.quote for c in verified.citations] == ["The Suez Canal"]
    assert [c.marker for c in verified.citations] == [1]
    assert len(verified.sentences) == 1


def test_a_sentence_is_shown_in_one_line_and_quoted_as_it_stands() -> None:
    wrapped = replace(SUEZ, text="The canal\n  is long.")
    verified = cite_quotes([_quote(wrapped, 0, len(wrapped.text))])
    assert verified.sentences[0].text == "The canal is long."
    assert verified.citations[0].quote == "The canal\n  is long."


def test_no_quotes_give_no_citations() -> None:
    assert cite_quotes([]) == Verified((), ())
