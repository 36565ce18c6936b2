"""Questions that can be searched for, and those that are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.query import analyse_query, check_question
from rag.question import AnswerKind
from tests.fakes import FakeEncoder, calibrated, fake_encoder


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t\u00a0 ", "empty"),
        ("ا" * 100_000, "100000 characters"),
        ("من\ud800؟", "not valid text"),
        ("\udfff who", "not valid text"),
        ("\0\x07", "empty"),
        ("؟؟!!", "no letters or digits"),
        ("«—»…", "no letters or digits"),
        ("\u200f\u200c", "no letters or digits"),
        ("😀😀", "no letters or digits"),
        ("\u064e\u0651", "no letters or digits"),
    ],
)
def test_a_question_that_cannot_be_searched_for_is_refused(text: str, reason: str) -> None:
    with pytest.raises(QuestionError, match=reason):
        analyse_query(text, fake_encoder(), 2000)


def test_a_refusal_is_short_however_long_the_question() -> None:
    with pytest.raises(QuestionError) as caught:
        check_question("x" * 100_000, 2000)
    assert len(str(caught.value)) < 200


def test_a_question_may_be_as_long_as_is_allowed() -> None:
    assert check_question("x" * 50, 50) == "x" * 50
    with pytest.raises(QuestionError):
        check_question("x" * 51, 50)


def test_control_characters_are_taken_for_spaces() -> None:
    assert check_question("who\0is\x1b he\n?", 50) == "who is he ?"


def test_white_space_around_a_question_does_not_count() -> None:
    assert check_question("  من ترأس القمة؟\n", 14) == "من ترأس القمة؟"


def test_a_question_is_analysed_once_for_all_later_steps() -> None:
    query = analyse_query("Who met Putin in 2021?", fake_encoder(), 2000)
    assert (query.language, query.question.kind) == ("en", AnswerKind.PERSON)
    assert query.keys == ("~btn",)
    assert "2021" in query.terms
    assert query.vector.shape == (64,)
    assert float(np.linalg.norm(query.vector)) == pytest.approx(1)


def test_keys_of_names_are_for_passages_in_other_languages_only() -> None:
    query = analyse_query("Who met Putin?", fake_encoder(), 2000)
    assert query.shares_language("en")
    assert query.terms_for("en") == query.terms
    assert query.terms_for("ar") == query.terms + query.keys


def test_a_mixed_question_shares_both_languages() -> None:
    query = analyse_query("سعر iPhone 15", fake_encoder(), 2000)
    assert query.language == "ar"
    assert query.shares_language("ar")
    assert query.shares_language("en")


def test_a_question_of_digits_alone_is_asked_in_every_language() -> None:
    query = analyse_query("1869", fake_encoder(), 2000)
    assert query.language == "en"
    assert query.shares_language("ar")
    assert query.terms == ("1869",)


def test_a_term_is_asked_for_once() -> None:
    query = analyse_query("summit summit Summits", fake_encoder(), 2000)
    assert query.terms == ("summit",)


def test_a_question_is_encoded_once() -> None:
    encoder = FakeEncoder()
    analyse_query(" Who chaired it? ", calibrated(encoder), 2000)
    assert encoder.encoded == ["Who chaired it?"]


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_analysed_or_refused(text: str) -> None:
    try:
        query = analyse_query(text, fake_encoder(), 2000)
    except QuestionError:
        return
    assert np.isfinite(query.vector).all()


def test_vowel_marks_move_no_question() -> None:
    encoder = FakeEncoder()
    analyse_query("مَتَى انْتَهَى بِنَاءُ السَّدِّ؟", calibrated(encoder), 2000)
    assert encoder.encoded == ["متى انتهى بناء السد؟"]
