import os
import re
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import LoadError
from rag.loading import discover, load_article
from rag.loading.discover import SUPPORTED
from rag.loading.load import LARGEST_FILE, default_id

NEWS = """Site icon جريدة الشاطئ

افتتاح حديقة عامة في صيدا

افتتاح حديقة عامة في صيدا

صيدا-سانا

الأربعاء 15 سبتمبر/أيلول 2021

افتتحت بلدية صيدا حديقة عامة جديدة، وحضر الافتتاح مئات الأهالي.

اقرأ أيضاً: حديقة أخرى في صور

وتضم الحديقة ملاعب للأطفال ومكتبة صغيرة.

جريدة الشاطئ

Exit mobile version
"""


def _file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_messy_news_page_becomes_its_article(tmp_path: Path) -> None:
    path = _file(tmp_path, "park.txt", NEWS)
    article = load_article(path)
    assert article.id == "park"
    assert article.title == "افتتاح حديقة عامة في صيدا"
    assert article.text == (
        "افتتحت بلدية صيدا حديقة عامة جديدة، وحضر الافتتاح مئات الأهالي.\n\n"
        "وتضم الحديقة ملاعب للأطفال ومكتبة صغيرة."
    )
    assert (article.language, article.direction) == ("ar", "rtl")
    assert (article.published, article.source) == (date(2021, 9, 15), "سانا")
    assert article.metadata == {"site": "جريدة الشاطئ", "dateline": "صيدا-سانا"}
    assert article.origin == str(path.resolve())


def test_front_matter_comes_before_what_the_text_suggests(tmp_path: Path) -> None:
    stated = (
        "---\nid: park.1\ntitle: الحديقة\nlanguage: ar\nsource: البلدية\nurl: https://a.example\n"
    )
    article = load_article(_file(tmp_path, "a.txt", f"{stated}published: 2020-01-02\n---\n{NEWS}"))
    assert (article.id, article.title, article.source) == ("park.1", "الحديقة", "البلدية")
    assert (article.published, article.url) == (date(2020, 1, 2), "https://a.example")


def test_the_title_is_not_repeated_in_the_text(tmp_path: Path) -> None:
    article = load_article(_file(tmp_path, "a.md", "# الحديقة\n\nافتُتحت الحديقة أمس.\n"))
    assert (article.title, article.text) == ("الحديقة", "افتُتحت الحديقة أمس.")


def test_the_author_s_spelling_is_kept(tmp_path: Path) -> None:
    text = "قالَ الكِتابُ: «إنّ العـــلم نورٌ»، وذكر ٣ أمثلة."
    assert load_article(_file(tmp_path, "a.txt", text)).text == text


def test_direction_controls_and_hidden_signs_never_arrive(tmp_path: Path) -> None:
    stated = '---\ntitle: "قمة\\u202e \\U000E0041عربية"\nsource: "سا\\u2066نا"\n---\n'
    article = load_article(_file(tmp_path, "a.txt", f"{stated}نص\u202e المقال\U000e0041 هنا."))
    assert (article.title, article.source) == ("قمة عربية", "سانا")
    assert article.text == "نص المقال هنا."


def test_an_english_article_is_english(tmp_path: Path) -> None:
    article = load_article(_file(tmp_path, "a.txt", "A park opens\n\nThe park in Sidon opened."))
    assert (article.language, article.direction, article.title) == ("en", "ltr", "A park opens")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Summit report.pdf", "Summit-report"),
        ("000_ce082.txt", "000_ce082"),
        ("..a..b--.md", "a..b"),
        ("x" * 200 + ".txt", "x" * 128),
    ],
)
def test_a_latin_file_name_is_the_id(name: str, expected: str) -> None:
    assert default_id(name) == expected


def test_other_file_names_give_ids_that_differ_and_stay() -> None:
    ids = {default_id(name) for name in ("قمة 2021.txt", "بيان 2021.txt", "قمة 2021.md", "!!.txt")}
    assert len(ids) == 4
    assert all(re.fullmatch(r"article-[0-9a-f]{8}", one) for one in ids)
    assert default_id("e\u0301te.txt") == default_id("\u00e9te.txt")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xls", b"x", r"\.xls cannot be read; supported are \.txt, \.md"),
        ("noextension", b"x", "a file without an extension cannot be read"),
        ("a.txt", b"", "it is empty"),
        ("a.txt", b" \n\t\n", "it is empty"),
        ("a.txt", "\u202e\u200b".encode(), "there is no text in it"),
        ("a.md", b"---\ntitle: a\n---\n", "there is no text in it"),
        ("a.txt", "Exit mobile version\nشارك".encode(), "there is no text in it"),
        ("a.md", b"---\nid: a b\n---\ntext", "id is 'a b'"),
        ("a.pdf", b"text", "not a sound PDF"),
        ("a.docx", b"text", "not a Word file"),
        ("a.html", b"<p></p>", "no article text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = _file(tmp_path, name, data)
    with pytest.raises(LoadError, match=reason) as caught:
        load_article(path)
    assert caught.value.path == path
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [("none.txt", "no such file"), ("", "regular"), ("pipe.txt", "regular")]:
        with pytest.raises(LoadError, match=reason):
            load_article(tmp_path / name)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.txt", b"a")
    os.truncate(path, LARGEST_FILE + 1)
    with pytest.raises(LoadError, match="larger than 50 MB"):
        load_article(path)


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    secret = _file(tmp_path, "secret.txt", "نص سري")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.txt").symlink_to(secret)
    with pytest.raises(LoadError, match="leads out of"):
        load_article(root / "link.txt", root=root)
    assert load_article(root / "link.txt").text == "نص سري"
    with pytest.raises(LoadError, match="leads out of"):
        load_article(root / ".." / "secret.txt", root=root)


def test_a_failure_keeps_the_reader_s_own_error_as_its_cause(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_article(_file(tmp_path, "a.pdf", b"text"))
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.__cause__ is not None


def test_what_is_discovered_can_be_loaded_from_several_threads(tmp_path: Path) -> None:
    for number in range(8):
        _file(tmp_path, f"a{number}.txt", f"عنوان\n\nنص المقال رقم {number}.")
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda path=path: found.append(load_article(path).text))
        for path in discover([str(tmp_path)])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8


@pytest.mark.parametrize("extension", SUPPORTED)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    head=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"---\na: ", b"\xff\xfe"]),
    data=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)),
)
def test_no_bytes_raise_anything_but_a_load_error(
    tmp_path: Path, extension: str, head: bytes, data: bytes
) -> None:
    path = _file(tmp_path, f"fuzz{extension}", head + data)
    with suppress(LoadError):
        article = load_article(path)
        assert article.text.strip() == article.text != ""
        (article.title + article.text).encode("utf-8")
