import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

from rag.loading.document import UnreadableError
from rag.loading.pdf import read_pdf

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs the DejaVu fonts")

ARABIC = (
    "أعلنت بلدية صيدا يوم الثلاثاء 12 نيسان 2022 افتتاح ثلاث حدائق جديدة للأطفال في الأحياء "
    "الشرقية، وقالت إن المشروع (المؤلف من 14 قسماً) اكتمل بنسبة 87.5% في عام 2020-2021 بدعم من "
    "شركة Green Shore التي قدمت الأشجار مجاناً. وأضافت البلدية أن الأهالي شاركوا في الزراعة."
)
ENGLISH = (
    "The municipality opened three parks for children in the eastern quarters of the town, and "
    "the Minister of the Environment said that a fourth would follow within two years."
)


def _pdf(draw: Callable[[FPDF], None], *, shaping: bool = False) -> bytes:
    pdf = FPDF()
    pdf.add_font("DejaVu", fname=str(FONT))
    pdf.set_font("DejaVu", size=12)
    pdf.set_text_shaping(shaping)
    pdf.add_page()
    draw(pdf)
    return bytes(pdf.output())


def _paragraphs(*texts: str) -> Callable[[FPDF], None]:
    def draw(pdf: FPDF) -> None:
        for text in texts:
            pdf.multi_cell(
                0, 8, text, align="R" if text > "ء" else "L", new_x="LMARGIN", new_y="NEXT"
            )
            pdf.ln(6)

    return draw


def _shapes(text: str) -> str:
    """Arabic letters → presentation forms: "بيت" → "ﺑﻴﺖ". Marks are not expected."""
    text = text.replace("لا", "\ufefb")
    joins = [_form(char, "INITIAL") is not None for char in text]
    joined = [_form(char, "FINAL") is not None for char in text]
    out = []
    for index, char in enumerate(text):
        before = index > 0 and joins[index - 1] and joined[index]
        after = index + 1 < len(text) and joins[index] and joined[index + 1]
        kind = {(0, 0): "ISOLATED", (0, 1): "INITIAL", (1, 0): "FINAL", (1, 1): "MEDIAL"}
        out.append(_form(char, kind[before, after]) or char)
    return "".join(out)


def _form(char: str, kind: str) -> str | None:
    name = unicodedata.name(char, "").replace(" ISOLATED FORM", "")
    try:
        return unicodedata.lookup(f"{name} {kind} FORM")
    except KeyError:
        return None


def test_arabic_with_numbers_brackets_and_latin_names_is_read_in_order() -> None:
    assert read_pdf(_pdf(_paragraphs(ARABIC), shaping=True)).text == ARABIC


def test_presentation_forms_that_are_stored_from_left_to_right_become_letters() -> None:
    lines = ["افتتحت البلدية ثلاث حدائق جديدة للاطفال", "في الاحياء الشرقية."]

    def draw(pdf: FPDF) -> None:
        for line in lines:
            shown = _shapes(line)[::-1]
            assert any("\ufe70" <= char <= "\ufefc" for char in shown)
            pdf.cell(0, 8, shown, align="R", new_x="LMARGIN", new_y="NEXT")

    assert read_pdf(_pdf(draw)).text == " ".join(lines)


def test_wrapped_lines_become_paragraphs() -> None:
    text = read_pdf(_pdf(_paragraphs(ENGLISH, ARABIC, ENGLISH), shaping=True)).text
    assert text.split("\n\n") == [ENGLISH, ARABIC, ENGLISH]


def test_a_hyphen_at_the_end_of_a_line_joins_the_word() -> None:
    def draw(pdf: FPDF) -> None:
        for line in ("The town announced that the develop-", "ment would go on."):
            pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")

    assert read_pdf(_pdf(draw)).text == "The town announced that the development would go on."


def test_what_every_page_repeats_is_left_out() -> None:
    def draw(pdf: FPDF) -> None:
        for number in range(1, 5):
            if number > 1:
                pdf.add_page()
            pdf.cell(0, 8, "جريدة الشاطئ", align="R", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(10)
            pdf.multi_cell(0, 8, f"{ENGLISH} Chapter {'abcd'[number - 1]}.")
            pdf.set_y(-30)
            pdf.cell(0, 8, f"Page {number} of 4", align="C")

    text = read_pdf(_pdf(draw, shaping=True)).text
    assert text.split("\n\n") == [f"{ENGLISH} Chapter {name}." for name in "abcd"]


def test_signs_beyond_the_basic_plane_are_whole() -> None:
    assert "😀" in read_pdf(_pdf(_paragraphs("A smile 😀 here."))).text


def test_title_and_author_are_read_unless_a_program_made_them_up() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.set_title("افتتاح الحدائق")
        pdf.set_author("سلمى الخوري")
        _paragraphs(ENGLISH)(pdf)

    document = read_pdf(_pdf(draw))
    assert document.title == "افتتاح الحدائق"
    assert document.metadata == {"author": "سلمى الخوري"}

    def junk(pdf: FPDF) -> None:
        pdf.set_title("Microsoft Word - draft.docx")
        _paragraphs(ENGLISH)(pdf)

    assert read_pdf(_pdf(junk)).title is None


def test_a_scanned_file_is_refused_with_advice() -> None:
    with pytest.raises(UnreadableError, match=r"no text layer .* run OCR first"):
        read_pdf(_pdf(lambda pdf: pdf.rect(20, 20, 100, 100, style="F")))


def test_an_encrypted_file_is_refused_with_advice() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.set_encryption("owner", "user", permissions=AccessPermission.none())
        _paragraphs(ENGLISH)(pdf)

    with pytest.raises(UnreadableError, match="encrypted"):
        read_pdf(_pdf(draw))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"plain text", b"%PDF-" + bytes(500)])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not a sound PDF"):
        read_pdf(data)
