"""OpenAI's own client, asking a server whose answers a model writes."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from rag.messages import abstention, withdrawn
from rag.types import Language
from tests.fakes import ARTICLES, Engine
from tests.llm.replies import Reply, answer, cut_after, failure
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import asking
from tests.server.language_model.served import ASKED, ASKED_EN, OPENED, OPENED_EN, served_by

BY_ID = {article.id: article for article in ARTICLES}
SOURCE = {"ar": "suez-ar", "en": "suez-en"}
UNPROVED = {
    "ar": ("حفر القناة آلاف العمال", " من صعيد مصر", " في عشر سنوات [1]."),
    "en": ("Napoleon dug the canal", " with ten thousand", " elephants [1]."),
}


@pytest.fixture(scope="module")
def gpt(llm: ScriptedLlm, engine: Engine) -> Iterator[OpenAI]:
    with (
        served_by(asking(llm), engine) as served,
        OpenAI(base_url=served.url, api_key="unused", max_retries=0) as client,
    ):
        yield client


def _messages(*contents: str) -> list[Any]:
    roles = ("user", "assistant")
    return [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]


def _stream(gpt: OpenAI, question: str) -> list[Any]:
    return list(
        gpt.chat.completions.create(
            model="dalil",
            messages=_messages(question),
            stream=True,
            stream_options={"include_usage": True},
        )
    )


def _text(chunks: list[Any]) -> str:
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def _evidence(said: Any) -> dict[str, Any]:
    evidence: dict[str, Any] = said.model_extra["dalil"]
    for citation in evidence["citations"]:
        text = BY_ID[citation["article_id"]].text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    return evidence


def _below(language: Language) -> str:
    return f"\n\n[1] {BY_ID[SOURCE[language]].title}"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_completion_has_text_sources_evidence_and_usage(
    gpt: OpenAI, llm: ScriptedLlm, language: Language
) -> None:
    llm.script(Reply((f"{OPENED[language]} [1].",), usage=(321, 45)))
    completion = gpt.chat.completions.create(model="dalil", messages=_messages(ASKED[language]))
    message = completion.choices[0].message

    assert message.content == f"{OPENED[language]}. [1]{_below(language)}"
    assert completion.usage is not None
    counted = completion.usage.to_dict()
    assert counted == {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}
    evidence = _evidence(message)
    assert (evidence["status"], evidence["rewritten"]) == ("answered", None)
    assert [c["article_id"] for c in evidence["citations"]] == [SOURCE[language]]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_stream_says_the_same_while_it_is_written(
    gpt: OpenAI, llm: ScriptedLlm, language: Language
) -> None:
    said = f"{OPENED[language]} [1]."
    llm.script(Reply(tuple(said[at : at + 5] for at in range(0, len(said), 5)), usage=(321, 45)))
    *chunks, last, usage = _stream(gpt, ASKED[language])

    assert _text(chunks) == f"{OPENED[language]}. [1]{_below(language)}"
    assert len(chunks) > 5
    assert last.choices[0].finish_reason == "stop"
    assert len(_evidence(last.choices[0].delta)["citations"]) == 1
    assert usage.usage.to_dict() == {
        "prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_was_not_proved_is_taken_back_and_the_answer_put_below_it(
    gpt: OpenAI, llm: ScriptedLlm, language: Language
) -> None:
    llm.script(answer(*UNPROVED[language]))
    *chunks, last, _usage = _stream(gpt, ASKED[language])

    seen = "".join(UNPROVED[language]).replace(" [1]", "")
    instead = f"{OPENED[language]}. [1]{_below(language)}"
    assert _text(chunks) == f"{seen}\n\n{withdrawn(language)}\n\n{instead}"
    evidence = _evidence(last.choices[0].delta)
    assert (evidence["status"], len(evidence["citations"])) == ("answered", 1)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_was_not_proved_is_never_in_a_completion(
    gpt: OpenAI, llm: ScriptedLlm, language: Language
) -> None:
    llm.script(answer(*UNPROVED[language]))
    completion = gpt.chat.completions.create(model="dalil", messages=_messages(ASKED[language]))

    assert completion.choices[0].message.content == f"{OPENED[language]}. [1]{_below(language)}"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_answer_is_an_abstention_and_nothing_else(
    gpt: OpenAI, llm: ScriptedLlm, language: Language, stream: bool
) -> None:
    llm.script(answer("NO_", "ANSWER"))
    if stream:
        *chunks, last, _usage = _stream(gpt, ASKED[language])
        text, evidence = _text(chunks), _evidence(last.choices[0].delta)
    else:
        asked = _messages(ASKED[language])
        message = gpt.chat.completions.create(model="dalil", messages=asked).choices[0].message
        text, evidence = message.content or "", _evidence(message)

    assert text == abstention(language)
    assert (evidence["status"], evidence["citations"]) == ("abstained", [])


@pytest.mark.parametrize("stream", [True, False])
def test_an_outage_is_an_answer_that_cost_nothing(
    gpt: OpenAI, llm: ScriptedLlm, stream: bool
) -> None:
    llm.script(failure(500))
    if stream:
        *chunks, usage = _stream(gpt, ASKED_EN)
        text, counted = _text(chunks), usage.usage
    else:
        whole = gpt.chat.completions.create(model="dalil", messages=_messages(ASKED_EN))
        text, counted = whole.choices[0].message.content or "", whole.usage

    assert text == f"{OPENED_EN}. [1]{_below('en')}"
    assert counted is not None
    assert counted.total_tokens == 0


def test_a_cut_stream_raises_after_the_text_so_far(gpt: OpenAI, llm: ScriptedLlm) -> None:
    llm.script(cut_after(f"{OPENED_EN} [1].", " It", " is", " 193", " km"))
    stream = gpt.chat.completions.create(model="dalil", messages=_messages(ASKED_EN), stream=True)
    chunks: list[Any] = []
    with pytest.raises(openai.APIError, match="broke off"):
        chunks.extend(stream)

    text = _text(chunks)
    assert text.startswith(f"{OPENED_EN}. [1]")
    assert f"{OPENED_EN}. [1] It is 193 km".startswith(text)
    assert all(chunk.choices[0].finish_reason is None for chunk in chunks)


def test_a_conversation_is_understood_and_its_rewriting_counted(
    gpt: OpenAI, llm: ScriptedLlm
) -> None:
    llm.script(Reply((ASKED_EN,), usage=(70, 7)), Reply((f"{OPENED_EN} [1].",), usage=(300, 20)))
    said = _messages("What is the Suez Canal?", "A canal in Egypt. [1]", "When was it opened?")
    completion = gpt.chat.completions.create(model="dalil", messages=said)

    assert _evidence(completion.choices[0].message)["rewritten"] == ASKED_EN
    assert completion.usage is not None
    assert completion.usage.total_tokens == 397
