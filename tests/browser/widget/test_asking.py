"""Asking: writing, stopping, asking again, and what happens when something goes wrong."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Embed, ask
from tests.browser.widget.samples import ARABIC, ENGLISH, TOMB_EN, answer
from tests.browser.widget.scripted import Cut, Pause, Refusal, Reply, ScriptedServer, event, stream

pytestmark = pytest.mark.slow

BEGINNING = [
    event("passages", {"passages": []}),
    event("delta", {"text": "The Treasury was used as a tomb. It is"}),
]
# The last letter waits, for marks that belong to it may be to come.
SHOWN = "The Treasury was used as a tomb. It is"


def never() -> bool:
    return False


def begin(page: Page, question: str = "What was it used for?") -> None:
    page.locator("dalil-chat .composer textarea").fill(question)
    page.keyboard.press("Enter")


def test_stopping_keeps_the_text_and_says_so(embed: Embed, server: ScriptedServer) -> None:
    server.script([*BEGINNING, Pause(never)], stream(ENGLISH))
    page = embed('mode="inline"')
    begin(page)
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("dalil-chat .text")).to_have_text(SHOWN)
    expect(page.locator("dalil-chat .trouble")).to_contain_text("Stopped before")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()
    assert page.locator("dalil-chat .text").count() == 1
    assert [asked["question"] for asked in server.asked] == ["What was it used for?"] * 2


def test_escape_stops_an_answer(embed: Embed, server: ScriptedServer) -> None:
    server.script([*BEGINNING, Pause(never)])
    page = embed('mode="inline"')
    begin(page)
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    page.keyboard.press("Escape")
    expect(page.locator("dalil-chat .trouble")).to_contain_text("Stopped before")


@pytest.mark.parametrize("ending", [[Cut()], []], ids=["broken", "ended"])
def test_a_stream_that_breaks_off_keeps_its_text_and_can_be_asked_again(
    embed: Embed, server: ScriptedServer, ending: list[Cut]
) -> None:
    over: list[bool] = []
    server.script([*BEGINNING, Pause(lambda: bool(over)), *ending], stream(ENGLISH))
    page = embed('mode="inline"')
    begin(page)
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    over.append(True)
    trouble = page.locator("dalil-chat .trouble")
    expect(trouble).to_have_text("The answer broke off before it was complete. ")
    expect(page.locator("dalil-chat .text")).to_have_text(SHOWN)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb. 1")
    expect(page.locator("dalil-chat .turns > li")).to_have_count(1)
    expect(trouble).to_have_count(0)
    assert server.asked[1]["history"] == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Refusal(422, "bad_question"), "This cannot be searched for"),
        (Refusal(409, "index_empty"), "There are no articles here yet."),
        (Refusal(403, "origin_not_allowed"), "The server did not accept this request."),
        (Refusal(500, "internal_error"), "Something went wrong on the server."),
        (Refusal(503, "store_unusable"), "Something went wrong on the server."),
        (Refusal(429, "too_many"), "There are many questions now."),
        ([event("error", {"error": {"code": "llm_failed"}})], "The connection broke"),
        ([event("error", {"error": {"code": "internal_error"}})], "Something went wrong"),
    ],
)
def test_each_trouble_is_told_in_the_readers_words(
    embed: Embed, server: ScriptedServer, reply: Reply, words: str
) -> None:
    server.script(reply, stream(ENGLISH))
    page = embed('mode="inline"')
    begin(page)
    expect(page.locator("dalil-chat .trouble")).to_contain_text(words)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()


def test_a_server_that_cannot_be_reached_is_told(embed: Embed) -> None:
    page = embed('mode="inline" endpoint="http://127.0.0.1:9"')
    begin(page)
    expect(page.locator("dalil-chat .trouble")).to_contain_text("The server cannot be reached.")


def test_a_busy_server_is_waited_for_in_sight(embed: Embed, server: ScriptedServer) -> None:
    server.script(Refusal(503, "llm_rate_limited", {"Retry-After": "2"}), stream(ENGLISH))
    page = embed('mode="inline"')
    begin(page)
    retry = page.get_by_role("button", name="Try again")
    expect(page.locator("dalil-chat .trouble")).to_contain_text(
        "Seconds until you can try again: 2"
    )
    expect(retry).to_be_disabled()
    expect(page.locator("dalil-chat .trouble")).to_contain_text("try again: 1")
    expect(retry).to_be_enabled()
    retry.click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()


def test_the_wait_goes_on_after_a_change_of_page(embed: Embed, server: ScriptedServer) -> None:
    server.script(Refusal(429, "too_many", {"Retry-After": "3"}))
    page = embed('mode="inline"')
    begin(page)
    expect(page.get_by_role("button", name="Try again")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="Try again")).to_be_disabled()
    expect(page.get_by_role("button", name="Try again")).to_be_enabled()


def test_an_older_question_waits_for_the_one_that_is_being_answered(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(Refusal(500, "internal_error"), [*BEGINNING, Pause(never)])
    page = embed('mode="inline"')
    begin(page)
    retry = page.get_by_role("button", name="Try again")
    expect(retry).to_be_visible()
    begin(page, "And what now?")
    expect(page.locator("dalil-chat .text").last).to_contain_text("used as a tomb.")
    retry.click()
    expect(retry).to_be_visible()
    assert len(server.asked) == 2


def test_without_a_connection_nothing_can_be_sent_until_it_is_back(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    page.context.set_offline(True)
    banner = page.locator("dalil-chat .banner")
    expect(banner).to_have_text("You are offline. You can send when you are back.")
    begin(page)
    send = page.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(send).to_have_accessible_description("You are offline. You can send when you are back.")
    expect(page.locator("dalil-chat .composer textarea")).to_have_value("What was it used for?")
    assert server.asked == []
    page.context.set_offline(False)
    expect(banner).to_be_hidden()
    send.click()
    expect(page.locator("dalil-chat .tools")).to_be_visible()


def test_a_connection_that_goes_in_the_middle_keeps_the_text(
    embed: Embed, server: ScriptedServer
) -> None:
    script = "Object.defineProperty(navigator, 'onLine', { get: () => window.up !== false });"
    over: list[bool] = []
    server.script([*BEGINNING, Pause(lambda: bool(over)), Cut()])
    page = embed('mode="inline"', script=script)
    begin(page)
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    page.evaluate("window.up = false")
    over.append(True)
    expect(page.locator("dalil-chat .trouble")).to_have_text(
        "The answer broke off before it was complete. "
        "You are offline. You can send when you are back. "
    )
    expect(page.locator("dalil-chat .text")).to_have_text(SHOWN)


def test_follow_ups_send_what_was_said_without_markers(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ENGLISH), BEGINNING, Refusal(500, "x"), stream(ARABIC))
    page = embed('mode="inline"')
    ask(page, "What was it used for?")
    for number, question in enumerate(["And then?", "Hello?"]):
        begin(page, question)
        expect(page.locator("dalil-chat .trouble")).to_have_count(number + 1)
    ask(page, "كم؟")
    history = server.asked[-1]["history"]
    # What got no answer at all is no part of the conversation.
    assert [turn["content"] for turn in history[::2]] == ["What was it used for?", "And then?"]
    assert history[1] == {
        "role": "assistant",
        "content": ENGLISH["answer"].replace(" [1]", "").replace(" [2]", ""),
    }
    assert "[1]" not in history[1]["content"]
    assert history[3] == {"role": "assistant", "content": SHOWN}


def test_no_more_than_ten_turns_are_sent(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(answer(answer="Yes.")))
    page = embed('mode="inline"')
    for number in range(7):
        ask(page, f"Question {number}?")
    history = server.asked[-1]["history"]
    assert len(history) == 10
    assert history[0] == {"role": "user", "content": "Question 1?"}


def test_a_new_chat_forgets_the_old_one(embed: Embed, server: ScriptedServer) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline" suggestions="One?|Two?"')
    ask(page, "What was it used for?")
    expect(page.locator("dalil-chat .empty")).to_be_hidden()
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("dalil-chat .chip")).to_have_text(["One?", "Two?"])
    expect(page.locator("dalil-chat .turns > li")).to_have_count(0)
    ask(page, "Again?")
    assert server.asked[-1]["history"] == []


def test_a_new_chat_in_the_middle_of_an_answer_stops_it(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script([*BEGINNING, Pause(never)], stream(ENGLISH))
    page = embed('mode="inline"')
    begin(page)
    expect(page.locator("dalil-chat .text")).to_contain_text("used as a tomb.")
    page.get_by_role("button", name="New chat").click()
    ask(page, "Again?")
    expect(page.locator("dalil-chat .turns > li")).to_have_count(1)


def test_shift_and_enter_begin_a_line_and_a_composition_is_not_sent(
    embed: Embed, server: ScriptedServer
) -> None:
    server.script(stream(ENGLISH))
    page = embed('mode="inline"')
    box = page.locator("dalil-chat .composer textarea")
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    expect(box).to_have_value("one\ntwo")
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
    box.evaluate(f"box => box.dispatchEvent({composing})")
    expect(box).to_have_value("one\ntwo")
    box.press("Enter")
    expect(page.locator("dalil-chat .tools")).to_be_visible()
    assert [asked["question"] for asked in server.asked] == ["one\ntwo"]


def test_the_box_grows_to_six_lines_and_counts_near_its_end(embed: Embed) -> None:
    page = embed('mode="inline"')
    box = page.locator("dalil-chat .composer textarea")

    def height(lines: int) -> float:
        box.fill("\n".join("x" * lines))
        return float(box.evaluate("box => box.offsetHeight"))

    assert height(1) < height(3) < height(6) == height(9)
    counter = page.locator("dalil-chat .counter")
    expect(counter).to_have_text("")
    box.fill("x" * 1950)
    expect(counter).to_have_text("1,950 of 2,000 characters")
    expect(box).to_have_attribute("maxlength", "2000")


def test_nothing_is_sent_that_says_nothing(embed: Embed, server: ScriptedServer) -> None:
    page = embed('mode="inline"')
    begin(page, "   \n ")
    expect(page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "true")
    assert server.asked == []


def test_a_marker_works_while_its_answer_is_still_being_written(
    embed: Embed, server: ScriptedServer
) -> None:
    over: list[bool] = []
    pieces = ["The Treasury was used as a tomb. [1]", " It is", " high."]
    events = stream({**ENGLISH, "answer": "".join(pieces), "sentences": []}, pieces=pieces)
    server.script([*events[:4], Pause(lambda: bool(over)), *events[4:]])
    page = embed('mode="inline"')
    begin(page)
    page.locator("dalil-chat .marker").click()
    expect(page.locator("dalil-chat mark")).to_have_text(TOMB_EN)
    over.append(True)
    expect(page.locator("dalil-chat .tools")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.locator("dalil-chat .marker").first).to_be_focused()
