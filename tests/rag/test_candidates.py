"""Chunks laid out for weighing."""

import numpy as np

from rag.candidates import in_one_text, lay_out
from rag.nearness import NO_WORD
from tests.rag.laid_out import chunk_of


def test_terms_stand_between_spaces_of_their_own() -> None:
    assert in_one_text(["a", "a", "b"]) == " a  a  b "
    assert in_one_text(["a", "a", "b"]).count(in_one_text(["a"])) == 2
    assert in_one_text([]) == ""


def test_each_sentence_has_its_terms_and_the_whole_has_the_title_s_too() -> None:
    candidate = lay_out(chunk_of("A canal, a canal.", "No harbour.", title="Canals"))
    assert candidate.sentences == (" canal  canal ", " harbour ")
    assert candidate.whole == " canal  canal  canal  harbour "


def test_arabic_terms_are_laid_out_too() -> None:
    candidate = lay_out(chunk_of("افتُتحت القناة.", "طول قناة السويس.", language="ar"))
    assert candidate.whole.count(" قنا ") == 2
    assert all(" قنا " in sentence for sentence in candidate.sentences)


def test_keys_lengthen_a_passage_only_for_questions_in_another_language() -> None:
    candidate = lay_out(chunk_of("Putin spoke.", "Putin left.", title="Talks", keys=("~btn",)))
    assert candidate.whole.count(" ~btn ") == 2
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
