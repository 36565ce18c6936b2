"""A reader who leaves takes the provider's connection with him (within two seconds)."""

import asyncio
from contextlib import aclosing, suppress

import pytest

from rag.llm import LlmClient
from tests.llm.replies import Pause, Reply, answer, drip, failure, hang, hang_after, keep_alives
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import QUESTION, client, run

ENDLESS = [
    pytest.param(hang(), id="before headers"),
    pytest.param(hang(after_headers=True), id="after headers"),
    pytest.param(hang_after("one"), id="after text"),
    pytest.param(keep_alives("one"), id="keep-alives"),
    pytest.param(drip("a long answer " * 100, every=0.02), id="while text comes"),
]


async def _read(asker: LlmClient) -> None:
    async with aclosing(asker.stream(QUESTION)) as parts:
        async for _ in parts:
            pass


async def _becomes(llm: ScriptedLlm, open_calls: int) -> bool:
    return await asyncio.to_thread(llm.wait_until, lambda: llm.open_calls == open_calls)


@pytest.mark.parametrize("reply", ENDLESS)
def test_a_cancelled_task_closes_the_connection(llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply)
    asker = client(llm)

    async def leave() -> None:
        reading = asyncio.create_task(_read(asker))
        assert await _becomes(llm, 1)
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await _becomes(llm, 0)

    run(asker, leave)
    assert llm.disconnects == 1
    assert len(llm.requests) == 1


def test_a_closed_iterator_closes_the_connection(llm: ScriptedLlm) -> None:
    llm.script(hang_after("one"))
    asker = client(llm)

    async def leave() -> None:
        parts = asker.stream(QUESTION)
        await anext(parts)
        assert llm.open_calls == 1
        await parts.aclose()
        assert await _becomes(llm, 0)

    run(asker, leave)
    assert llm.disconnects == 1


def test_a_cancelled_whole_answer_closes_the_connection(llm: ScriptedLlm) -> None:
    llm.script(hang_after("one"))
    asker = client(llm)

    async def leave() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(asker.complete(QUESTION), 0.3)
        assert await _becomes(llm, 0)

    run(asker, leave)
    assert llm.disconnects == 1


def test_cancelling_while_waiting_for_a_retry_asks_nobody(llm: ScriptedLlm) -> None:
    llm.script(failure(429, retry_after="5"), answer("yes"))
    asker = client(llm, retries=1)

    async def leave() -> None:
        reading = asyncio.create_task(_read(asker))
        await asyncio.to_thread(llm.wait_until, lambda: len(llm.requests) == 1)
        await asyncio.sleep(0.2)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    run(asker, leave)
    assert len(llm.requests) == 1


def test_many_readers_who_leave_at_any_moment_leave_nothing_open(llm: ScriptedLlm) -> None:
    llm.script(Reply((Pause(0.05), *(["word "] * 20), Pause(5.0))))
    asker = client(llm)

    async def crowd() -> None:
        readers = [asyncio.create_task(_read(asker)) for _ in range(60)]
        for reader in readers:
            await asyncio.sleep(0.005)
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        assert await _becomes(llm, 0)

    run(asker, crowd)
