import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.loading.decode import decode
from rag.loading.document import UnreadableError

ARABIC = (
    "افتتحت وزارة الثقافة في مدينة طرابلس معرض الكتاب السنوي، بمشاركة عشرين داراً للنشر.\n"
    "وقال مدير المعرض إن عدد الزوار بلغ 3500 زائر في اليوم الأول."
)
FRENCH = "Le musée a été fermé à Genève, où l’exposition était très attendue. C’est dommage."
ARABIC_WORDS = (
    "المدينة الكتاب في من على وقال المعرض الجديد مدرسة طرابلس إلى التي العربية أحمد، سنة 2020 "
    "«الأمل» هذا مؤتمر الصحافة والطلاب. خلال الأسبوع بين شيء رؤية ثلاثة"
)
WORDS = st.sampled_from(ARABIC_WORDS.split())


def _double_encoded(text: str, table: str) -> bytes:
    shown = "".join(
        bytes([byte]).decode(table, "ignore") or chr(byte) for byte in text.encode("utf-8")
    )
    return shown.encode("utf-8")


@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "iso8859-6", "utf-16-le", "utf-16-be"])
def test_arabic_reads_as_it_was_written(codec: str) -> None:
    assert decode(ARABIC.encode(codec)) == ARABIC


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_is_believed_and_removed(mark: bytes, codec: str) -> None:
    assert decode(mark + ARABIC.encode(codec)) == ARABIC


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["The summit was held in Amman.", "القمة", "قمة 2021"])
def test_wide_text_without_a_mark_is_known_by_its_pattern(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("text", ["السلام عليكم", "محمد", "قال: «نعم» ثم خرج", "الجَمَلُ"])
def test_a_short_cp1256_text_reads_as_the_arabic_that_was_written(text: str) -> None:
    assert decode(text.encode("cp1256")) == text


def test_western_text_in_cp1252_keeps_its_accents_and_quotes() -> None:
    assert decode(FRENCH.encode("cp1252")) == FRENCH
    assert decode("“The École”, he said — twice…".encode("cp1252")).startswith("“The École”")


def test_arabic_with_latin_names_in_cp1256_is_read() -> None:
    text = ARABIC + " وشاركت فيه شركة Société Générale ومنظمة UNESCO."
    assert decode(text.encode("cp1256")) == text


@given(st.lists(WORDS, min_size=3, max_size=40), st.sampled_from(["utf-8", "utf-16", "cp1256"]))
def test_any_arabic_sentence_survives_its_encoding(words: list[str], codec: str) -> None:
    text = " ".join(words)
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("table", ["cp1252", "cp1256", "latin-1"])
@pytest.mark.parametrize("text", [ARABIC, "القمة", "مدرسة جديدة في القرية"])
def test_utf8_that_was_saved_after_a_wrong_reading_is_repaired(text: str, table: str) -> None:
    assert decode(_double_encoded(text, table)) == text


def test_english_quotes_that_were_read_wrongly_are_repaired() -> None:
    text = "The minister’s “new plan” – it’s in the café."
    assert decode(_double_encoded(text, "cp1252")) == text


def test_cp1256_that_was_read_as_cp1252_is_repaired() -> None:
    shown = ARABIC.encode("cp1256").decode("cp1252", "ignore")
    assert shown.startswith("Ç")
    assert decode(shown.encode("utf-8")) == ARABIC


def test_garbled_lines_among_sound_ones_are_repaired() -> None:
    mixed = f"{ARABIC}\n".encode() + _double_encoded("تعليق من أحد القراء", "cp1252")
    assert decode(mixed) == f"{ARABIC}\nتعليق من أحد القراء"


def test_garbled_text_with_lost_letters_is_refused() -> None:
    garbled = _double_encoded(ARABIC, "cp1252").decode("utf-8").replace("\x81", "?")
    with pytest.raises(UnreadableError, match="garbled"):
        decode(garbled.replace("„", "").encode("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "أوضاع، واحتياط؛ ووعظ؟",
        "كُتب «الحفاظ» و”الغاز“، ثم «الحظ».",
        "Le café de la gare, où Âge d’or et Ô Canada.",
        "Ein Überblick: Größe, Ärger, Öl.",
        "Новости дня",
        "东京の夏",
        "emoji 😀 and ﷺ",
        "The pair Ã© is an old sign of trouble, says Zoë.",
    ],
)
def test_sound_text_comes_back_unchanged(text: str) -> None:
    assert decode(text.encode("utf-8")) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00" * 20, "NUL bytes"),
        (ARABIC.encode() + b"\0", "NUL bytes"),
        (bytes(range(1, 32)) * 9, "control bytes"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "UTF-16"),
        (codecs.BOM_UTF8 + ARABIC.encode("cp1256"), "UTF-8"),
        ("Новости дня и погода".encode("cp1251"), "encoding cannot be told"),
        ("東京の夏はとても暑い".encode("shift_jis"), "encoding cannot be told"),
    ],
)
def test_what_is_no_known_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        decode(data)


def test_a_declared_encoding_of_another_script_is_believed() -> None:
    text = "Новости дня и погода"
    assert decode(text.encode("cp1251"), "windows-1251") == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "utf-8", "no-such-charset", "hex", "idna"])
def test_a_wrong_declaration_does_no_harm(declared: str) -> None:
    assert decode(ARABIC.encode("cp1256"), declared) == ARABIC
    assert decode(ARABIC.encode("utf-8"), declared) == ARABIC


@given(st.binary(max_size=300))
def test_bytes_are_either_decoded_or_refused(data: bytes) -> None:
    with suppress(UnreadableError):
        assert "\0" not in decode(data)
