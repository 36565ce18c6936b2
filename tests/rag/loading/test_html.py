from datetime import date

import pytest

from rag.loading.document import UnreadableError
from rag.loading.html import read_html

PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head>
<meta charset="{charset}">
<title>افتتاح الحديقة العامة في صيدا | جريدة الشاطئ</title>
<meta property="og:title" content="افتتاح الحديقة العامة في صيدا">
<meta property="og:site_name" content="جريدة الشاطئ">
<meta property="og:url" content="https://shore.example.org/news/1">
<meta property="article:published_time" content="2021-09-15T08:00:00+03:00">
<meta name="author" content="سلمى الخوري">
</head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/s">رياضة</a></li></ul></nav>
<article><h1>افتتاح الحديقة العامة في صيدا</h1>
<p>افتتحت بلدية صيدا صباح اليوم حديقة عامة جديدة على شاطئ البحر، بحضور مئات الأهالي.</p>
<p>وتضم الحديقة ملاعب للأطفال ومكتبة صغيرة ومقهى، وتفتح أبوابها كل يوم حتى العاشرة ليلاً.</p>
<ul><li>الدخول مجاني للجميع</li><li>المكتبة مغلقة يوم الجمعة</li></ul>
<table><tr><th>اليوم</th><th>عدد الزوار</th></tr><tr><td>السبت</td><td>120</td></tr></table>
<p>وقال رئيس البلدية إن المشروع كلف مليوني دولار، وإن العمل فيه استمر ثلاث سنوات كاملة.</p>
</article>
<footer>جميع الحقوق محفوظة</footer>
<script>var secret = "لا يظهر";</script></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6"])
def test_a_page_gives_its_article_in_any_declared_encoding(charset: str) -> None:
    document = read_html(PAGE.format(charset=charset).encode(charset))
    paragraphs = document.text.split("\n\n")
    assert paragraphs[-1].startswith("وقال رئيس البلدية")
    assert "- الدخول مجاني للجميع\n- المكتبة مغلقة يوم الجمعة" in paragraphs
    assert "اليوم | عدد الزوار\nالسبت | 120" in paragraphs
    for furniture in ("رياضة", "جميع الحقوق", "secret"):
        assert furniture not in document.text


def test_a_page_states_its_title_date_author_source_and_address() -> None:
    document = read_html(PAGE.format(charset="utf-8").encode())
    assert document.title == "افتتاح الحديقة العامة في صيدا"
    assert document.published == date(2021, 9, 15)
    assert document.source == "جريدة الشاطئ"
    assert document.url == "https://shore.example.org/news/1"
    assert document.metadata["author"] == "سلمى الخوري"


def test_a_page_that_declares_the_wrong_encoding_is_read_all_the_same() -> None:
    wrong = PAGE.format(charset="iso-8859-1").encode("windows-1256")
    assert read_html(wrong).text == read_html(PAGE.format(charset="utf-8").encode()).text


@pytest.mark.parametrize(
    ("stated", "sentence", "expected"),
    [
        ("fr", "Le musée de la ville a ouvert ses portes ce matin devant une grande foule. ", "fr"),
        ("ar", "The museum of the city opened its doors to the public in the morning. ", None),
        ("fr", "The museum of the city opened its doors to the public in the morning. ", None),
        ("ur", "شہر کے عجائب گھر نے آج صبح اپنے دروازے عوام کے لیے کھول دیے ہیں۔ ", "ur"),
        ("fa", "افتتحت بلدية صيدا صباح اليوم حديقة عامة جديدة على شاطئ البحر. ", None),
    ],
)
def test_a_stated_language_counts_only_where_the_text_agrees(
    stated: str, sentence: str, expected: str | None
) -> None:
    page = f"<html lang='{stated}'><body><article><p>{sentence * 5}</p></article></body></html>"
    assert read_html(page.encode()).language == expected


@pytest.mark.parametrize(
    "page",
    [b"<html></html>", b"<!DOCTYPE html>", b"<" * 500, b"<div>" * 5000],
)
def test_a_page_without_an_article_is_refused(page: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"no article text|cannot be parsed"):
        read_html(page)


def test_entities_that_multiply_stay_unexpanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    page = bomb + PAGE.format(charset="utf-8").replace("<!DOCTYPE html>", "") + "&b;" * 1000
    assert len(read_html(page.encode()).text) < 1000


def test_a_huge_page_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(UnreadableError, match="larger than 5 MB"):
        read_html(b"<p>" + b"a" * 6_000_000)
