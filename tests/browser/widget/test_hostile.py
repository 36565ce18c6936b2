"""Whatever an answer, an article or a page says, it stays text, and the widget stays itself."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.widget.conftest import Embed
from tests.browser.widget.samples import ARABIC, ARTICLES, TOMB_EN, answer, citation, sentence
from tests.browser.widget.scripted import ScriptedServer, event, stream

pytestmark = pytest.mark.slow

IN_PAGE = (Path(__file__).parent / "in_page.js").read_text("utf-8")
WATCH = """
window.hits = 0;
window.alert = window.hit = () => { window.hits += 1; };
addEventListener("securitypolicyviolation", () => { window.hits += 1; });
"""
PAYLOADS = [
    "<script>hit()</script><img src=x onerror=hit()><svg onload=hit()>",
    "[go](javascript:hit()) ![i](https://evil.example/x.png) <https://evil.example>",
    "[a][1]\n\n[1]: https://evil.example/r 'x'\n\nhttps://evil.example www.evil.example",
    "<a href='data:text/html,<script>hit()</script>'>x</a> **[b](data:text/html,x)**",
    "```html\n<img src=x onerror=hit()>\n``` `<img src=x onerror=hit()>`",
    "- <iframe srcdoc='<script>hit()</script>'></iframe>\n- <math href='javascript:hit()'>",
    "&lt;img src=x onerror=hit()&gt; \\u003cscript\\u003e ${hit()} {{hit()}}",
]


def watch_requests(page: Page) -> list[str]:
    """Grows by each address off the page's own origin that is asked for from now on."""
    origin = page.url.rstrip("/")
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((origin, "data:,")):
            outside.append(request.url)

    page.on("request", note)
    page.on("popup", lambda popup: outside.append(popup.url))
    return outside


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_markup_in_an_answer_stays_text_wherever_its_stream_is_cut(
    embed: Embed, payload: str
) -> None:
    page = embed('mode="inline"', script=WATCH + IN_PAGE)
    outside = watch_requests(page)
    whole = answer(
        answer=payload, citations=[{**citation(1, "petra-en", TOMB_EN), "url": "javascript:hit()"}]
    )
    streams = [
        [item.decode() for item in stream(whole, pieces=[payload[:cut], payload[cut:]])]
        for cut in range(len(payload) + 1)
    ]
    assert page.evaluate("streams => dalilTest.suspectsOf(streams)", streams) == []
    page.reload()
    page.evaluate("customElements.whenDefined('dalil-chat').then(() => {})")
    expect(page.locator("dalil-chat .text")).to_be_visible()
    assert page.evaluate("dalilTest.suspects()") == []
    assert page.locator("dalil-chat a").count() == 0
    page.wait_for_timeout(50)
    assert page.evaluate("hits") == 0
    assert outside == []


def test_an_address_in_an_answer_can_be_read_but_not_followed(embed: Embed) -> None:
    page = embed('mode="inline"', script=IN_PAGE)
    text = "See [here](https://evil.example) and https://evil.example/2."
    page.evaluate("e => dalilTest.ask(e)", [event("done", answer(answer=text)).decode()])
    assert page.evaluate("dalilTest.text()") == text


def test_an_articles_markup_stays_text(embed: Embed, server: ScriptedServer) -> None:
    evil = "<img src=x onerror=hit()> was here."
    server.articles["evil"] = {
        **ARTICLES["petra-en"],
        "id": "evil",
        "title": "<script>hit()</script>",
        "text": f"{evil} And more.",
        "url": "https://example.org/evil",
    }
    place = {**citation(1, "petra-en", TOMB_EN), "article_id": "evil", "quote": evil}
    whole = answer(
        answer="So it says. [1]",
        sentences=[sentence("So it says.", 1)],
        citations=[{**place, "start": 0, "end": len(evil), "url": "https://example.org/evil"}],
    )
    server.script(stream(whole))
    page = embed('mode="inline"', script=WATCH)
    page.locator("dalil-chat .composer textarea").fill("?")
    page.keyboard.press("Enter")
    page.locator("dalil-chat .marker").click()
    expect(page.locator("dalil-chat mark")).to_have_text(evil)
    expect(page.locator("dalil-chat .article h3")).to_have_text("<script>hit()</script>")
    assert page.locator("dalil-chat .article img").count() == 0
    assert page.evaluate("hits") == 0
    for link in page.locator("dalil-chat a").all():
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
        assert link.get_attribute("target") == "_blank"


def test_characters_that_reorder_or_hide_text_are_taken_out(embed: Embed) -> None:
    page = embed('mode="inline"', script=IN_PAGE)
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "ignore")
    text = f"paid \u202e0001\u202c \u2066x\u2069 \u200bto\ufeff \u2060him{hidden}\u0007 \ue000now"
    page.evaluate("e => dalilTest.ask(e)", [event("done", answer(answer=text)).decode()])
    assert page.evaluate("dalilTest.text()") == "paid 0001 x to him now"


def test_joiners_that_words_are_spelt_with_stay(embed: Embed) -> None:
    page = embed('mode="inline"', script=IN_PAGE)
    text = "می\u200cخواهم 👩\u200d🚀 \u200e(x)\u200f"
    page.evaluate("e => dalilTest.ask(e)", [event("done", answer(answer=text)).decode()])
    assert page.evaluate("dalilTest.text()") == text


HOSTILE_CSS = """
* { letter-spacing: 9px !important; text-transform: uppercase !important; color: red !important;
    direction: rtl !important; font: 40px cursive !important; float: left !important;
    display: inline !important; border: 9px solid lime !important; word-spacing: 3em !important;
    line-height: 4 !important; visibility: hidden !important; opacity: .1 !important; }
"""


def test_a_pages_styles_do_not_get_in_and_the_widgets_do_not_get_out(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ARABIC))
    page = embed('mode="inline" lang="en"')
    probe = """() => {
      const { shadowRoot, ...rest } = document.querySelector("dalil-chat");
      const host = document.querySelector("dalil-chat");
      const parts = [host, ...host.shadowRoot.querySelectorAll(".root, h2, .composer textarea")];
      const names = ["letterSpacing", "textTransform", "color", "direction", "fontSize", "float",
        "display", "borderTopWidth", "wordSpacing", "lineHeight", "visibility", "opacity"];
      return parts.map((part) => names.map((name) => getComputedStyle(part)[name]));
    }"""
    before = page.evaluate(probe)
    outside = page.evaluate("getComputedStyle(document.querySelector('main')).font")
    page.evaluate(
        """css => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
        }""",
        HOSTILE_CSS,
    )
    assert page.evaluate(probe) == before
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).font") == outside


def test_the_widget_adds_nothing_to_the_page_but_its_element(embed: Embed) -> None:
    page = embed("", script="window.before = new Set(Object.getOwnPropertyNames(window));")
    added = page.evaluate("Object.getOwnPropertyNames(window).filter(name => !before.has(name))")
    assert set(added) <= {"before", "0"}
    assert page.locator("body > *").count() == 1


def test_the_widget_breaks_no_rule_of_a_strict_policy(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ARABIC))
    page = embed("", script=WATCH)
    page.locator("dalil-chat .launcher").click()
    page.locator("dalil-chat .composer textarea").fill("؟")
    page.keyboard.press("Enter")
    page.locator("dalil-chat .marker").first.click()
    expect(page.locator("dalil-chat mark")).to_be_visible()
    assert page.evaluate("hits") == 0
