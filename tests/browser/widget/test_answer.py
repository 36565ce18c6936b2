"""How an answer is shown: what is not supported, where it comes from, what can be done with it."""

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Embed, ask
from tests.browser.widget.samples import (
    ABSTAINED,
    ARABIC,
    ARTICLES,
    ENGLISH,
    LISTED_AR,
    TOMB_EN,
    TREASURY_AR,
    answer,
    sentence,
)
from tests.browser.widget.scripted import Refusal, ScriptedServer, stream

pytestmark = pytest.mark.slow

PROBLEMS = ["no_marker", "wrong_passage", "number", "name", "quote", "negation", "not_stated"]


def test_an_unsupported_sentence_looks_different_and_gives_its_reason(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    ask(page, "What was it used for?")
    doubt = page.locator("dalil-chat .doubt")
    expect(doubt).to_have_text("It is the tallest monument in Asia.")
    style = "node => getComputedStyle(node).textDecorationStyle"
    assert doubt.evaluate(style) == "dotted"
    reason = "Not supported: The passages do not state it."
    why = page.get_by_role("button", name=reason)
    expect(page.locator("dalil-chat .reason")).to_be_hidden()
    why.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dalil-chat .reason")).to_have_text(reason)
    expect(why).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Space")
    expect(page.locator("dalil-chat .reason")).to_be_hidden()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_problem_has_words_of_its_own(
    embed: Embed, server: ScriptedServer, lang: str
) -> None:
    texts = [f"Claim number {number}." for number in range(len(PROBLEMS))]
    sentences = [
        sentence(text, problem=problem) for text, problem in zip(texts, PROBLEMS, strict=True)
    ]
    server.script(stream(answer(answer=" ".join(texts), sentences=sentences)))
    page = embed('mode="inline"', lang=lang)
    ask(page, "?")
    reasons = page.locator("dalil-chat .reason").all_text_contents()
    assert len(set(reasons)) == len(PROBLEMS)


def test_a_sentence_that_claims_nothing_looks_ordinary(
    embed: Embed, server: ScriptedServer
) -> None:
    intro = {"text": "Here it is:", "citations": [], "supported": False, "problem": None}
    server.script(stream(answer(answer="Here it is: gone.", sentences=[intro])))
    page = embed('mode="inline"')
    ask(page, "?")
    assert page.locator("dalil-chat .doubt, dalil-chat .why").count() == 0


def test_a_doubtful_sentence_that_is_not_in_the_text_is_shown_below_it(
    embed: Embed, server: ScriptedServer
) -> None:
    lost = sentence("Something else entirely.", problem="name")
    server.script(stream(answer(answer="It opened.", sentences=[lost])))
    page = embed('mode="inline"')
    ask(page, "?")
    expect(page.locator("dalil-chat .below .doubt")).to_have_text("Something else entirely.")
    expect(page.locator("dalil-chat .below .reason")).to_be_hidden()
    page.locator("dalil-chat .below .why").click()
    expect(page.locator("dalil-chat .below .reason")).to_contain_text("It has a name that")


def test_a_source_in_another_language_is_labelled(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ARABIC), stream(ENGLISH))
    page = embed('mode="inline"', lang="ar")
    ask(page, "كم؟")
    rows = page.locator("dalil-chat .sources li")
    expect(rows.nth(2).locator(".label")).to_have_text("بالإنجليزية")
    assert rows.nth(0).locator(".label").count() == 0
    expect(rows.nth(2).get_by_role("button")).to_have_accessible_name(
        "المصدر ٣: Petra, the rose-red city بالإنجليزية"
    )
    page = embed('mode="inline"')
    ask(page, "What?")
    expect(page.locator("dalil-chat .sources li").nth(1).locator(".label")).to_have_text(
        "in Arabic"
    )


def test_only_addresses_of_the_web_become_links(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ARABIC))
    page = embed('mode="inline"', lang="ar")
    ask(page, "كم؟")
    links = page.locator("dalil-chat .sources a")
    # The third source's address is javascript:.
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.org/ar/petra-ar"
    ] * 2


def test_each_message_runs_in_its_own_direction(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ARABIC), stream(ENGLISH))
    page = embed('mode="inline"')
    ask(page, "كم يبلغ ارتفاع الخزنة؟")
    ask(page, "What was it used for?")
    questions, texts = page.locator("dalil-chat .question"), page.locator("dalil-chat .text")
    for number, direction in enumerate(["rtl", "ltr"]):
        expect(questions.nth(number)).to_have_attribute("dir", direction)
        expect(texts.nth(number)).to_have_attribute("dir", direction)
    expect(texts.nth(0).locator('bdi[dir="ltr"]')).to_have_text(["UNESCO", "1985"])
    # Its marker stands at its own end, not at that of the line.
    expect(texts.nth(1).locator('bdi[dir="rtl"]')).to_have_text([f"{LISTED_AR}\xa02"])


def test_an_arabic_answer_that_begins_with_a_latin_name_runs_from_the_right(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(answer(language="ar", answer="OPEC أعلنت خفض الإنتاج.")))
    page = embed('mode="inline"')
    ask(page, "؟")
    expect(page.locator("dalil-chat .text")).to_have_attribute("dir", "rtl")


def test_what_the_answer_says_of_itself_is_told(embed: Embed, server: ScriptedServer) -> None:
    told = {**ENGLISH, "rewritten": "What was the Treasury used for?", "degraded": True}
    server.script(stream(told, pieces=["Something else. "]))
    page = embed('mode="inline"')
    ask(page, "What was it used for?")
    expect(page.locator("dalil-chat .hint")).to_contain_text(
        [
            "Understood as: What was the Treasury used for?",
            "has replaced what was shown",
            "in a simpler way",
        ]
    )
    expect(page.locator("dalil-chat .text")).not_to_contain_text("Something else")
    expect(page.locator("dalil-chat [role=log]")).to_contain_text("has replaced what was shown")


def test_an_ordinary_answer_carries_no_notes(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    ask(page, "What?")
    expect(page.locator("dalil-chat .hint")).to_have_text([""])


def test_an_abstention_has_passages_but_no_sources(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ABSTAINED))
    page = embed('mode="inline"', lang="ar")
    ask(page, "ما سعر الذهب؟")
    expect(page.locator("dalil-chat .text")).to_have_text(ABSTAINED["answer"])
    expect(page.locator("dalil-chat .answer h3")).to_have_count(1)
    expect(page.locator("dalil-chat .excerpt")).to_have_count(2)


def test_code_and_lists_are_set_as_such(embed: Embed, server: ScriptedServer) -> None:
    text = "Run `make *x*`:\n\n```sh\nmake **run**\n```\n3. One\n4. *Two*\n\n2 * 3 * 4 a_b_c 5*6*7"
    server.script(stream(answer(answer=text)))
    page = embed('mode="inline"')
    ask(page, "?")
    shown = page.locator("dalil-chat .text")
    expect(shown.locator("p code")).to_have_text("make *x*")
    expect(shown.locator("pre")).to_have_text("make **run**")
    expect(shown.locator("ol")).to_have_attribute("start", "3")
    expect(shown.locator("li")).to_have_text(["One", "Two"])
    expect(shown.locator("em")).to_have_text(["Two"])
    expect(shown.locator("> p").last).to_have_text("2 * 3 * 4 a_b_c 5*6*7")


def test_the_answer_is_copied_with_its_quotes_and_links(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ARABIC))
    page = embed('mode="inline"', lang="ar", permissions=["clipboard-read", "clipboard-write"])
    ask(page, "كم؟")
    page.get_by_role("button", name="نسخ الجواب مع مصادره").click()
    expect(page.locator("dalil-chat .tools [role=status]")).to_have_text("نُسخ الجواب مع مصادره.")
    title = ARTICLES["petra-ar"]["title"]
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(
        [
            *[ARABIC["answer"], "", "المصادر"],
            *[f"[1] {title}", f"«{TREASURY_AR}»", "https://example.org/ar/petra-ar"],
            *[f"[2] {title}", f"«{LISTED_AR}»", "https://example.org/ar/petra-ar"],
            *["[3] Petra, the rose-red city", f"«{TOMB_EN}»"],
        ]
    )


def test_a_copy_that_the_browser_refuses_is_told(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
    page = embed('mode="inline"', script=refuse)
    ask(page, "What?")
    page.get_by_role("button", name="Copy the answer with its sources").click()
    expect(page.locator("dalil-chat .tools [role=status]")).to_contain_text(
        "does not allow copying"
    )


def test_a_thumb_is_sent_and_a_comment_after_it(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    ask(page, "What was it used for?")
    down = page.get_by_role("button", name="Unhelpful answer")
    expect(down).to_have_attribute("aria-pressed", "false")
    assert page.locator("dalil-chat .comment").is_hidden()
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    page.get_by_label("What helped you, or what was missing?").fill("It is wrong.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.locator("dalil-chat .comment")).to_be_hidden()
    expect(page.locator("dalil-chat .tools [role=status]")).to_have_text(
        "Thank you for telling us."
    )
    said = {"answer_id": "en1", "rating": "down", "question": "What was it used for?"}
    said["answer"] = ENGLISH["answer"]
    assert server.feedback == [said, {**said, "comment": "It is wrong."}]


def test_a_rating_that_fails_is_told_and_not_kept(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    server.feedback_refusal = Refusal(500, "internal_error")
    page = embed('mode="inline"')
    ask(page, "What?")
    up = page.get_by_role("button", name="Helpful answer", exact=True)
    up.click()
    status = page.locator("dalil-chat .tools [role=status]")
    expect(status).to_contain_text("Your rating could not be sent.")
    expect(up).to_have_attribute("aria-pressed", "false")
    server.feedback_refusal = None
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
