"""How near texts come to a question's words."""

import numpy as np
import pytest

from rag.nearness import NearWords

NEAR = NearWords([{1: 2.0, 2: 5.0}, {2: 1.0, 3: 4.0}, {}])


def _ids(*words: int) -> "np.typing.NDArray[np.int32]":
    return np.array(words, dtype=np.int32)


@pytest.mark.parametrize(
    ("words", "nearness"),
    [
        ((1,), [2, 0, 0]),
        ((1, 2), [5, 1, 0]),
        ((3, 1, 99), [2, 4, 0]),
        ((99,), [0, 0, 0]),
        ((), [0, 0, 0]),
    ],
)
def test_of_each_word_of_the_question_the_nearest_counts(
    words: tuple[int, ...], nearness: list[float]
) -> None:
    assert NEAR.to(_ids(*words)).tolist() == nearness


def test_a_question_without_telling_words_is_near_to_nothing() -> None:
    near = NearWords([])
    assert near.count == 0
    assert near.to(_ids(1, 2)).shape == (0,)
