from datetime import date

from rag.loading.plain import read_plain


def test_windows_text_with_front_matter_is_read() -> None:
    text = (
        "---\r\ntitle: افتتاح الحديقة\r\npublished: 2021-09-15\r\n---\r\nنص الخبر عن الحديقة.\r\n"
    )
    document = read_plain(text.encode("cp1256"))
    assert (document.title, document.published) == ("افتتاح الحديقة", date(2021, 9, 15))
    assert document.text == "نص الخبر عن الحديقة.\n"


def test_text_without_front_matter_states_nothing() -> None:
    document = read_plain("عنوان\n\nنص".encode())
    assert (document.text, document.title, document.id) == ("عنوان\n\nنص", None, None)
