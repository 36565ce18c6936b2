import random
import time
import zipfile
from datetime import date, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.loading.document import UnreadableError
from rag.loading.docx import read_docx


def _saved(word: "docx.document.Document") -> bytes:
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _article() -> "docx.document.Document":
    word = docx.Document()
    word.add_heading("افتتاح الحديقة", level=0)
    word.add_paragraph("افتتحت بلدية صيدا حديقة عامة.")
    word.add_heading("ما فيها", level=1)
    word.add_paragraph("ملاعب للأطفال", style="List Bullet")
    word.add_paragraph("مكتبة", style="List Bullet")
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ["اليوم", "الزوار", "السبت", "120"], strict=True):
        cell.text = text
    word.add_paragraph("وقال المدير: أهلاً بكم.")
    return word


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()


def test_paragraphs_lists_and_tables_come_in_the_order_of_the_document() -> None:
    assert read_docx(_saved(_article())).text.split("\n\n") == [
        "افتتاح الحديقة",
        "افتتحت بلدية صيدا حديقة عامة.",
        "ما فيها",
        "- ملاعب للأطفال\n- مكتبة",
        "اليوم | الزوار\nالسبت | 120",
        "وقال المدير: أهلاً بكم.",
    ]


def test_title_author_and_date_come_from_the_document() -> None:
    word = docx.Document()
    word.add_paragraph("افتتحت بلدية صيدا حديقة عامة.")
    word.core_properties.title = "افتتاح الحديقة"
    word.core_properties.author = "سلمى الخوري"
    word.core_properties.created = datetime(2021, 9, 15, 8, 0)
    document = read_docx(_saved(word))
    assert (document.title, document.published) == ("افتتاح الحديقة", date(2021, 9, 15))
    assert document.metadata == {"author": "سلمى الخوري"}


def test_a_date_in_the_text_comes_before_the_files_own() -> None:
    word = docx.Document()
    word.add_paragraph("صيدا، 3 أيار 2019")
    word.add_paragraph("نشر في 3 أيار 2019")
    word.core_properties.created = datetime(2021, 9, 15, 8, 0)
    assert read_docx(_saved(word)).published == date(2019, 5, 3)


def test_what_the_program_filled_in_is_nobodys_word() -> None:
    document = read_docx(_saved(_article()))
    assert document.title == "افتتاح الحديقة"
    assert (document.published, document.metadata) == (None, {})


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("بلغ العدد ")
    paragraph._p.append(
        parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>تسعين</w:delText></w:r></w:del>")
    )
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>مئة</w:t></w:r></w:ins>"))
    assert read_docx(_saved(word)).text == "بلغ العدد مئة"


def test_paragraphs_inside_a_content_control_are_read() -> None:
    word = docx.Document()
    word.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>داخل الإطار</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert read_docx(_saved(word)).text == "داخل الإطار"


@pytest.mark.parametrize(
    ("name", "size"), [("word/media/a.bin", 210), ("word/big.xml", 70), ("word/media/b.bin", 100)]
)
def test_an_archive_bomb_is_refused_at_once(name: str, size: int) -> None:
    bomb = _with_part(_saved(_article()), name, bytes(size * 2**20))
    start = time.perf_counter()
    with pytest.raises(UnreadableError, match="unpacks to"):
        read_docx(bomb)
    assert time.perf_counter() - start < 0.5


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(_with_part(_saved(_article()), "word/x.xml", b"<a>" + b" " * 5000))
    # The uncompressed size of the last entry, in the archive's table of contents.
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableError, match="not a sound Word file"):
        read_docx(bytes(data))


def test_xml_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    with pytest.raises(UnreadableError, match="entities"):
        read_docx(_with_part(_saved(_article()), "word/document.xml", bomb))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a zip", "not a Word file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old or encrypted"),
        (_with_part(_saved(_article()), "word/document.xml", b"<a"), "not a sound Word file"),
        (_with_part(_saved(_article()), "[Content_Types].xml", b""), "not a sound Word file"),
    ],
)
def test_what_is_no_word_file_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_docx(data)


def test_an_archive_with_very_many_parts_is_refused_at_once() -> None:
    out = BytesIO(_saved(_article()))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(6000):
            archive.writestr(zipfile.ZipInfo(f"word/{number}"), b"")
    start = time.perf_counter()
    with pytest.raises(UnreadableError, match="too many parts"):
        read_docx(out.getvalue())
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("name", ["../../etc/passwd", "word/../../a.xml", "/etc/passwd", "..\\a"])
def test_a_part_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="lead out of it"):
        read_docx(_with_part(_saved(_article()), name, b"x"))


def test_a_link_in_the_archive_is_refused() -> None:
    out = BytesIO(_saved(_article()))
    link = zipfile.ZipInfo("word/media/a.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnreadableError, match="lead out of it"):
        read_docx(out.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_xml_entities_are_refused_in_any_encoding(encoding: str) -> None:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(UnreadableError, match="entities"):
        read_docx(_with_part(_saved(_article()), "word/document.xml", bomb.encode(encoding)))


def test_xml_under_another_name_is_held_to_the_same_limits() -> None:
    noise = random.Random(1).randbytes(2**20).hex().encode()
    huge = b"\xef\xbb\xbf\n<a>" + noise * 40 + b"</a>"
    with pytest.raises(UnreadableError, match="unpacks to 80 MB"):
        read_docx(_with_part(_saved(_article()), "word/document.png", huge))


def test_a_picture_may_declare_its_type() -> None:
    picture = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    data = _with_part(_saved(_article()), "word/media/a.svg", picture)
    assert "افتتحت بلدية صيدا" in read_docx(data).text
