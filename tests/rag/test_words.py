"""Which words are embedded, and in what form."""

import pytest

from rag.words import content_words, word_language


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("وافتُتحت القناة عام ١٨٦٩، ثمّ القناة.", ("افتتحت", "قناة", "عام")),
        ("The canal was opened in 1869; the Canal is long.", ("canal", "opened", "long")),
        ("زار بوتين مقر NATO", ("زار", "بوتين", "مقر", "nato")),
        ("٢٠٢١ 1,190 3.5", ()),
        ("في من على the of", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_telling_words_are_taken_once_without_what_is_written_onto_them(
    text: str, words: tuple[str, ...]
) -> None:
    assert content_words(text) == words


@pytest.mark.parametrize("spelling", ["الأُمَمُ المُتَّحِدَة", "الأمم المتّحدة", "والأمم المتحـدة"])
def test_spellings_of_a_word_are_one_word(spelling: str) -> None:
    assert content_words(spelling) == content_words("الأمم المتحدة")


@pytest.mark.parametrize(("word", "language"), [("قناة", "ar"), ("canal", "en"), ("канал", "en")])
def test_letters_tell_a_word_s_language(word: str, language: str) -> None:
    assert word_language(word) == language
