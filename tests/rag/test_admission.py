"""So many questions are searched at once; the others are refused, and no place is lost."""

import asyncio
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from rag.admission import Admission
from rag.errors import OverloadedError
from tests.crowd import occupied

PLACES = 3


@pytest.fixture
def admission() -> Iterator[Admission]:
    admission = Admission(PLACES)
    yield admission
    admission.close()


def _nothing() -> None:
    """Work that takes no time."""


async def _until_taken(admission: Admission, taken: int) -> None:
    async with asyncio.timeout(5):
        while admission.taken != taken:
            await asyncio.sleep(0.001)


def test_work_is_done_in_another_thread_and_gives_its_result(admission: Admission) -> None:
    assert asyncio.run(admission.run(lambda: "نعم")) == "نعم"
    assert admission.taken == 0


def test_whoever_comes_when_every_place_is_taken_is_refused_at_once(admission: Admission) -> None:
    with occupied(admission, PLACES):
        started = time.monotonic()
        with pytest.raises(OverloadedError, match="ask again") as refusal:
            asyncio.run(admission.run(_nothing))
        assert time.monotonic() - started < 1
        assert refusal.value.retry_after == 1
        assert admission.taken == PLACES
    asyncio.run(admission.run(_nothing))


def test_work_that_waits_for_a_thread_takes_a_place() -> None:
    admission = Admission(PLACES, threads=1)
    with occupied(admission, PLACES), pytest.raises(OverloadedError):
        asyncio.run(admission.run(_nothing))


def test_whether_there_is_room_can_be_asked_without_taking_a_place(admission: Admission) -> None:
    with occupied(admission, PLACES - 1):
        for _ in range(2 * PLACES):
            admission.require_room()
    with occupied(admission, PLACES), pytest.raises(OverloadedError):
        admission.require_room()


def test_work_that_fails_gives_its_place_back(admission: Admission) -> None:
    def fail() -> None:
        raise ValueError("broken")

    for _ in range(2 * PLACES):
        with pytest.raises(ValueError, match="broken"):
            asyncio.run(admission.run(fail))
    assert admission.taken == 0


def test_work_that_nobody_waits_for_any_more_is_not_begun() -> None:
    admission, done = Admission(PLACES, threads=1), []

    async def leave_in_the_queue() -> None:
        waiting = asyncio.create_task(admission.run(lambda: done.append("work")))
        await _until_taken(admission, 2)
        waiting.cancel()
        await _until_taken(admission, 1)

    with occupied(admission, 1):
        asyncio.run(leave_in_the_queue())
    admission.close()
    assert done == []
    assert admission.taken == 0


def test_work_that_has_begun_keeps_its_place_though_nobody_waits_for_it(
    admission: Admission,
) -> None:
    begun, leave = Event(), Event()

    def work() -> None:
        begun.set()
        leave.wait()

    async def go_away() -> None:
        working = asyncio.create_task(admission.run(work))
        await asyncio.to_thread(begun.wait)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert admission.taken == 1
        leave.set()
        await _until_taken(admission, 0)

    asyncio.run(go_away())


def test_many_event_loops_never_have_more_done_at_once_than_there_are_places(
    admission: Admission,
) -> None:
    counting, working, most = Lock(), 0, 0

    def work() -> None:
        nonlocal working, most
        with counting:
            working += 1
            most = max(most, working)
        time.sleep(0.002)
        with counting:
            working -= 1

    def ask(_number: int) -> bool:
        try:
            asyncio.run(admission.run(work))
        except OverloadedError:
            return False
        return True

    with ThreadPoolExecutor(4 * PLACES) as pool:
        admitted = list(pool.map(ask, range(200)))
    assert 1 <= most <= PLACES
    assert any(admitted)
    assert not all(admitted)
    assert admission.taken == 0


def test_many_refusals_are_one_line_in_the_log(
    admission: Admission, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), occupied(admission, PLACES):
        for _ in range(100):
            with pytest.raises(OverloadedError):
                admission.require_room()
    (record,) = caplog.records
    assert "DALIL_MAX_SEARCHES" in record.getMessage()
