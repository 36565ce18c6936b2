"""A model takes its time, and no place: only the search before it does."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from socket import socket
from typing import Any, cast

import pytest

from rag.admission import Admission
from rag.settings import load_settings
from server.app import create_app
from tests.crowd import occupied
from tests.fakes import Engine
from tests.llm.replies import answer, hang, hang_after
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import answerer, asking
from tests.server.language_model.served import ASKED_AR, OPENED_AR, Served, Slots
from tests.server.running import serving, wait_until

PLACES = 2
READERS = 5 * PLACES
ASK = {"question": ASKED_AR, "stream": True}
FOLLOW_UP = {
    "question": "ومتى افتُتحت؟",
    "history": [{"role": "user", "content": "ما هي قناة السويس؟"}],
}


@pytest.fixture
def admission() -> Admission:
    return Admission(PLACES)


@pytest.fixture
def served(llm: ScriptedLlm, engine: Engine, admission: Admission) -> Iterator[Served]:
    service = engine.service(answerer=answerer(asking(llm), engine), admission=admission)
    with closing(service):
        slots = Slots(service)
        with serving(create_app(load_settings(), cast(Any, slots))) as address:
            yield Served(address, slots)


def _wait_for_calls(llm: ScriptedLlm, calls: int) -> None:
    wait_until(lambda: llm.open_calls == calls)


def _leave(served: Served, readers: Sequence[socket]) -> None:
    for reader in readers:
        reader.close()
    wait_until(lambda: served.slots.running == 0)


def test_answers_that_are_being_written_take_no_place(
    served: Served, llm: ScriptedLlm, admission: Admission
) -> None:
    llm.script(hang_after(f"{OPENED_AR} [1]. ", "و"))
    clients = []
    for number in range(1, READERS + 1):
        clients.append(served.send("/v1/ask", ASK))
        _wait_for_calls(llm, number)
    assert admission.taken == 0
    assert served.post("/v1/search", {"query": ASKED_AR}).status == 200
    _leave(served, clients)


def test_follow_ups_that_are_being_rewritten_take_no_place(
    served: Served, llm: ScriptedLlm, admission: Admission
) -> None:
    llm.script(hang())
    clients = [served.send("/v1/ask", FOLLOW_UP) for _ in range(READERS)]
    _wait_for_calls(llm, READERS)
    assert admission.taken == 0
    _leave(served, clients)


def test_a_follow_up_is_refused_before_a_model_is_asked_to_rewrite_it(
    served: Served, llm: ScriptedLlm, admission: Admission
) -> None:
    llm.script(answer("متى افتُتحت قناة السويس؟"))
    with occupied(admission, PLACES):
        reply = served.post("/v1/ask", FOLLOW_UP)
    assert (reply.status, reply.json["error"]["code"]) == (503, "overloaded")
    assert llm.requests == []
