import pytest

from rag.loading.reading_order import Glyph, reading_order


def _printed(visual: str) -> list[Glyph]:
    """The glyphs of a line as they stand on paper, from left to right."""
    return [Glyph(char, x, x + 1.0, 0.0, 10.0) for x, char in enumerate(visual)]


@pytest.mark.parametrize(
    ("visual", "logical"),
    [
        ("بتك", "كتب"),
        (".ةدلبلا يف 14 دلو", "ولد 14 في البلدة."),
        ("%87.5 تغلب", "بلغت 87.5%"),
        ("2021-2020 ماع", "عام 2020-2021"),
        ("12/4/2022 خيراتب", "بتاريخ 12/4/2022"),
        (".ةكرش تلاق Pfizer Inc ةكرش", "شركة Pfizer Inc قالت شركة."),
        ("iPhone 15 رعس", "سعر iPhone 15"),
    ],
)
def test_a_line_from_the_right_is_read_in_its_order(visual: str, logical: str) -> None:
    assert reading_order(_printed(visual), rtl=True, swapped=False) == logical


def test_an_arabic_name_in_an_english_line_is_turned_alone() -> None:
    text = reading_order(_printed("The word ةملك ةملك (kalima) is 5."), rtl=False, swapped=False)
    assert text == "The word كلمة كلمة (kalima) is 5."


@pytest.mark.parametrize("drawn", [")كلمة( هنا", ")كلمة( هنا.", "»كلمة« هنا"])
def test_brackets_that_face_away_from_their_words_are_turned(drawn: str) -> None:
    text = reading_order(_printed(drawn[::-1]), rtl=True, swapped=False)
    assert text.startswith(("(كلمة) هنا", "«كلمة» هنا"))


def test_a_mark_goes_to_the_letter_under_it_wherever_it_comes() -> None:
    glyphs = [Glyph("ء", 2, 3, 0, 10), Glyph(".", 1, 2, 0, 10), Glyph("ً", 2.2, 2.8, 0, 10)]
    assert reading_order(glyphs, rtl=True, swapped=False) == "ءً."


def test_the_letters_of_a_ligature_are_put_right_where_they_come_swapped() -> None:
    glyphs = [Glyph("ث", 3, 4, 0, 9), Glyph("ا", 2, 3, 0, 9), Glyph("ل", 2, 3, 0, 9)]
    assert reading_order(glyphs, rtl=True, swapped=True) == "ثلا"
    assert reading_order(glyphs, rtl=True, swapped=False) == "ثال"
