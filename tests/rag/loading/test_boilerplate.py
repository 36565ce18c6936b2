import pytest

from rag.loading.boilerplate import strip_boilerplate

FIRST = "افتتحت بلدية صيدا حديقة عامة جديدة على شاطئ البحر."
SECOND = "وتضم الحديقة ملاعب للأطفال ومكتبة صغيرة."


@pytest.mark.parametrize(
    "line",
    [
        "Exit mobile version",
        "Skip to content",
        "شارك",
        "شارك على فيسبوك",
        "مشاركة عبر واتساب وتلغرام",
        "طباعة",
        "Share this article",
        "Share on Facebook | Twitter | WhatsApp",
        "Print",
        "تابعونا على فيسبوك وتويتر",
        "تابعنا عبر صفحتنا على إنستغرام",
        "Follow us on Facebook, X and YouTube",
        "اقرأ أيضاً",
        "اقرأ أيضاً: حديقة أخرى تفتح أبوابها في صور",
        "إقرأ المزيد",
        "Read more",
        "Read more: Another park opens in Tyre",
        "أخبار ذات صلة",
        "الرئيسية > أخبار > محليات",
        "Home » News » Local",
        "القائمة الرئيسية",
        "© 2021 جريدة الشاطئ",
        "جميع الحقوق محفوظة",
        "جميع الحقوق محفوظة لجريدة الشاطئ © 2021",
        "Copyright 2021 The Shore. All rights reserved.",
        "We use cookies to improve your experience.",
        "نستخدم ملفات تعريف الارتباط لتحسين تجربتك.",
        "عدد المشاهدات: 1,204",
        "مدة القراءة: 3 دقائق",
        "5 min read",
        "اترك تعليقاً",
        "3 تعليقات",
        "- إعلان -",
        "اشترك في نشرتنا البريدية",
        "آخر تحديث: 15 أيلول 2021 الساعة 10:30",
    ],
)
def test_a_line_of_the_page_goes_wherever_it_stands(line: str) -> None:
    for text in (f"{line}\n\n{FIRST}\n\n{SECOND}", f"{FIRST}\n\n{line}\n\n{SECOND}"):
        assert strip_boilerplate(text).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "line",
    [
        "شارك في الاجتماع وزراء الدفاع.",
        "شارك عشرون طفلاً في المسابقة",
        "مشاركة الأطفال في القرار",
        "اشترك في الاجتماع ممثلو ست دول.",
        "تابعونا بصمت حتى وصلنا إلى الحدود.",
        "تابعوا المباراة على شاشة كبيرة في الحديقة",
        "طباعة الكتب في لبنان",
        "فيسبوك",
        "فيسبوك تتراجع",
        "Facebook and its critics",
        "Share prices fell on Monday",
        "Follow the money",
        "Print is dead, he said.",
        "Home ownership is falling",
        "الرئيسية في الأمر هي المياه.",
        "اقرأ هذا الكتاب قبل أن تسافر.",
        "Read more books, she told the children.",
        "جميع الحقوق محفوظة للمواطنين في الدستور، وقال الوزير إنها لن تمس أبداً.",
        "Copyright law was changed in 1998.",
        "حقوق الإنسان",
        "المصدر الأول للدخل هو السياحة.",
        "المصدر: قال مسؤول في البلدية إن المشروع كلف مليوني دولار خلال العام الماضي",
        "الصورة التي نشرت أمس قديمة.",
        "بحث",
        "فلسطين - الأردن",
    ],
)
def test_a_line_of_the_article_stays_wherever_it_stands(line: str) -> None:
    for text in (f"{FIRST}\n\n{line}\n\n{SECOND}", f"{FIRST}\n\n{SECOND}\n\n{line}"):
        assert strip_boilerplate(text).text == text


def test_a_row_of_share_buttons_goes_and_a_lone_name_stays() -> None:
    row = "شارك\nفيسبوك\nتويتر\nواتساب\nنسخ الرابط"
    assert strip_boilerplate(f"{FIRST}\n{row}\n{SECOND}").text == f"{FIRST}\n{SECOND}"


def test_the_site_icon_names_the_source_and_its_signature_goes() -> None:
    text = f"Site icon جريدة الشاطئ\n\n{FIRST}\n\nجريدة الشاطئ\n\nExit mobile version"
    stripped = strip_boilerplate(text)
    assert (stripped.text, stripped.source) == (FIRST, "جريدة الشاطئ")
    assert stripped.metadata == {}


def test_a_title_that_is_printed_twice_is_kept_once() -> None:
    title = "حديقة جديدة في صيدا"
    text = f"{title}\n\nشارك\n\n{title}\n\n{FIRST}"
    assert strip_boilerplate(text).text == f"{title}\n\n{FIRST}"


def test_a_sentence_that_is_repeated_further_down_is_kept() -> None:
    text = f"{FIRST}\n\n" + "\n\n".join([SECOND, "أ.", "ب.", "ج.", "د.", "هـ."]) + f"\n\n{FIRST}"
    assert strip_boilerplate(text).text == text


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("صيدا-سانا", "سانا"),
        ("صيدا – رويترز", "رويترز"),
        ("بيروت (أ ف ب)", "أ ف ب"),
        ("BEIRUT - Reuters", "Reuters"),
    ],
)
def test_a_dateline_on_its_own_line_becomes_the_source(line: str, source: str) -> None:
    stripped = strip_boilerplate(f"حديقة جديدة\n{line}\n{FIRST}")
    assert (stripped.text, stripped.source) == (f"حديقة جديدة\n{FIRST}", source)
    assert stripped.metadata == {"dateline": line}


def test_a_dateline_that_opens_a_sentence_names_the_source_and_stays() -> None:
    text = f"صيدا (رويترز) - {FIRST}"
    stripped = strip_boilerplate(text)
    assert (stripped.text, stripped.source) == (text, "رويترز")


def test_credits_at_the_end_become_source_and_metadata() -> None:
    text = f"{FIRST}\n{SECOND}\nالصورة: بلدية صيدا\nالمصدر: وكالة الشاطئ"
    stripped = strip_boilerplate(text)
    assert (stripped.text, stripped.source) == (f"{FIRST}\n{SECOND}", "وكالة الشاطئ")
    assert stripped.metadata == {"photo": "بلدية صيدا"}


def test_a_credit_inside_the_article_stays() -> None:
    text = f"{FIRST}\nالصورة: بلدية صيدا\n{SECOND}"
    assert strip_boilerplate(text).text == text


def test_the_stated_source_comes_before_the_dateline_and_the_site() -> None:
    text = f"Site icon الشاطئ\nصيدا-سانا\n{FIRST}\nSource: Reuters"
    stripped = strip_boilerplate(text)
    assert stripped.source == "Reuters"
    assert stripped.metadata == {"dateline": "صيدا-سانا", "site": "الشاطئ"}
