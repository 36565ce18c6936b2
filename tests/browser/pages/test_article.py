"""An article's page in a browser: quotes are highlighted in their place, selections linked."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import ASTRAL, LONG, OpenPage

pytestmark = pytest.mark.slow

TEXT = ASTRAL.text
ACROSS = "طين.\n\nثم 𝒜 جاء الفينيقيون بأبجديتهم، وأخذها عنهم اليونان.\n- الألف"
BAD_PLACES = [
    "#chars=5-5",
    "#chars=9-3",
    f"#chars=0-{len(TEXT) + 1}",
    "#chars=-1-4",
    "#chars=1.5-4",
    "#chars=a-b",
    "#chars=99999999999999999999-999999999999999999999",
    "#chars=1-4%00",
    "#chars",
    # Nothing but the line ends between two paragraphs.
    f"#chars={TEXT.index(chr(10))}-{TEXT.index(chr(10)) + 2}",
]


def _hash(quote: str, text: str = TEXT) -> str:
    start = text.index(quote)
    return f"#chars={start}-{start + len(quote)}"


def _marked(page: Page) -> Sequence[str]:
    return page.locator("mark").all_text_contents()


def _shown_text(page: Page) -> dict[int, str]:
    """Each paragraph by its place, as the browser has it."""
    found: list[tuple[str, str]] = page.eval_on_selector_all(
        "[data-start]", "all => all.map(one => [one.dataset.start, one.textContent])"
    )
    return {int(start): text for start, text in found}


@pytest.mark.parametrize(
    "quote",
    [
        "نُقشت",
        "الأبجدية 𐎀𐎁𐎂 على",
        "𐎁",
        "😀 من طين.",
        "واكتُشفت الألواح عام ١٩٢٨م في رأس شمرا 🏺 شمالي سوريا.",
    ],
)
def test_a_citation_s_link_highlights_exactly_the_quote(open_page: OpenPage, quote: str) -> None:
    page = open_page(f"/articles/{ASTRAL.id}{_hash(quote)}")

    assert _marked(page) == [quote]


def test_a_quote_over_two_paragraphs_is_highlighted_in_each(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}{_hash(ACROSS)}")

    assert _marked(page) == [line for line in ACROSS.split("\n") if line]


def test_the_whole_text_can_be_highlighted(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}#chars=0-{len(TEXT)}")

    assert _marked(page) == [line for line in TEXT.split("\n") if line]


def test_the_browser_has_every_code_point_in_its_place(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}")

    for start, shown in _shown_text(page).items():
        assert TEXT[start : start + len(shown)] == shown
    assert "".join(_shown_text(page).values()) == TEXT.replace("\n", "")


def test_the_quote_is_in_the_middle_and_has_the_focus(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{LONG.id}{_hash('الفقرة 30', LONG.text)}")
    mark = page.locator("mark")

    expect(mark).to_be_focused()
    expect(mark).to_have_accessible_description("المقطع المقتبس مظلَّل.")
    top: float = mark.evaluate("e => e.getBoundingClientRect().y / innerHeight")
    assert 0.4 < top < 0.6


def test_another_quote_takes_the_place_of_the_one_before(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}{_hash(ACROSS)}")
    before = _shown_text(page)

    page.evaluate("hash => { location.hash = hash }", _hash("🏺"))
    expect(page.locator("mark")).to_have_text(["🏺"])
    page.evaluate("hash => { location.hash = hash }", _hash("طين"))
    expect(page.locator("mark")).to_have_text(["طين"])
    assert _shown_text(page) == before


@pytest.mark.parametrize("place", BAD_PLACES)
def test_a_place_that_does_not_exist_is_told_and_nothing_is_highlighted(
    open_page: OpenPage, place: str
) -> None:
    page = open_page(f"/articles/{ASTRAL.id}?lang=en{place}")

    expect(page.locator("#note")).to_contain_text("points at a place")
    assert _marked(page) == []


def test_another_fragment_is_not_talked_about(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}#content")

    expect(page.locator("#note")).to_be_empty()


SELECT = """quote => {
  const [first, last] = quote;
  const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node; (node = walk.nextNode());) {
    if (node.data.includes(first)) range.setStart(node, node.data.indexOf(first));
    if (node.data.includes(last)) range.setEnd(node, node.data.indexOf(last) + last.length);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.mark.parametrize(
    ("first", "last", "selected"),
    [
        ("الأبجدية", "𐎀𐎁𐎂", "الأبجدية 𐎀𐎁𐎂"),
        ("طين.", "- الألف", ACROSS),
        ("😀", "😀", "😀"),
    ],
)
@pytest.mark.parametrize("marked", ["", _hash("على ألواح 😀")])
def test_a_link_to_a_selection_leads_to_it(
    open_page: OpenPage, first: str, last: str, selected: str, marked: str
) -> None:
    page = open_page(
        f"/articles/{ASTRAL.id}?lang=ar{marked}",
        permissions=["clipboard-read", "clipboard-write"],
    )
    button = page.get_by_role("button", name="انسخ رابطًا إلى النص المحدَّد")
    expect(button).to_be_hidden()
    page.evaluate(SELECT, [first, last])
    button.click()
    expect(page.get_by_text("نُسخ الرابط.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")

    match = re.search(r"\?lang=ar#chars=(\d+)-(\d+)$", link)
    assert match
    assert TEXT[int(match[1]) : int(match[2])] == selected


def test_a_selection_by_whole_paragraphs_has_its_place(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}")
    page.locator("#text p").nth(1).click(click_count=3)
    place = page.evaluate(
        "import('/assets/places.js').then(places =>"
        " places.placeOf(document.getElementById('text'), getSelection().getRangeAt(0)))"
    )

    assert TEXT[slice(*place)] == TEXT.split("\n")[2]


def test_where_copying_is_forbidden_the_link_is_shown(open_page: OpenPage) -> None:
    page = open_page(
        f"/articles/{ASTRAL.id}", script="navigator.clipboard.writeText = () => Promise.reject()"
    )
    page.evaluate(SELECT, ["نُقشت", "نُقشت"])
    page.locator("#copy-link").click()

    expect(page.locator("#selection input")).to_have_value(re.compile(r"#chars=0-5$"))
    expect(page.locator("#selection input")).to_be_focused()


def test_on_paper_there_is_the_article_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page(f"/articles/{ASTRAL.id}{_hash('🏺')}", color_scheme="dark")
    page.emulate_media(media="print")

    for gone in (".top", ".bottom", ".back", "#note"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#text")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 35, 39)"
