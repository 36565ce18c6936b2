"""Which passages are shown: no near-copies, neighbours joined, exact slices."""

from itertools import permutations

import pytest

from rag.retrieval import RankedPassage
from rag.selection import Stretch, as_passage, join_neighbours, without_copies
from rag.store import ChunkRow, SentenceRow
from rag.terms import analyse
from rag.types import Language, Span
from tests.fakes import ARTICLES, NO_WORDS, FakeEncoder, bare_evidence

WIDTH = 10
"""Every sentence is this long, with no space between: sentence n is at [10n, 10n + 10)."""


def _passage(
    article_id: str,
    first: int,
    *sentences: str,
    score: float = 0.0,
    language: Language = "en",
) -> RankedPassage:
    encoder = FakeEncoder()
    rows = tuple(
        SentenceRow(
            n,
            Span(WIDTH * n, WIDTH * n + WIDTH),
            tuple(analyse(s)),
            (),
            NO_WORDS,
            encoder.vector(s),
        )
        for n, s in enumerate(sentences, start=first)
    )
    vector = encoder.vector(" ".join(sentences))
    span = Span(rows[0].span.start, rows[-1].span.end)
    chunk = ChunkRow(abs(hash((article_id, first))), article_id, language, span, (), vector, rows)
    return RankedPassage(bare_evidence(chunk), score)


def _ids(passages: list[RankedPassage]) -> list[str]:
    return [passage.evidence.chunk.article_id for passage in passages]


REPORT = "The leaders met in Sochi and signed a treaty on trade and energy"


def test_the_same_report_in_many_papers_is_shown_once() -> None:
    ranked = [
        _passage("first-paper", 0, REPORT),
        _passage("second-paper", 0, f"{REPORT} today"),
        _passage("other", 0, "A lake in Asia shrank"),
        _passage("third-paper", 0, REPORT),
    ]
    assert _ids(without_copies(ranked, 5)) == ["first-paper", "other"]


def test_copies_do_not_take_the_places_of_others() -> None:
    ranked = [_passage(f"paper-{n}", 0, REPORT) for n in range(9)]
    ranked.append(_passage("other", 0, "A lake in Asia shrank"))
    assert _ids(without_copies(ranked, 2)) == ["paper-0", "other"]


def test_a_passage_with_as_many_words_of_its_own_is_no_copy() -> None:
    ranked = [
        _passage("one", 0, "canal opened ships passed sugar wheat copper"),
        _passage("two", 0, "canal opened ships lake shrank desert winter"),
    ]
    assert _ids(without_copies(ranked, 5)) == ["one", "two"]


def test_a_translation_is_no_copy() -> None:
    ranked = [_passage("en", 0, REPORT), _passage("ar", 0, REPORT, language="ar")]
    assert _ids(without_copies(ranked, 5)) == ["en", "ar"]


@pytest.mark.parametrize("limit", [0, 1, 2, 9])
def test_no_more_are_kept_than_wanted(limit: int) -> None:
    texts = ["A lake shrank", "Ships passed early", "Paper came from Samarkand"]
    ranked = [_passage(f"a{n}", 0, text) for n, text in enumerate(texts)]
    assert _ids(without_copies(ranked, limit)) == ["a0", "a1", "a2"][:limit]


def _shape(stretches: list[Stretch]) -> list[tuple[str, int, int, float]]:
    return [(s.article_id, s.first, s.last, s.score) for s in stretches]


@pytest.mark.parametrize(
    ("ranked", "joined"),
    [
        # They share a sentence.
        ([("a", 0, 3, 9.0), ("a", 2, 3, 5.0)], [("a", 0, 4, 9.0)]),
        # One follows the other.
        ([("a", 3, 2, 9.0), ("a", 0, 3, 5.0)], [("a", 0, 4, 9.0)]),
        # A sentence lies between them.
        ([("a", 0, 2, 9.0), ("a", 3, 2, 5.0)], [("a", 0, 1, 9.0), ("a", 3, 4, 5.0)]),
        # Another article.
        ([("a", 0, 2, 9.0), ("b", 1, 2, 5.0)], [("a", 0, 1, 9.0), ("b", 1, 2, 5.0)]),
        # One within the other.
        ([("a", 0, 5, 9.0), ("a", 1, 2, 5.0)], [("a", 0, 4, 9.0)]),
        ([], []),
    ],
)
def test_neighbours_are_joined(
    ranked: list[tuple[str, int, int, float]], joined: list[tuple[str, int, int, float]]
) -> None:
    passages = [
        _passage(article_id, first, *["words here"] * count, score=score)
        for article_id, first, count, score in ranked
    ]
    stretches = join_neighbours(passages)
    assert _shape(stretches) == joined
    assert all(s.span == Span(WIDTH * s.first, WIDTH * s.last + WIDTH) for s in stretches)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_three_in_a_row_become_one_stretch(order: tuple[int, ...]) -> None:
    passages = [_passage("a", 2 * n, "words", "here") for n in order]
    assert _shape(join_neighbours(passages)) == [("a", 0, 5, 0.0)]


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 0, 1)])
def test_a_chunk_that_closes_a_gap_joins_both_sides(order: tuple[int, ...]) -> None:
    passages = [_passage("a", 2 * n, "words", "here") for n in order]
    assert _shape(join_neighbours(passages)) == [("a", 0, 5, 0.0)]


def test_the_best_score_stays_first_in_any_order_of_articles() -> None:
    passages = [_passage(i, 0, "words", score=s) for i, s in (("a", 3.0), ("b", 2.0), ("c", 1.0))]
    for some in permutations(passages):
        ranked = sorted(some, key=lambda passage: -passage.score)
        assert [s.article_id for s in join_neighbours(ranked)] == ["a", "b", "c"]


def test_a_shown_passage_is_the_article_s_text_at_its_place() -> None:
    article = ARTICLES[0]
    passage = as_passage(Stretch(article.id, Span(47, len(article.text)), 1, 1, 2.5), article)
    assert passage.text == article.text[passage.start : passage.end]
    assert (passage.title, passage.language, passage.direction) == (article.title, "ar", "rtl")
    assert (passage.published, passage.source) == (article.published, article.source)
    assert (passage.start, passage.end, passage.score) == (47, len(article.text), 2.5)
