"""How near texts come to a question's words."""

import numpy as np
import pytest

from rag.nearness import NO_WORD
from tests.rag.laid_out import near_words

NEAR = near_words({1: 2.0, 2: 5.0}, {2: 1.0, 3: 4.0}, {})


def _ids(*words: int) -> "np.typing.NDArray[np.int32]":
    return np.array(words, dtype=np.int32)


@pytest.mark.parametrize(
    ("words", "nearness"),
    [
        ((1,), [2, 0, 0]),
        ((1, 2), [5, 1, 0]),
        ((3, 1, 99), [2, 4, 0]),
        ((99,), [0, 0, 0]),
        ((0, 4, 2**31 - 1), [0, 0, 0]),
        ((NO_WORD,), [0, 0, 0]),
    ],
)
def test_of_each_word_of_the_question_the_nearest_counts(
    words: tuple[int, ...], nearness: list[float]
) -> None:
    assert NEAR.to(_ids(*words), np.array([0])).tolist() == [nearness]


def test_each_text_is_near_by_its_own_words() -> None:
    words = _ids(1, NO_WORD, NO_WORD, 2, 3, NO_WORD)
    assert NEAR.to(words, np.array([0, 2, 3])).tolist() == [[2, 0, 0], [0, 0, 0], [5, 4, 0]]


def test_a_question_without_telling_words_is_near_to_nothing() -> None:
    near = near_words()
    assert near.count == 0
    assert near.to(_ids(1, 2), np.array([0, 1])).shape == (2, 0)


def test_words_without_neighbours_are_near_to_nothing() -> None:
    near = near_words({}, {})
    assert near.to(_ids(1, NO_WORD), np.array([0])).tolist() == [[0, 0]]
