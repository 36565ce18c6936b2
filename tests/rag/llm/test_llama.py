"""The whole path to a real model on a real server. It knows little, and that does not matter."""

import asyncio
from contextlib import aclosing

import pytest

from rag.errors import LlmRefusedError
from rag.llm import Deadlines, Finished, LlmClient, Message, ModelConfig, TextDelta
from tests.llm.llama import Llama
from tests.rag.llm.conftest import run

pytestmark = pytest.mark.slow

QUESTION = (
    Message("system", "You are a helpful assistant."),
    Message("user", "Name the capital of France."),
)


@pytest.fixture
def asker(llama: Llama) -> LlmClient:
    config = ModelConfig(llama.model, llama.url, None, 0.0, 48, llama.context_tokens)
    return LlmClient([config], Deadlines(120.0, 60.0, 60.0), retries=0)


def test_a_real_model_streams_its_answer(asker: LlmClient) -> None:
    async def read() -> list[TextDelta | Finished]:
        return [part async for part in asker.stream(QUESTION)]

    *deltas, end = run(asker, read)
    assert isinstance(end, Finished)
    assert len(deltas) > 3
    assert end.prompt_tokens
    assert end.completion_tokens == pytest.approx(len(deltas), abs=3)
    assert (end.calls, end.cost_usd) == (1, None)


def test_a_real_model_answers_at_once_the_same(asker: LlmClient) -> None:
    text, _ = run(asker, lambda: asker.complete(QUESTION))
    assert "Paris" in text


def test_a_real_server_is_free_again_when_the_reader_leaves(asker: LlmClient) -> None:
    async def leave_and_ask() -> str:
        for _ in range(4):  # more than the server has slots
            async with aclosing(asker.stream(QUESTION)) as parts:
                await anext(parts)
        text, _ = await asyncio.wait_for(asker.complete(QUESTION), 60)
        return text

    assert "Paris" in run(asker, leave_and_ask)


def test_a_prompt_beyond_the_real_context_is_refused(asker: LlmClient) -> None:
    long = [Message("user", "word " * 5000)]
    with pytest.raises(LlmRefusedError):
        run(asker, lambda: asker.complete(long))
