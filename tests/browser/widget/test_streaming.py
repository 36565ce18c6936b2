"""What the reader sees of a stream never depends on how its bytes are cut."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.widget.conftest import Embed
from tests.browser.widget.samples import answer, sentence
from tests.browser.widget.scripted import event, stream

pytestmark = pytest.mark.slow

IN_PAGE = (Path(__file__).parent / "in_page.js").read_text("utf-8")
# Nothing is laid out: the texts alone are looked at, some thousands of times.
INLINE = 'mode="inline" digits="latin" hidden'

# Combining marks, an emoji of several code points, letters beyond the first plane, a mark of bold
# print that opens late, and markers that touch.
QUOTE: dict[str, Any] = {
    "article_id": "a",
    "title": "ق",
    "url": None,
    "language": "ar",
    "direction": "rtl",
}
QUOTE |= {"quote": "ق", "start": 0, "end": 1}
SHORT = answer(
    language="ar",
    answer="كُتِبَ 𐤐𐤕 **عامَ** 👩‍🚀 [1][2]\n\n- أُولى [1]",
    citations=[{**QUOTE, "marker": 1}, {**QUOTE, "marker": 2}],
    sentences=[sentence("كُتِبَ 𐤐𐤕 **عامَ** 👩‍🚀", 1, 2), sentence("أُولى", 1)],
)


def as_text(events: list[bytes]) -> str:
    return b"".join(events).decode()


def without_brackets(text: str) -> str:
    """A marker is a bracketed number until its quote has come."""
    return text.replace("[1]", "1").replace("[2]", "2").replace("\xa0", " ")


def require_steady(seen: dict[str, Any]) -> None:
    """All ends are alike, and what was shown on the way is how the end begins."""
    assert len(seen["ends"]) == 1, seen["ends"]
    *_, whole = sorted(seen["between"], key=len)
    for shown in seen["between"]:
        assert "\ufffd" not in shown
        assert without_brackets(whole).startswith(without_brackets(shown).rstrip()), shown


@pytest.fixture(scope="module")
def short_stream() -> str:
    """With the text in pieces that end in a letter, in a mark, in a marker."""
    pieces = ["كُتِبَ 𐤐", "𐤕 *", "*عام", "َ*", "* 👩", "‍🚀 [", "1][2", "]\n", "\n-", " أُولى [1]"]
    return as_text(stream(SHORT, pieces=pieces))


def test_a_stream_that_is_cut_at_any_byte_is_shown_alike(embed: Embed, short_stream: str) -> None:
    page = embed(INLINE, script=IN_PAGE)
    seen = page.evaluate("stream => dalilTest.cutEverywhere(stream)", short_stream)
    require_steady(seen)
    assert "<strong>عامَ</strong>" in seen["ends"][0]
    assert seen["ends"][0].count('class="marker"') == 3


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_stream_that_comes_byte_by_byte_is_shown_alike(
    embed: Embed, newline: str, short_stream: str
) -> None:
    page = embed(INLINE, script=IN_PAGE)
    whole = page.evaluate("stream => dalilTest.ask([stream])", short_stream)
    cut = page.evaluate(
        "stream => dalilTest.byteByByte(stream)", short_stream.replace("\n", newline)
    )
    assert cut["ends"] == [whole["html"]]
    require_steady(cut)


def test_comments_several_lines_of_data_and_unknown_events_are_understood(embed: Embed) -> None:
    page = embed(INLINE, script=IN_PAGE)
    done = event("done", answer(answer="It opened.")).decode()
    head = ": a comment\n\nretry: 10\nevent: later\ndata: {}\n\n"
    apart = done.replace('"answer": "It', '"answer":\ndata:"It')
    seen = page.evaluate("stream => dalilTest.byteByByte(stream)", head + apart)
    assert seen["type"] == "dalil-answer"
    assert seen["ends"] == ["<p>It opened.</p>"]


@pytest.mark.parametrize(
    "broken",
    [
        "event: done\ndata: {\n\n",
        'event: done\ndata: {"answer": 1}\n\n',
        "event: delta\ndata: 7\n\n",
    ],
)
def test_what_is_no_answer_is_told_as_an_error(embed: Embed, broken: str) -> None:
    page = embed(INLINE, script="window.console.error = () => {};" + IN_PAGE)
    seen = page.evaluate("stream => dalilTest.ask([stream])", broken)
    assert (seen["type"], seen["detail"]["kind"]) == ("dalil-error", "server")


def test_bold_print_is_bold_before_its_end_has_come(embed: Embed) -> None:
    page = embed(INLINE, script=IN_PAGE)
    events = [event("passages", {"passages": []}), event("delta", {"text": "It **opened in 18"})]
    seen = page.evaluate("stream => dalilTest.ask([stream])", as_text(events))
    assert seen["between"][-1] == "It opened in 1"
