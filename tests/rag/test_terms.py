"""Search terms: what matches what, in both languages and in one stream."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.terms import analyse, analyse_token, is_arabic, strip_proclitics, tokenise
from rag.text import fold


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("الأُمَمُ المتّحدة، ٢٠٢١", ["الأمم", "المتحدة", "٢٠٢١"]),
        ("Putin's 1,190 men", ["Putin's", "1,190", "men"]),
        ("العـــربية", ["العربية"]),
        ("3.5% في 2021.", ["3.5", "في", "2021"]),
        ("الـ«ناتو» (NATO)", ["ال", "ناتو", "NATO"]),
        ("iPhone15", ["iPhone", "15"]),
        ("snake_case a-b", ["snake", "case", "a", "b"]),
        ("؟!… «»", []),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words_and_numbers(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قادة", "قائد"),
        ("وبالتعاون", "تعاون"),
        ("والمنظمات", "منظمة"),
        ("القِمّة", "قمه"),
        ("للمدينة", "المدينة"),
        ("بالإرهاب", "الإرهاب"),
        ("running", "run"),
        ("leaders", "leader"),
        ("Putin's", "Putin"),
        ("٢٠٢١", "2021"),
        ("۲۰۲۱", "2021"),
        ("1,190", "1190"),
        ("SUMMIT", "summit"),
    ],
)
def test_forms_of_one_word_share_a_term(one: str, other: str) -> None:
    assert set(analyse(one)) & set(analyse(other))


@pytest.mark.parametrize(("one", "other"), [("١٬١٩٠", "1190"), ("٣٫٥", "3.5"), ("۳٫۵", "3.5")])
def test_a_number_with_arabic_marks_is_one_term(one: str, other: str) -> None:
    assert analyse(one) == analyse(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("قمة", "قناة"), ("بلد", "لد"), ("1869", "1896"), ("3.5", "35"), ("canal", "channel")],
)
def test_different_words_share_none(one: str, other: str) -> None:
    assert analyse(one)
    assert analyse(other)
    assert not set(analyse(one)) & set(analyse(other))


@pytest.mark.parametrize("word", ["من", "متى", "أين", "هَلْ", "الذي", "the", "Who", "of", "وين"])
def test_a_stopword_gives_no_term(word: str) -> None:
    assert analyse_token(word) == ()


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        ("وبالتعاون", "تعاون"),
        ("للمنظمة", "منظمة"),
        ("فالقمة", "قمة"),
        ("كالجبال", "جبال"),
        ("بلد", "بلد"),
        ("ولد", "ولد"),
        ("العراق", "عراق"),
    ],
)
def test_particles_are_taken_off_where_a_word_is_left(word: str, bare: str) -> None:
    assert strip_proclitics(word) == bare


def test_a_mixed_text_keeps_the_order_of_its_words() -> None:
    terms = analyse("Summit قمة 2021")
    assert [terms.index(analyse(word)[0]) for word in ("Summit", "قمة", "2021")] == sorted(
        terms.index(analyse(word)[0]) for word in ("Summit", "قمة", "2021")
    )


@pytest.mark.parametrize(
    ("token", "arabic"), [("قمة", True), ("ڤيينا", True), ("NATO", False), ("٣", False)]
)
def test_a_token_in_arabic_letters_is_told(token: str, arabic: bool) -> None:
    assert is_arabic(token) is arabic


@given(st.text())
def test_terms_are_folded_words_without_white_space(text: str) -> None:
    # The lexical index splits at white space, so a term that held some would become two.
    for term in analyse(text):
        assert term
        assert term.split() == [term]
        assert fold(term) == term


def test_threads_get_the_terms_that_one_thread_gets() -> None:
    words = ["قادة", "والمنظمات", "running", "leaders", "بالتعاون", "cities"] * 20
    expected = [analyse(word) for word in words]
    wrong: list[str] = []

    def check() -> None:
        for word, terms in zip(words, expected, strict=True):
            analyse_token.cache_clear()
            if analyse(word) != terms:
                wrong.append(word)

    threads = [threading.Thread(target=check) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
