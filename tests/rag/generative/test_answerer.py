"""Answers that a model writes: told as they come, and cited sentence by sentence."""

import pytest

from rag.events import CitationFound, TextDelta
from rag.service import Service
from rag.types import Article, Problem, Status
from tests.fakes import ARTICLES
from tests.llm.replies import Reply, answer
from tests.llm.scripted import Request, ScriptedLlm
from tests.llm.service import MODEL, assert_exact, assert_in_order, number_of, read

ASKED_AR = "متى افتُتحت قناة السويس؟"
ASKED_EN = "When was the Suez Canal opened?"
OPENED_AR = "افتُتحت قناة السويس في 17 نوفمبر 1869"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"
GOOD = [
    pytest.param(
        ASKED_AR,
        ("افتُتحت قناة السويس في 17 نو", "فمبر 1869 [1", "]. ويبلغ طول القناة 193 كيلومترًا [1]."),
        "افتُتحت قناة السويس في 17 نوفمبر 1869. [1] ويبلغ طول القناة 193 كيلومترًا. [2]",
        ARTICLES[0],
        id="ar",
    ),
    pytest.param(
        ASKED_EN,
        ("The Suez Canal was ope", "ned on 17 November 1869 [1", "]. It is 193 km", " long [1]."),
        "The Suez Canal was opened on 17 November 1869. [1] It is 193 km long. [2]",
        ARTICLES[2],
        id="en",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "chunks", "text", "article"), GOOD)
def test_each_sentence_gets_an_exact_quote_of_its_own(
    service: Service,
    llm: ScriptedLlm,
    question: str,
    chunks: tuple[str, ...],
    text: str,
    article: Article,
) -> None:
    llm.script(answer(*chunks))
    answered = service.ask(question)

    assert (answered.status, answered.model) == (Status.ANSWERED, MODEL)
    assert (answered.degraded, answered.rewritten) == (False, None)
    assert answered.language == article.language
    assert answered.answer == text
    assert [sentence.supported for sentence in answered.sentences] == [True, True]
    assert [sentence.citations for sentence in answered.sentences] == [(1,), (2,)]
    assert [citation.marker for citation in answered.citations] == [1, 2]
    assert {citation.article_id for citation in answered.citations} == {article.id}
    assert " ".join(citation.quote for citation in answered.citations) == article.text
    assert_exact(answered.citations)
    assert 0.9 < answered.confidence <= 1


@pytest.mark.parametrize(("question", "chunks", "text", "article"), GOOD)
def test_a_stream_tells_the_text_as_it_comes_and_each_quote_behind_its_marker(
    service: Service,
    llm: ScriptedLlm,
    question: str,
    chunks: tuple[str, ...],
    text: str,
    article: Article,
) -> None:
    llm.script(answer(*chunks))
    told = read(service, question)

    assert_in_order(told)
    assert told.text == text
    kinds = [type(event) for event in told.events]
    assert kinds.count(CitationFound) == 2
    assert kinds[: kinds.index(CitationFound)].count(TextDelta) > 1
    assert {citation.article_id for citation in told.citations} == {article.id}


@pytest.mark.parametrize(("question", "chunks", "text", "_article"), GOOD)
def test_it_does_not_matter_how_the_text_is_cut(
    service: Service,
    llm: ScriptedLlm,
    question: str,
    chunks: tuple[str, ...],
    text: str,
    _article: Article,
) -> None:
    for cut in (["".join(chunks)], [*"".join(chunks)]):
        llm.script(answer(*cut))
        told = read(service, question)
        assert_in_order(told)
        assert told.text == text


@pytest.mark.parametrize(
    "marker",
    ["[1]", "[[1]]", "【1】", "【1†مصدر】", "[١]", "[۱]", "[^1]", "[المصدر 1]", "(المصدر ١)", "¹",
     "[1][99]", "[1، 99]", "[99] [1]", "[²] [1]"],
)  # fmt: skip
def test_markers_are_read_in_all_styles_and_written_in_one(
    service: Service, llm: ScriptedLlm, marker: str
) -> None:
    llm.script(answer(*f"{OPENED_AR} {marker}."))
    told = read(service, ASKED_AR)

    assert_in_order(told)
    assert told.text == f"{OPENED_AR}. [1]"
    assert told.answer.citations[0].article_id == "suez-ar"


def test_footnotes_below_the_text_are_not_taken_for_citations(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(answer(f"{OPENED_AR}.[^1]\n\n", "[^1]: سانا"))
    told = read(service, ASKED_AR)

    assert_in_order(told)
    assert told.text.startswith(f"{OPENED_AR}. [1]")
    assert "^" not in told.text
    assert [sentence.text for sentence in told.answer.sentences if sentence.supported] == [
        f"{OPENED_AR}."
    ]


def test_a_number_that_was_not_shown_is_neither_cited_nor_shown(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(answer(f"{OPENED_EN} [1]. Its workers came from Upper Egypt [9", "9]."))
    told = read(service, ASKED_EN)

    assert_in_order(told)
    assert told.text == f"{OPENED_EN}. [1] Its workers came from Upper Egypt."
    invented = told.answer.sentences[1]
    assert (invented.supported, invented.citations) == (False, ())
    assert invented.problem is not None


def test_a_sentence_without_a_marker_gets_one_only_where_the_evidence_is_strong(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(answer(f"{OPENED_EN}. Many ships from all over the world pass it."))
    answered = service.ask(ASKED_EN)

    found, missing = answered.sentences
    assert (found.supported, found.citations) == (True, (1,))
    assert (missing.supported, missing.citations) == (False, ())
    assert missing.problem is Problem.NO_MARKER
    assert len(answered.citations) == 1


def test_a_wrong_marker_is_not_put_right_in_silence(service: Service, llm: ScriptedLlm) -> None:
    def miscited(request: Request) -> Reply:
        wrong = number_of(request, "The Aral Sea")
        return answer(f"{OPENED_EN} [1]. The Suez Canal is 193 km long today [{wrong}].")

    llm.script(miscited)
    answered = service.ask(ASKED_EN)

    assert [sentence.supported for sentence in answered.sentences] == [True, False]
    assert answered.sentences[1].citations == ()
    assert {citation.article_id for citation in answered.citations} == {"suez-en"}


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        (ASKED_EN, OPENED_EN, "It is 210 km long today"),
        (ASKED_AR, OPENED_AR, "ويبلغ طول القناة اليوم 210 كيلومترات"),
        (ASKED_EN, OPENED_EN, "The Suez Canal was opened on 17 December 1869"),
        (ASKED_AR, OPENED_AR, "افتُتحت قناة السويس في 17 نوفمبر 1896"),
    ],
)
def test_a_wrong_number_is_not_cited_and_costs_confidence(
    service: Service, llm: ScriptedLlm, question: str, good: str, bad: str
) -> None:
    llm.script(answer(f"{good} [1]. {bad} [1]."))
    answered = service.ask(question)

    assert answered.status is Status.ANSWERED
    assert answered.answer == f"{good}. [1] {bad}."
    assert answered.sentences[1].problem is Problem.NUMBER
    assert answered.sentences[1].citations == ()
    assert 0.4 < answered.confidence < 0.6


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        (ASKED_EN, OPENED_EN, "It is “the longest road of the sea”"),
        (ASKED_EN, OPENED_EN, "The Suez Canal “was opened with great joy on 17 November 1869”"),
        (ASKED_AR, OPENED_AR, "ووُصفت القناة بأنها «شريان الحياة للعالم كله»"),
        (ASKED_AR, OPENED_AR, "و«افتُتحت قناة السويس بفرح عظيم في 17 نوفمبر 1869»"),
    ],
)
def test_a_quotation_that_stands_nowhere_is_not_cited(
    service: Service, llm: ScriptedLlm, question: str, good: str, bad: str
) -> None:
    llm.script(answer(f"{good} [1]. {bad} [1]."))
    answered = service.ask(question)

    assert answered.answer == f"{good}. [1] {bad}."
    assert (answered.sentences[1].supported, answered.sentences[1].citations) == (False, ())
    assert answered.sentences[1].problem is not None
    assert len(answered.citations) == 1


def test_one_quote_has_one_marker_however_often_it_is_needed(
    service: Service, llm: ScriptedLlm
) -> None:
    llm.script(
        answer(f"{OPENED_AR} [1]. ويبلغ طول القناة اليوم 193 كيلومترًا [1]. {OPENED_AR} [1].")
    )
    told = read(service, ASKED_AR)

    assert_in_order(told)
    assert [sentence.citations for sentence in told.answer.sentences] == [(1,), (2,), (1,)]
    assert len(told.citations) == 2


def test_a_list_keeps_its_lines_and_a_lead_in_needs_no_source(
    service: Service, llm: ScriptedLlm
) -> None:
    items = f"- {OPENED_AR} [1].\n- ويبلغ طول القناة 193 كيلومترًا [1]."
    llm.script(answer("إليك ما تقوله المقالات:\n", items))
    answered = service.ask(ASKED_AR)

    lines = answered.answer.splitlines()
    assert lines[0] == "إليك ما تقوله المقالات:"
    assert lines[1] == f"- {OPENED_AR}. [1]"
    assert lines[2] == "- ويبلغ طول القناة 193 كيلومترًا. [2]"
    assert answered.sentences[0].problem is None
    assert answered.confidence > 0.9


@pytest.mark.parametrize(("language", "said"), [("ar", OPENED_AR), ("en", OPENED_EN)])
def test_the_answer_is_in_the_language_that_is_asked_for(
    service: Service, llm: ScriptedLlm, language: str, said: str
) -> None:
    title = {"ar": "قناة السويس", "en": "The Suez Canal"}[language]
    llm.script(lambda request: answer(f"{said} [{number_of(request, title)}]."))
    answered = service.ask(ASKED_AR if language == "en" else ASKED_EN, language=language)

    assert (answered.language, answered.answer) == (language, f"{said}. [1]")
