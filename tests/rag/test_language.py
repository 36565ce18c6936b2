"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import detect_language, profile_language
from rag.types import Language, direction_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("من ترأس القمة؟", "ar"),
        ("القِمَّةُ العَرَبِيَّةُ", "ar"),
        ("ﻣﺤﻤﺪ ﷺ", "ar"),
        ("Who chaired it?", "en"),
        ("Ｗｈｏ ｃｈａｉｒｅｄ", "en"),
        ("سعر iPhone 15", "ar"),
        ("ما معنى NATO؟", "ar"),
        ("What does «قمة» mean in this long English sentence?", "en"),
        ("این کتاب را چه کسی نوشته است و کجا چاپ شده", "fa"),
        ("یہ کتاب کس نے لکھی ہے", "fa"),
        ("Кто возглавил саммит?", "und"),
        ("מי עמד בראש", "und"),
        ("2021", "und"),
        ("؟؟ !!", "und"),
        ("", "und"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_letters(text: str, language: Language) -> None:
    assert detect_language(text) == language


def test_one_foreign_letter_does_not_make_an_arabic_article_persian() -> None:
    article = "عُقدت القمة في المدينة وحضرها وزير خارجية چاد. " + "ثم انتهت أعمال القمة مساءً. " * 3
    assert detect_language(article) == "ar"


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("سعر iPhone 15", {"ar", "en"}),
        ("قارن GDP مع GNP", {"ar", "en"}),
        ("من هو Putin", {"ar", "en"}),
        ("من ترأس القمة؟", {"ar"}),
        ("Who is بوتين exactly in this story?", {"en"}),
    ],
)
def test_a_profile_names_each_language_with_a_real_share(text: str, languages: set[str]) -> None:
    profile = profile_language(text)
    assert set(profile.languages) == languages
    assert profile.mixed is (len(languages) > 1)


@given(st.text())
def test_a_profile_is_consistent_with_itself(text: str) -> None:
    profile = profile_language(text)
    assert len(set(profile.languages)) == len(profile.languages)
    assert profile.language in profile.languages or profile.language == "und"
    assert (profile.languages == ()) == (not any(c.isalpha() for c in text))


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("fa", "rtl"), ("he", "rtl"), ("en", "ltr"), ("und", "ltr")],
)
def test_a_language_has_a_direction(language: Language, direction: str) -> None:
    assert direction_of(language) == direction
