"""Dalil's own words are in the reader's language."""

from collections.abc import Callable

import pytest

from rag.language import detect_language
from rag.messages import abstention, foreign_quote


@pytest.mark.parametrize("message", [abstention, foreign_quote])
@pytest.mark.parametrize(
    ("language", "spoken"), [("ar", "ar"), ("en", "en"), ("de", "en"), ("und", "en")]
)
def test_a_message_is_in_the_reader_s_language_or_in_english(
    message: Callable[[str], str], language: str, spoken: str
) -> None:
    assert detect_language(message(language)) == spoken
