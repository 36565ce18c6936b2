"""A scripted model, clients of it, and ways to read what they give."""

import asyncio
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from rag.errors import LlmError
from rag.llm import Deadlines, Finished, LlmClient, Message, ModelConfig, TextDelta, gateway
from tests.llm.scripted import ScriptedLlm

T = TypeVar("T")

QUESTION = (Message("system", "Answer from the passages."), Message("user", "متى افتُتحت؟"))
GENEROUS = Deadlines(total=20.0, first_token=10.0, stall=10.0)


@dataclass
class Outcome:
    """All that a reader of a stream saw."""

    texts: list[str] = field(default_factory=list)
    finished: Finished | None = None
    error: LlmError | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """Loading takes seconds, which no deadline here counts on."""
    gateway.load()


@pytest.fixture(autouse=True)
def _litellm_may_read_deprecated_attributes() -> None:
    """It does so whenever a chunk has no text, and takes its own warning for a broken stream."""
    warnings.filterwarnings("ignore", "Accessing the 'model_", DeprecationWarning, "litellm")


@pytest.fixture(scope="session")
def server() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server


@pytest.fixture
def llm(server: ScriptedLlm) -> ScriptedLlm:
    """The model that is asked first."""
    server.script()
    return server


@pytest.fixture
def other() -> Iterator[ScriptedLlm]:
    """The model to fall back to."""
    with ScriptedLlm() as server:
        yield server


def config(
    server: ScriptedLlm | None = None, model: str = "openai/scripted", **changes: Any
) -> ModelConfig:
    fields: dict[str, Any] = {
        "model": model,
        "base_url": server.url if server else None,
        "api_key": SecretStr("sk-test"),
        "temperature": 0.0,
        "max_output_tokens": 64,
        "context_tokens": None,
    }
    return ModelConfig(**(fields | changes))


def client(
    *models: ScriptedLlm | ModelConfig, deadlines: Deadlines = GENEROUS, retries: int = 0
) -> LlmClient:
    configs = [config(m) if isinstance(m, ScriptedLlm) else m for m in models]
    return LlmClient(configs, deadlines, retries)


def run(asker: LlmClient, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run this in an event loop of its own, and leave no connection behind."""

    async def main() -> T:
        try:
            return await work()
        finally:
            await asker.aclose()

    return asyncio.run(main())


def ask(asker: LlmClient) -> Outcome:
    """Ask the question and read the stream to its end, whatever that is."""

    async def read() -> Outcome:
        outcome = Outcome()
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with aclosing(asker.stream(QUESTION)) as parts:
                async for part in parts:
                    assert outcome.finished is None
                    if isinstance(part, TextDelta):
                        outcome.texts.append(part.text)
                    else:
                        outcome.finished = part
        except LlmError as error:
            outcome.error = error
        outcome.seconds = clock() - begun
        return outcome

    return run(asker, read)
