"""The list of sources below an answer, and taking it off again."""

from dataclasses import replace

import pytest

from rag.wire import sources_text, without_sources
from tests.server.fakes import ANSWERABLE_AR, ANSWERABLE_EN, FakeService

ARABIC = FakeService().ask(ANSWERABLE_AR)
(CITATION,) = ARABIC.citations
ENGLISH = replace(FakeService().ask(ANSWERABLE_EN).citations[0], marker=2)


def test_each_source_is_a_line_with_its_marker_title_and_address() -> None:
    assert sources_text([CITATION, replace(ENGLISH, url=None)]) == (
        "\n\n[1] قناة السويس — https://example.org/ar/suez\n[2] The Suez Canal"
    )


def test_without_citations_there_is_no_list() -> None:
    assert sources_text([]) == ""


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://x/ a", "https://x/\n[9] y", "//x"]
)
def test_an_address_that_is_none_of_the_web_s_is_left_out(url: str) -> None:
    assert sources_text([replace(CITATION, url=url)]) == "\n\n[1] قناة السويس"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("![قناة](https://evil.example/x.png)", "!(قناة)(https://evil.example/x.png)"),
        ("قناة\n\n[2] السويس", "قناة (2) السويس"),
        ("قناة\u202e\u2066 السويس\U000e0041", "قناة السويس"),
        ("<img src=x>", "‹img src=x›"),
    ],
)
def test_a_title_stays_a_title_wherever_it_is_shown(title: str, told: str) -> None:
    assert sources_text([replace(CITATION, title=title, url=None)]) == f"\n\n[1] {told}"


@pytest.mark.parametrize("ending", ["", "\n", "  "])
def test_the_list_can_be_taken_off_again(ending: str) -> None:
    text = ARABIC.answer + sources_text([CITATION, ENGLISH]) + ending

    assert without_sources(text) == ARABIC.answer


@pytest.mark.parametrize(
    "text", [ARABIC.answer, "قال: [1] كذا\n[2] كذا", "أ\n\n[١] ب", "أ\n\n[1] ب\n\nج", ""]
)
def test_what_is_no_list_at_the_end_is_left_alone(text: str) -> None:
    assert without_sources(text) == text
