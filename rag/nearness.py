"""How near the words of a text come to each word of a question, by their vectors.

Late interaction (Khattab and Zaharia, 2020) between single words: of each word of the
question counts the nearest word of the text, whatever its language. Words are embedded by
themselves, so each costs a vector once, not one for each place where it stands.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
WordIds = npt.NDArray[np.int32]


class NearWords:
    """The collection's words that are near those of a question."""

    def __init__(self, found: Sequence[Mapping[int, float]]) -> None:
        """`found` has, for each word of the question, nearness by word id; above 0."""
        self._rows = {
            word: row for row, word in enumerate(dict.fromkeys(w for near in found for w in near))
        }
        self._nearness = np.zeros((len(self._rows) + 1, len(found)))
        for column, near in enumerate(found):
            for word, nearness in near.items():
                self._nearness[self._rows[word], column] = nearness

    @property
    def count(self) -> int:
        """How many words the question has."""
        return self._nearness.shape[1]

    def to(self, words: WordIds) -> Array:
        """float64 (count,): for each word of the question, how near the nearest of these is.

        0 where none is near.
        """
        rows = [self._rows[word] for word in words.tolist() if word in self._rows]
        # The last row is all zeros, so that no word at all is near to nothing.
        nearest: Array = self._nearness[[*rows, -1]].max(axis=0)
        return nearest
