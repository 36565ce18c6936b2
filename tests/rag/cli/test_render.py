"""What an answer looks like beyond the usual: other directions, doubts, markup."""

import io
from dataclasses import replace

from rich.console import Console

from rag.cli.direction import Layout, Mode
from rag.cli.render import show_answer, show_search
from rag.types import Answer, AnswerSentence, Problem
from tests.server.fakes import ANSWERABLE_AR, ANSWERABLE_EN, UNANSWERABLE_AR, FakeService

ANSWER = FakeService().ask(ANSWERABLE_AR)


def _shown(answer: Answer, mode: Mode = Mode.PLAIN, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=60)
    show_answer(answer, console, Layout(mode, 60))
    return stream.getvalue()


def test_a_foreign_sentence_is_isolated_from_its_marker() -> None:
    first, second = "قناة السويس.", "البتراء."
    answer = replace(
        ANSWER,
        language="en",
        answer=f"Quoted as it stands: {first} [1] {second} [2]",
        sentences=(AnswerSentence(first, (1,), True), AnswerSentence(second, (2,), True)),
    )
    line = _shown(answer, Mode.ISOLATE).splitlines()[0]

    assert f"\u2068{first}\u2069 \u2068[1]\u2069 \u2068{second}\u2069 \u2068[2]\u2069" in line
    assert _shown(answer).startswith(answer.answer)


def test_a_sentence_that_no_quote_bears_out_is_pointed_out() -> None:
    doubtful = AnswerSentence("طول القناة ألف كيلومتر.", (), False, Problem.NUMBER)
    shown = _shown(replace(ANSWER, sentences=(*ANSWER.sentences, doubtful)))

    reason = "فيها عدد أو تاريخ لا يرد في المقاطع"
    assert f"جمل لم يثبتها اقتباس:\n- طول القناة ألف كيلومتر. ({reason})" in shown


def test_a_lead_in_that_claims_nothing_is_not_pointed_out() -> None:
    lead_in = AnswerSentence("هذا ما تقوله المقالات:", (), False)
    shown = _shown(replace(ANSWER, sentences=(lead_in, *ANSWER.sentences)))

    assert "جمل لم يثبتها اقتباس" not in shown


def test_no_answer_is_shown_as_certain() -> None:
    assert "الثقة: 99%" in _shown(replace(ANSWER, confidence=0.9991))


def test_a_fallback_is_said_to_have_answered() -> None:
    assert "المجيب الاحتياطي" in _shown(replace(ANSWER, degraded=True))
    assert "المجيب الاحتياطي" not in _shown(ANSWER)


def test_square_brackets_are_no_markup() -> None:
    text = "[bold]x[/bold] [1]"
    answer = replace(ANSWER, answer=text, sentences=())

    assert _shown(answer).startswith(text)


def test_a_terminal_gets_colours_and_isolates_and_a_pipe_neither() -> None:
    assert "\x1b[1m" in _shown(ANSWER, Mode.ISOLATE, terminal=True)
    assert "\x1b" not in _shown(ANSWER)


def test_control_characters_from_an_article_do_not_reach_the_terminal() -> None:
    citation = replace(
        ANSWER.citations[0], title="\x1b]0;x\x07\u202eعنوان", url="https://x/\x1b[2J"
    )
    shown = _shown(replace(ANSWER, citations=(citation,)))

    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_related_passages_are_shortened_between_words_and_found_passages_are_not() -> None:
    service = FakeService()
    answer = service.ask(UNANSWERABLE_AR)
    long = replace(answer.related[0], text="قناة السويس " * 200)

    assert "السويس …\n" in _shown(replace(answer, related=(long,)))
    stream = io.StringIO()
    result = replace(service.search(ANSWERABLE_EN), passages=(long,))
    show_search(result, Console(file=stream), Layout(Mode.PLAIN, 60))
    assert long.text in stream.getvalue()
