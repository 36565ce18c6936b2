"""Chunks laid out for weighing."""

import numpy as np

from rag.candidates import TITLE, lay_out
from rag.nearness import NO_WORD
from tests.rag.laid_out import chunk_of


def test_a_term_has_the_sentences_in_which_it_stands_as_often_as_it_does() -> None:
    candidate = lay_out(chunk_of("A canal, a canal.", "No harbour.", "The canal.", title="Canals"))
    assert candidate.places["canal"] == (TITLE, 0, 0, 2)
    assert candidate.places["harbour"] == (1,)


def test_arabic_terms_have_their_places_too() -> None:
    candidate = lay_out(chunk_of("افتُتحت القناة.", "طول قناة السويس.", language="ar"))
    ((term, places),) = [(t, p) for t, p in candidate.places.items() if len(p) == 2]
    assert (term, places) == ("قنا", (0, 1))


def test_keys_lengthen_a_passage_only_for_questions_in_another_language() -> None:
    candidate = lay_out(chunk_of("Putin spoke.", "Putin left.", title="Talks", keys=("~btn",)))
    assert candidate.places["~btn"] == (0, 1)
    assert candidate.length(same_language=True) == 5
    assert candidate.length(same_language=False) == 7


def test_no_sentence_is_without_a_word() -> None:
    candidate = lay_out(chunk_of("one", "two", "three", words=((4, 2), (), (9,))))
    assert candidate.words.tolist() == [4, 2, NO_WORD, NO_WORD, 9, NO_WORD]
    assert candidate.words.dtype == np.int32
    assert candidate.starts.tolist() == [0, 3, 4]


def test_vectors_are_the_sentences_in_their_order() -> None:
    chunk = chunk_of("a canal", "a harbour")
    assert np.array_equal(lay_out(chunk).vectors, [row.vector for row in chunk.sentences])
