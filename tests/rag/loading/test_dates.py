from datetime import date

import pytest

from rag.loading.dates import drop_date_lines, find_published, is_date_line, parse_date

DAY = date(2021, 9, 15)


@pytest.mark.parametrize(
    "value",
    [
        "2021-09-15",
        "2021-09-15T10:30:00+03:00",
        "2021/9/15",
        "15/09/2021",
        "15.9.2021",
        "الأربعاء 15 سبتمبر/أيلول 2021",
        "15 سبتمبر (أيلول) 2021",
        "15 سبتمبرأيلول 2021",
        "15 أيلول 2021",
        "١٥ أيلول ٢٠٢١",
        "15 من أيلول عام 2021",
        "15 شتنبر 2021",
        "15 September 2021",
        "September 15, 2021",
        "Sept. 15th, 2021",
        "Wed, 15 Sep 2021 10:30:00 GMT",
    ],
)
def test_one_day_in_many_spellings(value: str) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    ("name", "month"),
    [
        *[("كانون الثاني", 1), ("شباط", 2), ("آذار", 3), ("نيسان", 4), ("أيار", 5), ("حزيران", 6)],
        *[("تموز", 7), ("آب", 8), ("أيلول", 9), ("تشرين الأول", 10), ("تشرين الثاني", 11)],
        *[("كانون الأول", 12), ("يناير", 1), ("فبراير", 2), ("مارس", 3), ("إبريل", 4)],
        *[("ماي", 5), ("يونيه", 6), ("جويلية", 7), ("غشت", 8), ("أوت", 8), ("نونبر", 11)],
        *[("دجنبر", 12), ("جانفي", 1), ("يوليوز", 7), ("ديسمبر", 12), ("مايو", 5)],
    ],
)
def test_months_have_their_levantine_egyptian_and_maghrebi_names(name: str, month: int) -> None:
    assert parse_date(f"3 {name} 2019") == date(2019, month, 3)


@pytest.mark.parametrize(
    "value",
    [
        "15 أيلول",
        "أيلول 2021",
        "31 شباط 2021",
        "03/04/2021",
        "15 رمضان 1443",
        "15 أيلول 1443",
        "15 أيلول/أكتوبر 2021",
        "2021-13-45",
        "May be 2021",
        "",
    ],
)
def test_what_names_no_certain_day_is_no_date(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "text",
    [
        "15 أيلول 2021\n\nعنوان الخبر\n\nنص الخبر.",
        "عنوان الخبر\nنشر في: 15 أيلول 2021 الساعة 10:30 ص\nنص الخبر.",
        "عنوان الخبر\nحمص، الأربعاء 15 أيلول 2021\nنص الخبر.",
        "عُقد في حمص اليوم الأربعاء 15 سبتمبر/أيلول 2021 اجتماع للأطباء.",
        "عنوان الخبر\n\nحمص (15 أيلول 2021) – افتُتح المعرض أمس.",
        "Title\n\nPublished: September 15, 2021\n\nText.",
        "LONDON, Sept 15, 2021 — The museum opened its doors.",
    ],
)
def test_a_date_at_the_top_is_the_day_of_publication(text: str) -> None:
    assert find_published(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "عنوان\n\nاجتمع الأطباء، الاثنين 4 يوليو/تموز، في حمص.\n\nوكان ذلك في 5 أيار 1992.",
        "تأسست الجامعة في 15 أيلول 1923 وافتتحت فيها ثلاث كليات.",
        "حرب 6 تشرين الأول 1973\n\nبدأت الحرب ظهراً وشارك فيها كثيرون.",
        "عنوان\n\nنص أول.\n\nنص ثان.\n\nنص ثالث.\n\nنص رابع.\n\n15 أيلول 2021",
        "The treaty that was signed on 15 May 1992 is still in force.",
        "عنوان\n\nقال الوزير إن الخطة تبدأ الاثنين. وأضاف أن قانون 15 أيلول 2021 ما زال سارياً.",
    ],
)
def test_a_date_of_something_told_is_not_the_day_of_publication(text: str) -> None:
    assert find_published(text) is None


def test_only_a_line_that_is_the_date_and_nothing_else_is_dropped() -> None:
    assert is_date_line("الأربعاء 15 أيلول 2021")
    assert not is_date_line("حمص 15 أيلول 2021")
    text = "عنوان\n15 أيلول 2021\n\nحمص 15 أيلول 2021\nنص."
    assert drop_date_lines(text, DAY) == "عنوان\n\nحمص 15 أيلول 2021\nنص."
    assert drop_date_lines(text, date(2020, 1, 1)) == text
