"""The watch on the stages of a question."""

from time import sleep

import pytest

from benchmarks.stages import STAGES, StageWatch, watching
from rag.retrieval import Retriever


def test_a_stage_does_not_count_what_a_stage_below_it_takes() -> None:
    watch = StageWatch()
    with watch.measuring("outer"):
        sleep(0.01)
        with watch.measuring("inner"):
            sleep(0.05)
    taken = watch.take()
    assert taken["inner"] >= 50
    assert 10 <= taken["outer"] < 50


def test_a_stage_that_comes_twice_is_added_up() -> None:
    watch = StageWatch()
    twice = watch.wrap("twice", lambda: sleep(0.01))
    twice()
    twice()
    assert watch.take()["twice"] >= 20


def test_what_was_taken_is_gone() -> None:
    watch = StageWatch()
    watch.wrap("once", lambda: None)()
    assert set(watch.take()) == {"once"}
    assert watch.take() == {}


def test_a_stage_that_fails_is_timed_and_fails() -> None:
    watch = StageWatch()

    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        watch.wrap("failing", fail)()
    assert set(watch.take()) == {"failing"}


def test_every_stage_is_where_it_is_said_to_be_and_is_left_as_it_was() -> None:
    before = Retriever.retrieve
    with watching():
        assert Retriever.retrieve is not before
    assert Retriever.retrieve is before
    assert len(STAGES) > 10
