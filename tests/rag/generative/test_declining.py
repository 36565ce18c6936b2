"""What is not shown as an answer: declining, refusing, another language, nothing proved."""

import pytest

from rag.events import PassagesFound, TextDelta
from rag.messages import abstention
from rag.service import Service
from rag.types import Answer, Filters, Status
from tests.llm.replies import answer
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import MODEL, assert_exact, assert_in_order, read

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"

REFUSALS = [
    (ASKED_AR, "لا يمكنني المساعدة في ذلك."),
    (ASKED_EN, "The passages do not contain the answer."),
    (ASKED_AR, "عذرًا، لا أستطيع الإجابة عن هذا السؤال."),
    (ASKED_AR, "لا تحتوي المقاطع على جواب عن هذا السؤال."),
    (ASKED_EN, "I'm sorry, but I can't help with that."),
    (ASKED_EN, "As an AI language model, I cannot answer this question [1]."),
]
UNPROVED = [
    (ASKED_AR, "حفر القناة آلاف العمال من صعيد مصر في عشر سنوات [1]."),
    (ASKED_EN, "Napoleon dug the canal with ten thousand elephants [1]."),
    (ASKED_EN, "It was opened in 1999 [99]."),
]
FOREIGN = [
    (ASKED_AR, f"{OPENED_EN} [1]. It is 193 km long [1]."),
    (ASKED_AR, "Sure!"),
    (ASKED_EN, f"{OPENED_AR} [1]."),
    (ASKED_EN, f"1869: {OPENED_AR} [1]. ويبلغ طول القناة اليوم 193 كيلومترًا [1]. " * 4),
]


def _assert_quoted(answered: Answer) -> None:
    """The extractive answerer spoke in the model's place."""
    assert (answered.status, answered.model) == (Status.ANSWERED, "extractive")
    assert answered.degraded
    opened = OPENED_AR if answered.language == "ar" else OPENED_EN
    assert answered.answer == f"{opened}. [1]"
    assert_exact(answered.citations)


def _assert_abstained(answered: Answer) -> None:
    assert answered.status is Status.ABSTAINED
    assert answered.answer == abstention(answered.language)
    assert (answered.citations, answered.sentences) == ((), ())
    assert answered.related
    assert (answered.model, answered.degraded) == (MODEL, False)


@pytest.mark.parametrize(
    "chunks",
    [
        ("NO_ANSWER",),
        ("NO", "_ANS", "WER"),
        (*"NO_ANSWER",),
        ("\n", " no_answer."),
        ("**NO", "_ANSWER**"),
        ("NO_ANSWER [1]",),
        ("No answer", " was found in the passages."),
    ],
    ids=repr,
)
@pytest.mark.parametrize("question", [ASKED_AR, ASKED_EN])
def test_a_model_that_finds_no_answer_makes_an_abstention_of_which_it_says_no_word(
    service: Service, llm: ScriptedLlm, question: str, chunks: tuple[str, ...]
) -> None:
    llm.script(answer(*chunks))
    told = read(service, question)

    assert_in_order(told)
    _assert_abstained(told.answer)
    found = told.events[0]
    assert isinstance(found, PassagesFound)
    assert told.answer.related == found.passages[:3]
    assert told.answer.confidence == 0


@pytest.mark.parametrize(
    "chunks", [(f"{OPENED_EN} [1]. NO_ANSWER",), (f"{OPENED_EN} [1].\nNO_", "ANSWER")]
)
def test_the_word_for_no_answer_is_not_shown_behind_an_answer_either(
    service: Service, llm: ScriptedLlm, chunks: tuple[str, ...]
) -> None:
    llm.script(answer(*chunks))
    told = read(service, ASKED_EN)

    assert told.text.startswith(f"{OPENED_EN}. [1]")
    assert "NO_" not in told.text


@pytest.mark.parametrize(("question", "refusal"), REFUSALS)
def test_a_refusal_in_words_is_never_an_answer_of_the_model_s(
    service: Service, strict: Service, llm: ScriptedLlm, question: str, refusal: str
) -> None:
    llm.script(answer(refusal))

    answered = service.ask(question)
    assert (answered.status, answered.model) != (Status.ANSWERED, MODEL)
    assert refusal[:12] not in answered.answer
    _assert_abstained(strict.ask(question))


@pytest.mark.parametrize(("question", "refusal"), REFUSALS[2:])
def test_a_refusal_in_words_is_an_abstention_as_one_by_the_agreed_word_is(
    service: Service, llm: ScriptedLlm, question: str, refusal: str
) -> None:
    llm.script(answer(refusal))

    _assert_abstained(service.ask(question))


@pytest.mark.parametrize(("question", "text"), UNPROVED)
def test_an_answer_that_proves_nothing_is_replaced_by_quotes(
    service: Service, llm: ScriptedLlm, question: str, text: str
) -> None:
    llm.script(answer(text))
    told = read(service, question)

    _assert_quoted(told.answer)
    assert told.text != told.answer.answer, "the reader has seen the model's text, once"
    assert told.citations == ()
    assert told.answer.usage is not None


@pytest.mark.parametrize(("question", "text"), UNPROVED)
def test_an_answer_that_proves_nothing_is_an_abstention_where_that_is_wanted(
    strict: Service, llm: ScriptedLlm, question: str, text: str
) -> None:
    llm.script(answer(text))

    _assert_abstained(strict.ask(question))


@pytest.mark.parametrize(("question", "text"), FOREIGN)
def test_nothing_is_ever_shown_of_an_answer_in_the_wrong_language(
    service: Service, llm: ScriptedLlm, question: str, text: str
) -> None:
    for chunks in ((text,), (*text,)):
        llm.script(answer(*chunks))
        told = read(service, question)
        assert_in_order(told)
        _assert_quoted(told.answer)


def test_the_wrong_language_is_an_abstention_where_that_is_wanted(
    strict: Service, llm: ScriptedLlm
) -> None:
    llm.script(answer(f"{OPENED_EN} [1]."))

    _assert_abstained(strict.ask(ASKED_AR))


def test_a_foreign_name_at_the_beginning_is_not_another_language(
    service: Service, llm: ScriptedLlm
) -> None:
    text = f"Suez Canal: {OPENED_AR} بعد عشر سنوات من العمل [1]. {OPENED_AR} [1]."
    llm.script(answer(*text))
    told = read(service, ASKED_AR)

    assert_in_order(told)
    assert told.answer.model == MODEL
    assert told.text.startswith("Suez Canal: ")


def test_an_answer_that_turns_to_another_language_is_replaced(
    service: Service, llm: ScriptedLlm
) -> None:
    text = f"افتُتحت. {OPENED_EN} [1]. It is 193 km long today, and many ships pass it [1]."
    llm.script(answer(text))

    _assert_quoted(service.ask(ASKED_AR))


@pytest.mark.parametrize(
    ("question", "text"), [(ASKED_EN, "Here is the answer:"), (ASKED_AR, "إليك الجواب:")]
)
def test_a_lead_in_and_nothing_after_it_is_no_answer(
    service: Service, llm: ScriptedLlm, question: str, text: str
) -> None:
    llm.script(answer(text))
    told = read(service, question)

    _assert_abstained(told.answer)
    assert told.text == text


@pytest.mark.parametrize("question", [ASKED_AR, ASKED_EN])
@pytest.mark.parametrize("text", ["1869 [1].", "17/11/1869 [1]"])
def test_a_bare_number_is_not_taken_for_declining(
    service: Service, llm: ScriptedLlm, question: str, text: str
) -> None:
    llm.script(answer(text))

    assert service.ask(question).status is Status.ANSWERED


def test_nothing_is_asked_of_the_model_where_nothing_is_found(
    service: Service, llm: ScriptedLlm
) -> None:
    told = read(service, ASKED_EN, filters=Filters(article_ids=("nowhere",)))

    assert told.answer.status is Status.ABSTAINED
    assert not llm.requests
    assert any(isinstance(event, TextDelta) for event in told.events)
