"""The normal form, and the map back to what is stored."""

import unicodedata
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import fold, fold_char, normalise
from rag.types import Span

LETTERS_AND_MARKS = st.text(
    st.sampled_from(
        "ابتةىأإآؤئلامم\u0640\u064b\u064e\u0651\u0670\u0654ﷺﻻﷲﬁéE\u0301 .1٣۴\u200f\u200c😀"
    )
)
ANY_TEXT = st.one_of(st.text(), LETTERS_AND_MARKS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مُحَمَّد", "محمد"),
        ("الأُمَمُ المُتَّحِدَة", "الامم المتحده"),
        ("هٰذا", "هذا"),
        ("العـــربية", "العربيه"),
        ("أحمد إلى آسيا ٱلله", "احمد الي اسيا الله"),
        ("مسؤول شيئًا سماء", "مسوول شييا سماء"),
        ("مستشفى", "مستشفي"),
        ("یک کتاب", "يك كتاب"),
        ("مدرسة", "مدرسه"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
        ("٣٫٥٪ من ١٬٠٠٠", "3.5% من 1,000"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("ﷲ", "الله"),
        ("ﻻ ﻷ ﻹ ﻵ", "لا لا لا لا"),
        ("می\u200cخواهم", "ميخواهم"),
        ("\u202bعربي\u202c", "عربي"),
        ("\u2067a\u2069\u200e", "a"),
        ("a\U000e0061b", "ab"),
        ("Café ÉCOLE", "cafe ecole"),
        ("Straße İstanbul", "strasse istanbul"),
        ("ﬁt ２０２１", "fit 2021"),
        ("a\u00a0b\tc\nd\u2003e", "a b c d e"),
        ("a\x00b\x07", "ab"),
        ("", ""),
    ],
)
def test_a_text_folds_to_its_normal_form(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert normalise(text).text == expected


@pytest.mark.parametrize("written", ["قمّة", "قِمّة", "قمه", "قـمـة", "قم\u200fة"])
def test_spellings_of_one_word_fold_alike(written: str) -> None:
    assert fold(written) == "قمه"


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT, ANY_TEXT)
def test_folding_never_looks_at_neighbours(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


def test_origins_of_a_vocalised_word_are_the_letters_places() -> None:
    # م ُ ح َ م ّ َ د → م at 0, ح at 2, م at 4, د at 7
    assert normalise("مُحَمَّد").origins == (0, 2, 4, 7)


def test_all_eighteen_characters_of_one_ligature_come_from_its_place() -> None:
    normal = normalise("قال ﷺ ذلك")
    assert normal.text == "قال صلي الله عليه وسلم ذلك"
    assert normal.origins[4:22] == (4,) * 18
    assert normal.source_span(4, 22) == normal.source_span(8, 9) == Span(4, 5)


@pytest.mark.parametrize(
    ("text", "wanted", "quote"),
    [
        ("زار مُحَمَّدٌ القُدسَ.", "محمد", "مُحَمَّدٌ"),
        ("في العـــربية", "العربيه", "العـــربية"),
        ("كتابـــ جديد", "كتاب", "كتابـــ"),
        ("قبل ﻷحمد بعد", "لاحمد", "ﻷحمد"),
        ("the ﬁrst one", "first", "ﬁrst"),
        ("عام ٢٠٢١م", "2021", "٢٠٢١"),
        ("le cafe\u0301 noir", "cafe", "cafe\u0301"),
    ],
)
def test_a_word_found_in_the_normal_form_is_quoted_as_it_stands(
    text: str, wanted: str, quote: str
) -> None:
    normal = normalise(text)
    start = normal.text.index(wanted)
    assert normal.source_span(start, start + len(wanted)).of(text) == quote


@given(ANY_TEXT.filter(lambda text: fold(text) != ""), st.data())
def test_every_span_of_the_normal_form_maps_back(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    start = data.draw(st.integers(0, len(normal.text) - 1))
    end = data.draw(st.integers(start + 1, len(normal.text)))
    span = normal.source_span(start, end)
    assert 0 <= span.start < span.end <= len(text)
    assert normal.text[start:end] in fold(span.of(text))
    assert normal.normal_span(span.start, span.end).start <= start
    assert normal.normal_span(span.start, span.end).end >= end


@given(ANY_TEXT.filter(lambda text: fold(text) != ""), st.data())
def test_a_span_never_parts_a_letter_from_its_marks(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    start = data.draw(st.integers(0, len(normal.text) - 1))
    end = data.draw(st.integers(start + 1, len(normal.text)))
    span = normal.source_span(start, end)
    following = text[span.end : span.end + 1]
    assert not following or unicodedata.category(following) not in {"Mn", "Me"}
    assert following != "\u0640"


@given(ANY_TEXT)
def test_origins_never_decrease_and_point_into_the_source(text: str) -> None:
    normal = normalise(text)
    assert len(normal.origins) == len(normal.text)
    assert list(normal.origins) == sorted(normal.origins)
    assert all(0 <= origin < len(text) for origin in normal.origins)
    assert all(
        char in fold_char(text[origin])
        for char, origin in zip(normal.text, normal.origins, strict=True)
    )


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 2), (0, 5)])
def test_a_range_without_characters_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no characters"):
        normalise("محمد").source_span(start, end)


def _seconds_to_fold(letters: int) -> float:
    text = "ب\u064e\u0651" * (letters // 3) + "\u0650\u064e" * (letters // 2)
    best = float("inf")
    for _ in range(3):
        started = perf_counter()
        normalise(text)
        best = min(best, perf_counter() - started)
    return best


def test_the_time_grows_with_the_length_and_not_with_its_square() -> None:
    # Ten times the text takes about ten times as long; a quadratic way takes a hundred.
    _seconds_to_fold(2_000)
    short, long = _seconds_to_fold(20_000), _seconds_to_fold(200_000)
    assert long < 40 * short
    assert long < 1
