import pytest

from rag.loading.titles import drop_title, shorten, split_title, stated_title

BODY = "بدأت في المدينة أعمال المؤتمر السنوي للأطباء. وشارك فيه مئتا طبيب."


@pytest.mark.parametrize(
    "title", ["مؤتمر الأطباء ينطلق في حمص", "من يدفع الثمن؟", "“الأطباء” يجتمعون", "عاجل: مؤتمر"]
)
def test_a_first_line_above_a_blank_one_is_the_title(title: str) -> None:
    assert split_title(f"{title}\n\n{BODY}") == (title, BODY)


def test_a_first_line_right_above_the_text_is_the_title() -> None:
    title = "مؤتمر الأطباء: مئتا مشارك في الدورة العاشرة من المؤتمر السنوي"
    assert split_title(f"{title}\n{BODY} {BODY}") == (title, f"{BODY} {BODY}")


def test_a_line_that_ends_at_the_margin_is_no_title() -> None:
    wrapped = (
        "The annual conference of the physicians of the region began in Homs\n"
        "on Monday and two hundred physicians from eleven cities took part in\n"
        "its first day, the organisers said."
    )
    title, text = split_title(wrapped)
    assert text == wrapped
    assert title == (
        "The annual conference of the physicians of the region began in Homs on Monday and two…"
    )


@pytest.mark.parametrize("first", ["بدأ المؤتمر.", "- بند أول", "1. بند أول", "قال الوزير:"])
def test_a_sentence_or_a_list_item_is_no_title_line(first: str) -> None:
    text = f"{first}\n\n{BODY}"
    assert split_title(text)[1] == text


def test_without_a_title_line_the_first_sentence_serves_without_its_stop() -> None:
    title, text = split_title(BODY)
    assert title == "بدأت في المدينة أعمال المؤتمر السنوي للأطباء"
    assert text == BODY


def test_a_long_first_sentence_is_cut_between_words() -> None:
    title, _ = split_title("كلمة طويلة، " * 40)
    assert len(title) <= 91
    assert title.endswith("كلمة…")


def test_a_line_with_nothing_after_it_stays_in_the_text() -> None:
    assert split_title("مؤتمر الأطباء") == ("مؤتمر الأطباء", "مؤتمر الأطباء")


def test_shortening_never_splits_a_word_that_fits() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one", 3) == "one"
    assert len(shorten("ا" * 100, 90)) == 90


def test_a_repeated_title_leaves_the_text_however_it_is_spelled() -> None:
    assert drop_title("المُؤتمر: البداية\n\nالمؤتمر : البداية\nنص.", "المؤتمر: البداية") == "نص."
    assert drop_title("المؤتمر", "المؤتمر") == "المؤتمر"
    assert drop_title("المؤتمر بدأ اليوم.\nنص.", "المؤتمر") == "المؤتمر بدأ اليوم.\nنص."


@pytest.mark.parametrize(
    "junk",
    [
        *["", None, "Untitled", "Document1", "Microsoft Word - خبر.docx", "report_final.pdf"],
        *["مستند 3", "بدون عنوان", "12345", "PowerPoint Presentation"],
    ],
)
def test_a_title_that_a_program_made_up_is_none(junk: str | None) -> None:
    assert stated_title(junk) is None


def test_a_real_title_is_kept_on_one_line() -> None:
    assert stated_title("قمة\n عمّان ") == "قمة عمّان"
    assert stated_title("The document that changed a war") == "The document that changed a war"
