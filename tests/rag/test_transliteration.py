"""Names that meet themselves across the two scripts, and words that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.terms import analyse
from rag.transliteration import arabic_keys, latin_key, name_keys


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Putin", "بوتين"),
        ("Lukashenko", "لوكاشينكو"),
        ("Nazarbayev", "نزارباييف"),
        ("Tokayev", "توكاييف"),
        ("Pashinyan", "باشينيان"),
        ("Rahmon", "رحمون"),
        ("Lavrov", "لافروف"),
        ("Gorbachev", "غورباتشوف"),
        ("Reagan", "ريغان"),
        ("Erdogan", "أردوغان"),
        ("Japarov", "جاباروف"),
        ("Guterres", "غوتيريش"),
        ("Brahimi", "الإبراهيمي"),
        ("Khwarizmi", "الخوارزمي"),
        ("Jazari", "الجزري"),
        ("Battuta", "بطوطة"),
        ("Lesseps", "ليسبس"),
        ("Champollion", "شامبليون"),
        ("Napoleon", "نابليون"),
        ("Shakespeare", "شكسبير"),
        ("Einstein", "أينشتاين"),
        ("Geneva", "جنيف"),
        ("Yerevan", "يريفان"),
        ("Dushanbe", "دوشنبه"),
        ("Astana", "أستانا"),
        ("Almaty", "ألماتي"),
        ("Minsk", "مينسك"),
        ("Helsinki", "هلسنكي"),
        ("Baikonur", "بايكونور"),
        ("Samarkand", "سمرقند"),
        ("Kazakhstan", "كازاخستان"),
        ("Kyrgyzstan", "قيرغيزستان"),
        ("Tajikistan", "طاجيكستان"),
        ("Afghanistan", "أفغانستان"),
        ("Belarus", "بيلاروس"),
        ("Ukraine", "أوكرانيا"),
        ("Baghdad", "بغداد"),
        ("Petra", "البتراء"),
        ("Berlin", "وبرلين"),
        ("London", "بلندن"),
        ("Moscow", "لموسكو"),
    ],
)
def test_a_name_meets_itself_in_the_other_script(latin: str, arabic: str) -> None:
    assert set(name_keys(latin)) & set(name_keys(arabic))


@pytest.mark.parametrize(
    ("latin", "arabic"), [("Putin's", "بوتين"), ("Minsk’s", "مينسك"), ("Lukashenko's", "لوكاشينكو")]
)
def test_a_possessive_name_meets_itself_too(latin: str, arabic: str) -> None:
    assert set(name_keys(latin)) & set(name_keys(arabic))


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Putin", "بايدن"),
        ("Lukashenko", "بوتين"),
        ("Armenia", "ألمانيا"),
        ("Berlin", "دبلن"),
        ("Astana", "أفغانستان"),
        ("Moscow", "مينسك"),
        ("London", "لبنان"),
        ("Kazakhstan", "قيرغيزستان"),
        ("Geneva", "فيينا"),
        ("Tokayev", "كيسنجر"),
        ("Samarkand", "سوتشي"),
        ("Napoleon", "نيودلهي"),
    ],
)
def test_different_names_do_not_meet(latin: str, arabic: str) -> None:
    assert not set(name_keys(latin)) & set(name_keys(arabic))


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Yerevan", "rfn"),
        ("Tchaikovsky", "skfsk"),
        ("Lukashenko", "lksnk"),
        ("the", "t"),
        ("Geneva", "gnf"),
        ("Xerxes", "ksrkss"),
        ("Émile", "ml"),
    ],
)
def test_a_latin_word_has_the_key_of_its_consonants(word: str, key: str) -> None:
    assert latin_key(word) == key


def test_an_arabic_word_has_keys_with_and_without_its_particles() -> None:
    assert arabic_keys("بوتين") == ("btn", "tn")
    assert arabic_keys("والجزائر") == ("lgsr", "gsr")


def test_only_capitalised_latin_words_may_be_names() -> None:
    assert name_keys("Putin met ministers") == ["~btn"]


def test_arabic_stopwords_are_no_names() -> None:
    assert name_keys("من الذي كان بين") == []


def test_a_key_too_short_to_tell_anything_is_left_out() -> None:
    assert name_keys("Baku Kerry باكو") == []


@given(st.text())
def test_a_key_never_equals_a_term_and_holds_no_white_space(text: str) -> None:
    keys, terms = name_keys(text), analyse(text)
    assert not set(keys) & set(terms)
    assert all(key.split() == [key] for key in keys)
