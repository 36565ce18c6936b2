"""The model's key, and what readers ask, stay out of logs and replies, whatever goes wrong."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from rag.llm import Deadlines
from tests.fakes import Engine
from tests.llm.replies import Reply, answer, cut_after, empty, failure, hang, hang_after, malformed
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import KEY, asking, model_at
from tests.server.language_model.served import ASKED_EN, OPENED_EN, Served, served_by

ASKED = "canary-question-2206: when was the Suez Canal opened?"
WRITTEN = "canary-answer-4410"
NEVER_LOGGED = (KEY, "canary-question-2206", WRITTEN, OPENED_EN, "You answer a question")

REPEATS = f"Incorrect API key provided: {KEY}"
FAULTS = [
    pytest.param(answer(f"{OPENED_EN} [1]. {WRITTEN}."), id="none"),
    pytest.param(answer(f"{WRITTEN} dug it [1]."), id="unproved"),
    pytest.param(answer("NO_ANSWER"), id="declined"),
    pytest.param(failure(400, message=REPEATS), id="400"),
    pytest.param(failure(401, message=REPEATS), id="401"),
    pytest.param(failure(403, message=REPEATS), id="403"),
    pytest.param(failure(422, message=REPEATS), id="422"),
    pytest.param(failure(429, message=REPEATS), id="429"),
    pytest.param(failure(500, message=REPEATS), id="500"),
    pytest.param(Reply(body=f"<html>{KEY}</html>"), id="html"),
    pytest.param(empty(), id="empty"),
    pytest.param(malformed(), id="malformed"),
    pytest.param(cut_after(f"{OPENED_EN} [1]. {WRITTEN}"), id="cut"),
    pytest.param(hang(), id="hang"),
    pytest.param(hang_after(f"{OPENED_EN} [1]. {WRITTEN}"), id="stall"),
]
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/ask", {"question": ASKED}),
    ("/v1/ask", {"question": ASKED, "stream": True}),
    ("/v1/ask", {"question": ASKED, "history": [{"role": "user", "content": ASKED_EN}]}),
    ("/v1/chat/completions", {"model": "dalil", "messages": [{"role": "user", "content": ASKED}]}),
    (
        "/v1/chat/completions",
        {"model": "dalil", "messages": [{"role": "user", "content": ASKED}], "stream": True},
    ),
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


@pytest.fixture(scope="module")
def served(llm: ScriptedLlm, engine: Engine) -> Iterator[Served]:
    """A server with a second model that is not there, so that its failures are logged, too."""
    deadlines = Deadlines(total=5.0, first_token=0.3, stall=0.3)
    nobody = model_at("http://127.0.0.1:9/v1", "openai/nobody")
    with served_by(asking(llm, nobody, deadlines=deadlines, retries=1), engine) as served:
        yield served


@pytest.mark.parametrize("reply", FAULTS)
def test_the_key_is_in_no_reply_and_nothing_that_was_said_is_in_the_logs(
    served: Served,
    llm: ScriptedLlm,
    reply: Reply,
    logs: _Everything,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for path, body in REQUESTS:
        llm.script(reply)
        replied = served.post(path, body)
        assert llm.requests[0].headers["authorization"] == f"Bearer {KEY}", "the canary was sent"
        assert ASKED in str(llm.requests[0].body["messages"]), "and the question"
        assert replied.status == 200
        assert KEY not in replied.text
        assert KEY not in str(replied.headers)
    written = [*logs.lines, *capfd.readouterr()]
    assert logs.lines
    for canary in NEVER_LOGGED:
        assert not [line for line in written if canary in line]


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/healthz", "/readyz", "/v1/models"]
)
def test_the_key_is_on_no_other_page(served: Served, path: str) -> None:
    assert KEY not in served.get(path).text
