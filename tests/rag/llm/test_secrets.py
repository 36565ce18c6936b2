"""Keys and prompts stay out of logs, errors, representations and the terminal."""

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from rag.llm import Deadlines, LlmClient, Message
from tests.llm.replies import Reply, answer, cut_after, empty, failure, hang, hang_after, malformed
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import config, run

KEY = "sk-canary-3f9a1c7e5b2d"
PROMPT = "canary-prompt-8812"
ANSWER = "canary-answer-4410"

# What a provider says about a wrong key, and what a validator says about a request.
REPEATS = f"Incorrect API key provided: {KEY}; request was {PROMPT}"

FAULTS = [
    pytest.param(answer(ANSWER), id="none"),
    pytest.param(failure(400, message=REPEATS), id="400"),
    pytest.param(failure(401, message=REPEATS), id="401"),
    pytest.param(failure(422, message=REPEATS), id="422"),
    pytest.param(failure(429, message=REPEATS), id="429"),
    pytest.param(failure(500, message=REPEATS), id="500"),
    pytest.param(empty(), id="empty"),
    pytest.param(malformed(), id="malformed"),
    pytest.param(cut_after(ANSWER), id="cut"),
    pytest.param(hang(), id="hang"),
    pytest.param(hang_after(ANSWER), id="stall"),
]


class _Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logs() -> Iterator[_Everything]:
    """All that any logger writes, with each of them told to write all it can."""
    handler = _Everything()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = {logger: logger.level for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield handler
    for logger, level in levels.items():
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.mark.parametrize("reply", FAULTS)
def test_neither_key_nor_prompt_nor_answer_is_written_anywhere(
    llm: ScriptedLlm, reply: Reply, logs: _Everything, capfd: pytest.CaptureFixture[str]
) -> None:
    llm.script(reply)
    asker = LlmClient([config(llm, api_key=SecretStr(KEY))], Deadlines(3.0, 0.5, 0.5), retries=1)
    written = []

    async def attempt() -> None:
        try:
            await asker.complete([Message("user", PROMPT)])
        except Exception as error:
            written.extend([str(error), repr(error), *traceback.format_exception(error)])
            logging.getLogger("caller").exception("it failed")

    run(asker, attempt)
    assert llm.requests[0].headers["authorization"] == f"Bearer {KEY}", "the canary was sent"
    assert llm.requests[0].body["messages"][0]["content"] == PROMPT
    written += [*logs.lines, *capfd.readouterr()]
    for canary in (KEY, PROMPT, ANSWER):
        assert not [line for line in written if canary in line]


def test_a_configuration_does_not_show_its_key(llm: ScriptedLlm) -> None:
    shown = config(llm, api_key=SecretStr(KEY))
    assert KEY not in f"{shown} {shown!r} {LlmClient([shown], Deadlines(1, 1, 1), 0)!r}"


def test_openai_s_key_is_not_told_to_another_server(
    llm: ScriptedLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    llm.script(answer("yes"))
    asker = LlmClient([config(llm, api_key=None)], Deadlines(9, 9, 9), 0)
    run(asker, lambda: asker.complete([Message("user", "?")]))
    assert KEY not in llm.requests[0].headers["authorization"]


def test_litellm_s_own_debug_switch_shows_nothing(llm: ScriptedLlm) -> None:
    llm.script(answer("yes"))
    script = f"""
import asyncio
from pydantic import SecretStr
from rag.llm import Deadlines, LlmClient, Message, ModelConfig
model = ModelConfig("openai/x", {llm.url!r}, SecretStr({KEY!r}), 0.0, 9, None)
client = LlmClient([model], Deadlines(60, 60, 60), 0)
print(asyncio.run(client.complete([Message("user", {PROMPT!r})]))[0])
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        env={"LITELLM_LOG": "DEBUG", "OPENAI_LOG": "debug", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert result.stdout == "yes\n"
    assert KEY not in result.stderr
    assert PROMPT not in result.stderr
