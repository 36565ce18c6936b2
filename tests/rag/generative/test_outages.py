"""Models that fail, in every way there is: a cited answer all the same, in time and said to be
degraded; or, where text was seen already, an error and no word twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from rag.errors import LlmInterruptedError
from rag.events import CitationFound, Done, PassagesFound, TextDelta
from rag.llm import Deadlines, ModelConfig
from rag.service import Service
from rag.types import Answer, Status, Turn
from tests.fakes import Engine
from tests.llm.replies import (
    Reply,
    answer,
    cut_after,
    empty,
    failure,
    hang,
    hang_after,
    keep_alives,
    malformed,
)
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import (
    MODEL,
    answerer,
    asking,
    assert_exact,
    assert_in_order,
    model_at,
    read,
    written_by,
)

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"
ABOUT = (Turn("user", "What is the Suez Canal?"), Turn("assistant", "A canal in Egypt. [1]"))

RETRIES = 2
MOST_CALLS = 1 + RETRIES
DEADLINES = Deadlines(total=2.0, first_token=0.5, stall=0.4)
MARGIN = 1.0
Break = Callable[..., Reply]


@dataclass(frozen=True)
class Outage:
    """A model that gives no text; `within` is the deadline, in seconds, that ends it."""

    reply: Reply | None = None
    url: str | None = None
    within: float = DEADLINES.total

    def model(self, llm: ScriptedLlm) -> ModelConfig:
        if self.reply is not None:
            llm.script(self.reply)
        return model_at(self.url or llm.url)


OUTAGES = [
    pytest.param(Outage(url="http://127.0.0.1:9/v1"), id="refused"),
    pytest.param(Outage(url="http://no-such-host.invalid/v1"), id="dns"),
    pytest.param(Outage(failure(401)), id="401"),
    pytest.param(Outage(failure(429, retry_after="60")), id="429"),
    pytest.param(Outage(failure(500)), id="500"),
    pytest.param(Outage(empty()), id="empty"),
    pytest.param(Outage(malformed()), id="malformed"),
    pytest.param(Outage(hang(), within=DEADLINES.first_token), id="hang"),
    pytest.param(Outage(hang(after_headers=True), within=DEADLINES.first_token), id="headers"),
    pytest.param(Outage(keep_alives(), within=DEADLINES.first_token), id="keep-alives"),
]
BREAKS = [
    pytest.param(hang_after, id="hang"),
    pytest.param(keep_alives, id="keep-alives"),
    pytest.param(cut_after, id="reset"),
    pytest.param(lambda *chunks: cut_after(*chunks, rude=False), id="closed"),
]


@pytest.fixture
def service(llm: ScriptedLlm, engine: Engine) -> Service:
    """One that has little patience."""
    return written_by(asking(llm, deadlines=DEADLINES, retries=RETRIES), engine)


def _assert_quoted(answered: Answer) -> None:
    assert (answered.status, answered.model) == (Status.ANSWERED, "extractive")
    assert answered.degraded
    opened = OPENED_AR if answered.language == "ar" else OPENED_EN
    assert answered.answer == f"{opened}. [1]"
    assert len(answered.citations) == 1
    assert_exact(answered.citations)


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("question", [ASKED_AR, ASKED_EN])
def test_an_outage_gives_a_cited_answer_in_time(
    llm: ScriptedLlm, engine: Engine, outage: Outage, question: str
) -> None:
    client = asking(outage.model(llm), deadlines=DEADLINES, retries=RETRIES)
    told = read(written_by(client, engine), question)

    assert_in_order(told)
    _assert_quoted(told.answer)
    assert told.answer.usage is None
    assert told.seconds < outage.within + MARGIN
    assert len(llm.requests) <= MOST_CALLS
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_of_all_models_shares_one_deadline(
    llm: ScriptedLlm, engine: Engine, outage: Outage
) -> None:
    first = outage.model(llm)
    second = model_at(first.base_url or "", "openai/second")
    service = written_by(asking(first, second, deadlines=DEADLINES, retries=RETRIES), engine)
    told = read(service, ASKED_AR)

    _assert_quoted(told.answer)
    assert told.seconds < min(2 * outage.within, DEADLINES.total) + MARGIN
    assert len(llm.requests) <= 2 * MOST_CALLS


@pytest.mark.parametrize("reply", [hang(), keep_alives()], ids=["hang", "keep-alives"])
def test_a_model_that_keeps_silent_is_asked_once(
    service: Service, llm: ScriptedLlm, reply: Reply
) -> None:
    llm.script(reply)
    _assert_quoted(read(service, ASKED_EN).answer)

    assert len(llm.requests) == 1


@pytest.mark.parametrize("broken", BREAKS)
def test_a_stream_that_breaks_off_before_the_reader_s_eyes_ends_in_an_error(
    service: Service, llm: ScriptedLlm, broken: Break
) -> None:
    llm.script(broken(f"{OPENED_EN} [1].", " It is", " 193", " km", " long"))
    told = read(service, ASKED_EN)

    assert isinstance(told.error, LlmInterruptedError)
    assert told.text == f"{OPENED_EN}. [1] It is 193 km long"[: len(told.text)]
    assert told.text.startswith(f"{OPENED_EN}. [1]")
    assert [type(event) for event in told.events].count(CitationFound) == 1
    assert_exact(told.citations)
    assert not any(isinstance(event, Done) for event in told.events)
    assert told.seconds < DEADLINES.stall + MARGIN
    assert len(llm.requests) == 1, "what was shown must not be written a second time"
    assert llm.wait_until(lambda: llm.open_calls == 0)


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("question", [ASKED_AR, ASKED_EN])
def test_a_stream_that_breaks_off_unseen_gives_a_cited_answer(
    service: Service, llm: ScriptedLlm, broken: Break, question: str
) -> None:
    opened = OPENED_AR if question == ASKED_AR else OPENED_EN
    llm.script(broken(opened, " [1]. ", opened))

    told = read(service, question, live=False)
    _assert_quoted(told.answer)
    assert told.seconds < DEADLINES.stall + MARGIN
    _assert_quoted(service.ask(question))


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("held", ["NO_", "NO_ANS", "The Suez Canal "])
def test_what_was_held_back_has_not_been_seen(
    service: Service, llm: ScriptedLlm, broken: Break, held: str
) -> None:
    llm.script(broken(held))
    told = read(service, ASKED_AR)

    assert_in_order(told)
    _assert_quoted(told.answer)


def test_an_endless_answer_is_broken_off_at_the_total_deadline(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(answer(f"{OPENED_EN} [1]. ", *["It is 193 km long [1]. "] * 200, every=0.05))
    told = read(service, ASKED_EN)

    assert isinstance(told.error, LlmInterruptedError)
    assert DEADLINES.total - 0.1 < told.seconds < DEADLINES.total + MARGIN
    assert isinstance(told.events[-1], TextDelta | CitationFound)


@pytest.mark.parametrize(
    "reply", [hang(), keep_alives(), hang_after("When was")], ids=["hang", "keep-alives", "stall"]
)
def test_a_hang_while_a_follow_up_is_rewritten_is_waited_for_once(
    service: Service, llm: ScriptedLlm, reply: Reply
) -> None:
    llm.script(reply)
    told = read(service, "and when was it opened?", history=ABOUT)

    assert told.seconds < DEADLINES.first_token + DEADLINES.stall + MARGIN / 2
    assert len(llm.requests) == 1
    assert (told.answer.model, told.answer.degraded) == ("extractive", True)
    assert told.answer.rewritten == "and when was it opened? (Suez Canal)"
    assert told.answer.citations[0].article_id == "suez-en"


@pytest.mark.parametrize("reply", [failure(401), empty()], ids=["401", "empty"])
def test_a_failed_rewriting_is_an_outage(service: Service, llm: ScriptedLlm, reply: Reply) -> None:
    llm.script(reply, answer(f"{OPENED_EN} [1]."))
    told = read(service, "and when was it opened?", history=ABOUT)

    assert len(llm.requests) == 1
    assert (told.answer.model, told.answer.degraded) == ("extractive", True)


def test_rewriting_and_writing_share_one_deadline(llm: ScriptedLlm, engine: Engine) -> None:
    deadlines = Deadlines(total=1.2, first_token=1.1, stall=1.1)
    llm.script(answer("When was ", "the Suez Canal opened?", every=0.4), hang())
    service = written_by(asking(llm, deadlines=deadlines), engine)
    told = read(service, "and when was it opened?", history=ABOUT)

    _assert_quoted(told.answer)
    assert told.answer.rewritten == ASKED_EN
    assert len(llm.requests) == 2
    assert told.seconds < deadlines.total + MARGIN / 2


def test_the_passages_are_told_before_the_model_is_waited_for(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(hang())
    told = read(service, ASKED_EN)

    assert isinstance(told.events[0], PassagesFound)
    assert told.answer.timings_ms["first_text"] > 1000 * (DEADLINES.first_token - 0.05)


def test_a_model_that_is_back_answers_the_next_question(service: Service, llm: ScriptedLlm) -> None:
    llm.script(failure(401), answer(f"{OPENED_EN} [1]."))
    _assert_quoted(service.ask(ASKED_EN))
    back = service.ask(ASKED_EN)

    assert (back.model, back.degraded) == (MODEL, False)


def test_a_context_that_no_passage_fits_into_is_an_outage(llm: ScriptedLlm, engine: Engine) -> None:
    small = replace(model_at(llm.url), context_tokens=512)
    writer = answerer(asking(small), engine, max_output_tokens=400)
    answered = engine.service(answerer=writer).ask(ASKED_AR)

    _assert_quoted(answered)
    assert not llm.requests
