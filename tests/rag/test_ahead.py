"""An iterator that runs ahead: in order, bounded, and gone when nobody reads any more."""

import threading
import time
from collections.abc import Iterator

import pytest

from rag.ahead import ahead


def _threads() -> int:
    return sum(thread.name == "ahead" for thread in threading.enumerate())


def test_all_items_come_in_their_order() -> None:
    with ahead(iter(range(100)), 3) as items:
        assert list(items) == list(range(100))
    assert _threads() == 0


def test_an_iterator_without_items_ends_at_once() -> None:
    with ahead(iter(())) as items:
        assert list(items) == []


@pytest.mark.parametrize("depth", [1, 3])
def test_no_more_items_are_made_ahead_than_it_was_told(depth: int) -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    with ahead(make(), depth) as items:
        next(items)
        time.sleep(0.3)
        # One was read, `depth` wait, and one more is being handed over.
        assert len(made) <= depth + 2


def test_the_steps_overlap() -> None:
    both = threading.Barrier(2)

    def make() -> Iterator[int]:
        yield 1
        both.wait(10)
        yield 2

    with ahead(make()) as items:
        assert next(items) == 1
        both.wait(10)
        assert next(items) == 2


def test_an_error_is_raised_where_the_item_would_have_come() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    with ahead(make()) as items:
        assert next(items) == 1
        with pytest.raises(ZeroDivisionError):
            next(items)


def test_leaving_early_ends_the_thread_and_makes_no_further_item() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    with ahead(make()) as items:
        next(items)
    count = len(made)
    assert _threads() == 0
    time.sleep(0.1)
    assert len(made) == count < 10
