"""The stream: however it is cut, the same text and markers, and never half of anything."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker

from rag.verification import Marker, MarkerStream

SHOWN = range(1, 6)
_PIECES = ["[", "]", "1", "2", "١", ",", " ", "-", "(", ")", "【", "】", "†", "²", "[1]", "[1, 2]",
           "[المصدر 1]", "[2021]", "م\u064f\u0651", "e\u0301", "👩\u200d👧", "🇸🇾", "a", "ب", ".",
           "\u202e", "\u2066", "\U000e0041", "\u0301", "\u200d", "\n", "m²"]  # fmt: skip
texts = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)


def _events(chunks: list[str]) -> list[str | Marker]:
    stream = MarkerStream(SHOWN)
    events = [event for chunk in chunks for event in stream.feed(chunk)]
    return events + stream.close()


def _joined(events: list[str | Marker]) -> list[str | Marker]:
    """Events with neighbouring pieces of text made one."""
    out: list[str | Marker] = []
    for event in events:
        if isinstance(event, str) and out and isinstance(out[-1], str):
            out[-1] += event
        else:
            out.append(event)
    return out


@given(texts, st.data())
def test_any_cut_gives_what_one_piece_gives(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert _joined(_events(chunks)) == _joined(_events([text]))
    assert _joined(_events(list(text))) == _joined(_events([text]))


@given(texts)
def test_no_piece_ends_inside_a_letter_with_its_marks(text: str) -> None:
    pieces: list[str] = []
    for event in [*_events(list(text)), Marker(())]:
        if isinstance(event, str):
            pieces.append(event)
            continue
        clusters = list(CharacterBreaker("".join(pieces), "en"))
        borders = {sum(map(len, clusters[:n])) for n in range(len(clusters) + 1)}
        assert {sum(map(len, pieces[:n])) for n in range(len(pieces) + 1)} <= borders
        pieces.clear()


def test_half_a_marker_waits_for_the_rest() -> None:
    stream = MarkerStream(SHOWN)
    assert stream.feed("It opened [") == ["It opened"]
    assert stream.feed("1") == []
    assert stream.feed("].") == [" ", Marker((1,))]
    assert stream.close() == ["."]


def test_a_letter_waits_for_its_marks() -> None:
    stream = MarkerStream(SHOWN)
    assert stream.feed("م") == []
    assert stream.feed("\u064f") == []
    assert stream.feed("ح") == ["م\u064f"]
    assert stream.close() == ["ح"]


def test_a_bracket_that_never_closes_is_text_in_the_end() -> None:
    assert _joined(_events(["a [1, 2"])) == ["a [1, 2"]


def test_direction_controls_tags_and_surrogates_are_stripped() -> None:
    text = "a\u202eb\u2066c\u2069\U000e0041\ud800d\x00"
    assert _joined(_events([text])) == ["abcd"]


def test_a_direction_control_inside_a_marker_does_not_hide_it() -> None:
    assert _joined(_events(["a [\u20661\u2069]"])) == ["a ", Marker((1,))]


@pytest.mark.parametrize(
    "text",
    ["e" + "\u0301" * 100_000, "[" * 100_000, "[1" * 50_000, "👩\u200d" * 30_000, "🇸" * 100_000],
    ids=["marks", "brackets", "open", "joined", "flags"],
)
def test_hostile_text_one_code_point_at_a_time_takes_linear_time(text: str) -> None:
    started = time.perf_counter()
    _events(list(text))
    assert time.perf_counter() - started < 10


def test_marks_piled_on_a_letter_are_capped() -> None:
    (text,) = _joined(_events(["e" + "\u0301" * 1000 + "x"]))
    assert isinstance(text, str)
    assert len(text) == 1 + 16 + 1
