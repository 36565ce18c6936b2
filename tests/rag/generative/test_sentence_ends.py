"""Whether a sentence ends, as far as one letter of the next word can tell."""

import pytest

from rag.generative.sentence_ends import ends_before, may_open, words_of
from rag.types import Language


@pytest.mark.parametrize(
    "waiting", ["", " ", "\n", " «", " “(", "\n- ", "\n**", "\n2", "\n2. ", "\n12) *"]
)
def test_white_space_marks_and_item_numbers_may_open_any_word(waiting: str) -> None:
    assert may_open(waiting)


@pytest.mark.parametrize("waiting", ["a", " ا", " «ا", " 2", "\n1869", "\n3.5", "\n2. N", "\n- 2"])
def test_a_letter_or_a_number_begins_a_word(waiting: str) -> None:
    assert not may_open(waiting)


@pytest.mark.parametrize(
    ("language", "text", "opening"),
    [
        ("en", "It opened.", " I"),
        ("en", "It opened.", " “T"),
        ("en", "It **opened.**", " T"),
        ("en", "He said “I will go. You stay.”", " T"),
        ("en", "The list is short:", "\n- a"),
        ("en", "- an item that has no stop and is longer than sixty letters altogether", "\n- a"),
        ("en", "1. An item that has no stop and is longer than sixty letters altogether", "\n2. a"),
        ("ar", "افتُتحت القناة.", " و"),
        ("ar", "افتُتحت القناة عام 1869.", " 1"),
        ("ar", "هل افتُتحت؟", " ن"),
        ("ar", "وُلد سنة 2021 م.", " ث"),
    ],
)  # fmt: skip
def test_a_sentence_ends(language: Language, text: str, opening: str) -> None:
    assert ends_before(text, opening, language, marked=False)


@pytest.mark.parametrize(
    ("language", "text", "opening"),
    [
        ("en", "The canal", " o"),
        ("en", "He met Dr.", " S"),
        ("en", "The U.S.", " A"),
        ("en", "See No.", " 5"),
        ("en", "He said “I will go.", " Y"),
        ("en", "2.", " T"),
        ("ar", "افتُتحت القناة", " ع"),
        ("ar", "قال د.", " أ"),
        ("ar", "انظر ص.", " 1"),
        ("ar", "قال: «لن نتراجع.", " س"),
    ],
)
def test_a_sentence_goes_on(language: Language, text: str, opening: str) -> None:
    assert not ends_before(text, opening, language, marked=False)


def test_words_come_without_bullets_and_item_numbers() -> None:
    assert words_of("\n2. It is **long**.", "en") == ["It", "is", "**long**."]
    assert words_of("\n- وهي طويلة.", "ar") == ["وهي", "طويلة."]
    assert words_of("\n---\n", "en") == []
