"""A thousand readers who go away while a model is asked for them: its calls stop, too."""

import gc
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes import Engine
from tests.llm.replies import Reply, answer, hang, hang_after
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import asking
from tests.server.language_model.served import ASKED_AR, OPENED_AR, Served, reset, served_by
from tests.server.running import wait_until

pytestmark = pytest.mark.slow

RESETS = 200
"""Of each of the five kinds."""

HISTORY = [{"role": "user", "content": "ما هي قناة السويس؟"}]
ASK: tuple[str, dict[str, Any]] = ("/v1/ask", {"question": ASKED_AR})
FOLLOW_UP: tuple[str, dict[str, Any]] = (
    "/v1/ask",
    {"question": "ومتى افتُتحت؟", "history": HISTORY},
)
CHAT: tuple[str, dict[str, Any]] = (
    "/v1/chat/completions",
    {"model": "dalil", "messages": [{"role": "user", "content": ASKED_AR}]},
)


@pytest.fixture(scope="module")
def served(llm: ScriptedLlm, engine: Engine) -> Iterator[Served]:
    with served_by(asking(llm), engine) as served:
        yield served


def _assert_nothing_is_left(served: Served, llm: ScriptedLlm) -> None:
    assert wait_until(lambda: served.slots.running == 0 and llm.open_calls == 0) < 2


def _read_until(client: socket.socket, seen: str) -> None:
    read = b""
    while seen.encode() not in read:
        more = client.recv(65_536)
        assert more, "it has ended"
        read += more


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(ASK[0], ASK[1] | {"stream": False}, id="whole answer"),
        pytest.param(FOLLOW_UP[0], FOLLOW_UP[1] | {"stream": True}, id="rewriting"),
        pytest.param(CHAT[0], CHAT[1] | {"stream": False}, id="completion"),
    ],
)
def test_resets_before_the_first_byte_leave_nothing_running(
    served: Served, llm: ScriptedLlm, path: str, body: dict[str, Any]
) -> None:
    llm.script(hang())
    clients = [served.send(path, body) for _ in range(RESETS)]
    wait_until(lambda: llm.open_calls == RESETS, seconds=60)
    assert served.slots.running == RESETS
    for client in clients:
        reset(client)
    _assert_nothing_is_left(served, llm)
    assert len(llm.requests) == RESETS


@pytest.mark.parametrize(
    ("path", "body", "reply", "seen"),
    [
        pytest.param(*ASK, hang(after_headers=True), "event: passages", id="passages"),
        pytest.param(*CHAT, hang_after(f"{OPENED_AR} [1]. ", "و"), OPENED_AR, id="text"),
    ],
)
def test_resets_after_the_first_byte_leave_nothing_running(
    served: Served, llm: ScriptedLlm, path: str, body: dict[str, Any], reply: Reply, seen: str
) -> None:
    llm.script(reply)
    clients = [served.send(path, body | {"stream": True}) for _ in range(RESETS)]
    for client in clients:
        _read_until(client, seen)
    wait_until(lambda: llm.open_calls == RESETS, seconds=60)
    assert served.slots.running == RESETS
    for client in clients:
        reset(client)
    _assert_nothing_is_left(served, llm)


# LiteLLM drops a coroutine of its own where it is cancelled just before it opens a connection.
@pytest.mark.filterwarnings("ignore:coroutine 'OpenAIChatCompletion:RuntimeWarning")
def test_resets_at_any_moment_leave_nothing_running(served: Served, llm: ScriptedLlm) -> None:
    llm.script(answer(*f"{OPENED_AR} [1]. " * 20, every=0.01))
    for count in range(RESETS // 2):
        client = served.send(ASK[0], ASK[1] | {"stream": True})
        _read_until(client, ("", "HTTP", "passages", "delta", "citation")[count % 5])
        reset(client)
    assert llm.requests
    _assert_nothing_is_left(served, llm)
    gc.collect()


def test_after_all_that_the_server_answers(served: Served, llm: ScriptedLlm) -> None:
    llm.script(answer(f"{OPENED_AR} [1]."))
    reply = served.post("/v1/ask", {"question": ASKED_AR})

    assert (reply.status, reply.json["degraded"]) == (200, False)
    assert reply.json["answer"] == f"{OPENED_AR}. [1]"
