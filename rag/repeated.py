"""Remembers what was worked out for the latest questions: popular ones come again and again.

What depends on the collection must have its generation in the key; what belongs to an older
one is then never given, and goes as others come.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

from rag.terms import without_marks

_MOST = 512

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def normal_form(question: str) -> str:
    """What two questions share that are answered alike: vowel marks and spaces do not count.

    " مَتَى افتُتحت  القناة؟" → "متى افتتحت القناة؟"; "When  was it?" → "When was it?". Letters stay
    as they are, for another spelling may find something else.
    """
    return " ".join(without_marks(question).split())


class Repeated(Generic[Key, Value]):
    """The values of the keys that were asked for last, 512 if not told. Thread-safe."""

    def __init__(self, most: int = _MOST) -> None:
        self._values: LRUCache[Key, Value] = LRUCache(most)
        self._lock = Lock()

    def get(self, key: Key, work_out: Callable[[], Value]) -> Value:
        """What was worked out before, or is now. What `work_out` raises is not remembered."""
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = work_out()
        with self._lock:
            self._values[key] = value
        return value

    def get_many(
        self, keys: Sequence[Key], work_out: Callable[[list[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """The same for several keys: `work_out` is asked for those that are not known.

        A key that it gives nothing for is left out.
        """
        with self._lock:
            known = {key: self._values[key] for key in keys if key in self._values}
        missing = [key for key in keys if key not in known]
        if missing:
            found = work_out(missing)
            with self._lock:
                self._values.update(found)
            known.update(found)
        return known
