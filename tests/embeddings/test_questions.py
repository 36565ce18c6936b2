"""The ordinary questions that calibrate an encoder."""

import pytest

from embeddings.questions import QUESTIONS, questions
from rag.language import detect_language
from rag.query import check_question


def test_there_are_enough_to_take_a_mean_of() -> None:
    assert len(QUESTIONS) >= 50


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_is_in_its_language_and_ends_as_a_question(language: str) -> None:
    mark = "؟" if language == "ar" else "?"
    for question in questions(language):
        assert detect_language(question) == language
        assert question.endswith(mark)
        assert check_question(question, 200) == question


@pytest.mark.parametrize("language", ["ar", "en"])
def test_none_comes_twice(language: str) -> None:
    assert len(set(questions(language))) == len(QUESTIONS)


def test_the_two_languages_are_parallel() -> None:
    assert tuple(zip(questions("ar"), questions("en"), strict=True)) == QUESTIONS


def test_the_same_kind_is_asked_for_in_both_languages() -> None:
    # Numbers are the same in a translation.
    for arabic, english in QUESTIONS:
        assert [w for w in arabic.replace("؟", "").split() if w.isdigit()] == [
            w for w in english.replace("?", "").split() if w.isdigit()
        ]


def test_another_language_gets_the_english_ones() -> None:
    assert questions("fa") == questions("en")
