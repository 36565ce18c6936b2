import unicodedata

import pytest

from rag.loading.presentation import fold_presentation_forms


@pytest.mark.parametrize(
    ("shapes", "letters"),
    [
        ("ﺍﻟﺴﻼﻡ ﻋﻠﻴﻜﻢ", "السلام عليكم"),
        ("ﺍﻷﻣﻢ ﻭﺍﻹﺧﺎﺀ ﻭﺍﻵﻥ", "الأمم والإخاء والآن"),
        ("ﷲ", "الله"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("ﻣﹷﺪ\ufe7d", "م\u0640\u064eد\u0640\u0651"),
        ("\ufe76", "\u064e"),
        ("\ufc60", "\u064e\u0651"),
    ],
)
def test_shapes_become_the_letters_they_show(shapes: str, letters: str) -> None:
    folded = fold_presentation_forms(shapes)
    assert unicodedata.normalize("NFC", folded) == unicodedata.normalize("NFC", letters)


def test_shapes_borrowed_from_persian_fonts_become_arabic_letters_in_arabic() -> None:
    assert fold_presentation_forms("ﻋﻠﯽ ﻛﺮﺳﯽ ﯾﺠﻠﺲ ﺍﻟﻤﻠﮏ ﻓﯿﻪ ﮬﻨﺎ") == "على كرسى يجلس الملك فيه هنا"


def test_no_shape_of_the_second_block_becomes_an_urdu_or_uyghur_letter_in_arabic() -> None:
    shapes = "".join(chr(code) for code in range(0xFBD3, 0xFC00))
    folded = fold_presentation_forms("ﺍﻟﻨﺺ ﺍﻟﻌﺮﺑﻲ " + shapes)
    assert set(unicodedata.normalize("NFC", folded)) <= set("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءئأإؤآ ")


def test_persian_keeps_its_own_letters() -> None:
    assert fold_presentation_forms("ﭘﺪﺭ ﮔﻔﺖ ﭼﺮﺍ ﯾﮏ") == "پدر گفت چرا یک"


def test_ordinary_letters_are_never_touched() -> None:
    text = "کتاب یک ﴿آية﴾ ١٢ ü ﬁ"
    assert fold_presentation_forms(text) == text
