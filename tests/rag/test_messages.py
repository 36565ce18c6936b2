"""Dalil's own words are in the reader's language."""

from collections.abc import Callable

import pytest

from rag.language import detect_language
from rag.messages import abstention, foreign_quote, reason, withdrawn
from rag.types import Problem


@pytest.mark.parametrize("message", [abstention, foreign_quote, withdrawn])
@pytest.mark.parametrize(
    ("language", "spoken"), [("ar", "ar"), ("en", "en"), ("de", "en"), ("und", "en")]
)
def test_a_message_is_in_the_reader_s_language_or_in_english(
    message: Callable[[str], str], language: str, spoken: str
) -> None:
    assert detect_language(message(language)) == spoken


@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize(("language", "spoken"), [("ar", "ar"), ("en", "en"), ("de", "en")])
def test_every_problem_has_a_reason_in_the_reader_s_language(
    problem: Problem, language: str, spoken: str
) -> None:
    assert detect_language(reason(problem, language)) == spoken
