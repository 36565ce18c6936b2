"""Where sentences begin and end, in Arabic and in English."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import is_heading, split_sentences
from rag.types import Language


def _split(text: str, language: Language) -> list[str]:
    return [span.of(text) for span in split_sentences(text, language)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["قال د. أحمد ذلك.", "هل عاد؟"],
        ["التقى أ.د. محمود الوفد.", "ثم عاد."],
        ["هل وصل الوفد؟", "نعم، وصل صباحًا!"],
        ["حقًّا؟!", "نعم...", "ربما."],
        ["بلغ الطول 3.5 كيلومترات.", "ثم ارتفع."],
        ["بلغ الطول ٣٫٥ كيلومترات.", "ثم ارتفع."],
        ["وُلد سنة 2021 م.", "ثم سافر إلى دمشق."],
        ["انظر ص. 15 من الكتاب.", "وهو مفيد."],
        ["وصل الوفد؛ ثم عاد.", "وانتهت الزيارة."],
        ["قال الوزير: «لن نتراجع. سنواصل العمل.»", "ثم غادر القاعة."],
        ["سأل: «متى؟»", "فأجاب: «غدًا»."],
        ["(أ) البند الأول.", "(ب) البند الثاني."],
        ["زار شركة Apple Inc. في الصباح.", "ثم عاد."],
        ["حضر قادة الدول الست.", "وترأس القمة بوتين."],
    ],
)
def test_arabic_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    assert _split(" ".join(sentences), "ar") == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["The U.S. Army left.", "It was 3.5 km away."],
        ["He moved to the U.S.", "The war was over."],
        ["Dr. Smith met Prof. Jones at St. Mary's.", "They spoke."],
        ["Mr. and Mrs. Lee agreed.", "Gen. Dempsey did not."],
        ["J. K. Rowling wrote it.", "He liked plan B.", "She did not."],
        ["See No. 5 for details.", "It is short."],
        ["It happened on Jan. 5 in Rome.", "It was cold."],
        ["The firm (Acme Inc.) sold it.", "It closed."],
        ["He left at 5 p.m. on Monday.", "The train was late."],
        ["Some rivers, e.g. the Nile, flow north.", "Others do not."],
        ["She said “I will go. You stay.”", "Then she left."],
        ["Visit example.org today.", "Version 2.0.1 is out."],
        ["Really?!", "Yes...", "Perhaps."],
        ["😀 It works 😀.", "Really 👍🏽!"],
        ["It cost $1,190.50 in 1992.", "It costs more now."],
    ],
)
def test_english_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    assert _split(" ".join(sentences), "en") == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["توفي سنة 322 ق.م. بعد مرض قصير.", "ودُفن هناك."],
        ["أُسست المدينة عام ٣٣١ ق.م. على يد الإسكندر.", "ثم اتسعت."],
    ],
)
def test_an_era_before_christ_stays_whole(sentences: list[str]) -> None:
    assert _split(" ".join(sentences), "ar") == sentences


@pytest.mark.parametrize("bullet", ["-", "•", "*", "–"])
def test_items_of_a_list_are_sentences_without_their_bullets(bullet: str) -> None:
    text = f"{bullet} البند الأول\n{bullet} البند الثاني\n{bullet} Third item"
    assert _split(text, "ar") == ["البند الأول", "البند الثاني", "Third item"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1. The first item is long.\n2. The second item is short.", "en"),
        ("1. البند الأول طويل.\n2. البند الثاني قصير.", "ar"),
        ("١. البند الأول طويل.\n٢. البند الثاني قصير.", "ar"),
    ],
)
def test_the_number_of_an_item_is_no_sentence(text: str, language: Language) -> None:
    assert len(_split(text, language)) == 2


def test_a_wrapped_line_goes_on_in_the_next() -> None:
    text = (
        "The summit was held in the city of Sochi on the shore of the\n"
        "Black Sea in September. It ended."
    )
    assert [" ".join(s.split()) for s in _split(text, "en")] == [
        "The summit was held in the city of Sochi on the shore of the Black Sea in September.",
        "It ended.",
    ]


def test_an_arabic_wrapped_line_goes_on_in_the_next() -> None:
    text = (
        "عُقدت القمة في مدينة سوتشي الروسية الواقعة على ساحل البحر الأسود\nفي شهر أيلول. ثم انتهت."
    )
    assert len(_split(text, "ar")) == 2


def test_headings_and_paragraphs_stand_apart() -> None:
    text = "## خلفية\n\nافتُتحت القناة عام 1869.\n\nنتائج\n\nوفّرت القناة آلاف الأميال."
    assert _split(text, "ar") == [
        "## خلفية",
        "افتُتحت القناة عام 1869.",
        "نتائج",
        "وفّرت القناة آلاف الأميال.",
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("## Background\n\nThe canal opened in 1869.", [True, False]),
        ("خلفية\n\nافتُتحت القناة عام 1869.", [True, False]),
        ("The members are:\n\n- Ivan Petrov\n- Anna Lee", [False, False, False]),
        ("Contents\nHistory\nThe canal opened.", [True, True, False]),
        ("لماذا أُغلقت القناة؟\n\nبسبب الحرب.", [False, False]),
        ("صحراء اسمها «آرال قوم»\n\nترك البحر صحراء.", [True, False]),
        ("“Nobody knew.”\n\nThe war (of 1967)\n\nIt ended.", [False, True, False]),
    ],
)
def test_a_short_line_to_itself_is_a_heading(text: str, headings: list[bool]) -> None:
    spans = split_sentences(text, "en")
    assert [is_heading(text, span) for span in spans] == headings


def test_a_long_sentence_is_cut_between_clauses() -> None:
    clause = "وأكد المجتمعون أهمية العمل المشترك في سبيل السلام والأمن والاستقرار في المنطقة"
    text = f"{clause} كلها؛ {clause} بأسرها؛ {clause} والعالم؛ {clause} جميعًا."
    assert [s.split()[-1] for s in _split(text, "ar")] == ["كلها؛", "بأسرها؛", "والعالم؛", "جميعًا."]


def test_a_short_sentence_is_left_whole_at_its_semicolon() -> None:
    assert _split("وصل الوفد؛ ثم عاد.", "ar") == ["وصل الوفد؛ ثم عاد."]


def test_a_quotation_that_never_closes_does_not_swallow_the_text() -> None:
    text = "قال «لن نتراجع. وسنواصل العمل. " + "ثم غادر القاعة. " * 30
    assert len(_split(text, "ar")) > 20


@pytest.mark.parametrize("text", ["", "   \n ", "؟؟ ... !!", "---\n***"])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    assert split_sentences(text, "ar") == ()


TEXTS = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["د. أحمد", "قال", "U.S.", "A.", "3.5", "«", "»", "(", ")", ".", "؟", "؛ ", "\n",
             "\n\n",
             "- ", "1. ", " ", "The", "😀", "ﷺ", "مُحَمَّد", "\r\n", "\u2029", "…", "ق.م.", "“", "”"]
        )
    ).map("".join),
)  # fmt: skip


@given(TEXTS, st.sampled_from(["ar", "en", "und"]))
def test_sentences_are_in_order_and_never_overlap(text: str, language: Language) -> None:
    spans = split_sentences(text, language)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(TEXTS, st.sampled_from(["ar", "en", "und"]))
def test_sentences_cover_every_letter(text: str, language: Language) -> None:
    covered = {
        place for span in split_sentences(text, language) for place in range(span.start, span.end)
    }
    assert all(place in covered for place, char in enumerate(text) if char.isalpha())


@given(TEXTS, st.sampled_from(["ar", "en"]))
def test_a_sentence_has_words_and_no_white_space_around_it(text: str, language: Language) -> None:
    for sentence in _split(text, language):
        assert sentence == sentence.strip()
        assert any(char.isalnum() for char in sentence)
