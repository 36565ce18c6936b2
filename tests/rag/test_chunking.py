"""Chunks: runs of whole sentences that cover an article within a bound."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunking import SentenceRun, fit_sentences, group_sentences
from rag.sentences import split_sentences
from rag.types import Span

TOKENS = st.lists(st.integers(1, 120), max_size=60)


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _runs(tokens: Sequence[int], largest: int, overlap: int) -> list[tuple[int, int]]:
    return [(run.first, run.last) for run in group_sentences(tokens, largest, overlap)]


@pytest.mark.parametrize(
    ("tokens", "largest", "overlap", "runs"),
    [
        ([], 100, 1, []),
        ([10, 10, 10], 100, 1, [(0, 2)]),
        # 240 in two: 120 each.
        ([60, 60, 60, 60], 130, 0, [(0, 1), (2, 3)]),
        # 180 in two: 90 each; the second sentence stands in both.
        ([60, 60, 60], 130, 1, [(0, 1), (1, 2)]),
        # 110 is a little too long for one chunk: two halves of 60 and 50, not 100 and 10.
        ([10] * 11, 100, 0, [(0, 5), (6, 10)]),
        # A sentence longer than the bound stands alone.
        ([10, 200, 10], 100, 0, [(0, 0), (1, 1), (2, 2)]),
        # 90 + 20 would be over 100, so there is no room to share the first sentence.
        ([90, 20], 100, 1, [(0, 0), (1, 1)]),
    ],
)
def test_sentences_are_grouped_evenly(
    tokens: list[int], largest: int, overlap: int, runs: list[tuple[int, int]]
) -> None:
    assert _runs(tokens, largest, overlap) == runs


@given(TOKENS, st.integers(1, 200), st.integers(0, 8))
def test_runs_cover_every_sentence_in_order(tokens: list[int], largest: int, overlap: int) -> None:
    runs = group_sentences(tokens, largest, overlap)
    covered = [place for run in runs for place in range(run.first, run.last + 1)]
    assert sorted(set(covered)) == list(range(len(tokens)))
    assert all(one.last < other.last and one.first < other.last for one, other in pairwise(runs))


@given(TOKENS, st.integers(1, 200), st.integers(0, 8))
def test_a_run_is_within_the_bound_unless_it_is_one_long_sentence(
    tokens: list[int], largest: int, overlap: int
) -> None:
    for run in group_sentences(tokens, largest, overlap):
        total = sum(tokens[run.first : run.last + 1])
        assert total <= largest or run.first == run.last


@given(TOKENS, st.integers(1, 200), st.integers(0, 8))
def test_neighbours_share_as_many_sentences_as_wanted_at_most(
    tokens: list[int], largest: int, overlap: int
) -> None:
    for one, other in pairwise(group_sentences(tokens, largest, overlap)):
        shared = one.last - other.first + 1
        assert 0 <= shared <= overlap


def test_neighbours_share_exactly_as_many_as_wanted_where_there_is_room() -> None:
    runs = group_sentences([1] * 100, 20, 3)
    assert [one.last - other.first + 1 for one, other in pairwise(runs)] == [3] * (len(runs) - 1)


def test_sentences_that_fit_are_left_as_they_are() -> None:
    text = "One two. Three four five."
    spans = split_sentences(text, "en")
    assert fit_sentences(text, spans, _count_words, 3) == (list(spans), [2, 3])


@pytest.mark.parametrize(
    "sentence",
    [
        " ".join(f"word{n}," for n in range(100)),
        "؛ ".join(["وأكد المجتمعون أهمية العمل المشترك"] * 12),
        " ".join(["مُحَمَّدٌ 😀"] * 40),
    ],
)
def test_a_sentence_too_long_for_the_encoder_is_cut_into_slices_of_the_text(sentence: str) -> None:
    text = f"قبل ذلك. {sentence} بعد"
    start = text.index(sentence)
    spans = [Span(0, 8), Span(start, len(text))]
    fitted, counts = fit_sentences(text, spans, _count_words, 10)
    assert len(fitted) > 5
    assert max(counts) <= 10
    assert counts == _count_words([span.of(text) for span in fitted])
    assert all(one.end <= other.start for one, other in pairwise(fitted))
    covered = {place for span in fitted for place in range(span.start, span.end)}
    assert all(
        place in covered for span in spans for place in range(span.start, span.end)
        if text[place].isalnum()
    )  # fmt: skip


@given(
    st.lists(st.sampled_from(["قمة", "summit", "مُحَمَّد", "😀", "3.5", "،"]), min_size=1),
    st.integers(1, 6),
)
def test_every_fitted_slice_is_the_text_at_its_place(words: list[str], largest: int) -> None:
    text = " ".join(words)
    fitted, counts = fit_sentences(text, [Span(0, len(text))], _count_words, largest)
    assert max(counts) <= largest
    assert " ".join(" ".join(span.of(text) for span in fitted).split()) == text


@given(
    st.lists(st.sampled_from(["قال ذلك.", "وعاد الوفد إلى سوتشي؟", "It ended.", "د. أحمد"])),
    st.integers(2, 12),
)
def test_a_chunk_is_a_slice_of_the_article_from_its_first_sentence_to_its_last(
    sentences: list[str], largest: int
) -> None:
    text = "\n".join(sentences)
    spans, tokens = fit_sentences(text, split_sentences(text, "ar"), _count_words, largest)
    for run in group_sentences(tokens, largest, 1):
        whole = Span(spans[run.first].start, spans[run.last].end).of(text)
        assert whole.startswith(spans[run.first].of(text))
        assert whole.endswith(spans[run.last].of(text))


def test_a_run_names_both_ends() -> None:
    assert group_sentences([5], 10, 0) == [SentenceRun(0, 0)]
