"""How near the words of texts come to each word of a question, by their vectors.

Late interaction (Khattab and Zaharia, 2020) between single words: of each word of the
question counts the nearest word of the text, whatever its language. Words are embedded by
themselves, so each costs a vector once, not one for each place where it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.store import WordIds

NO_WORD = -1
"""No word's id; near to nothing. A text without words has this one."""

Array = npt.NDArray[np.float64]
Starts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The words near one word: ids int32 (n,), and how near each is, float64 (n,), above 0."""

    words: WordIds
    nearness: Array


class NearWords:
    """The collection's words that are near those of a question."""

    def __init__(self, found: Sequence[Neighbours]) -> None:
        """`found` has the neighbours of each word of the question."""
        self.count = len(found)
        ids = np.concatenate([np.empty(0, np.int32), *(near.words for near in found)])
        columns = np.repeat(np.arange(self.count), [len(near.words) for near in found])
        ids, rows = np.unique(ids, return_inverse=True)
        # The first row, of zeros, is that of all words that are not near.
        self._nearness = np.zeros((len(ids) + 1, self.count))
        self._nearness[rows + 1, columns] = np.concatenate([[], *(near.nearness for near in found)])
        # By id, with one place more at the end: of NO_WORD, and of ids beyond.
        self._rows = np.zeros(int(ids.max(initial=0)) + 2, dtype=np.intp)
        self._rows[ids] = np.arange(1, len(ids) + 1)

    def to(self, words: WordIds, starts: Starts) -> Array:
        """float64 (texts, count): for each word of the question, how near each text comes.

        The texts' words follow each other, those of each text from its start; none is empty.
        """
        rows = self._rows[np.minimum(words, len(self._rows) - 1)]
        nearest: Array = np.maximum.reduceat(self._nearness[rows], starts, axis=0)
        return nearest
