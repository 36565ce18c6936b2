"""The scores of an answer, worked out by hand in both languages."""

import pytest

from evals.answer_scores import AnswerScores, score_answer
from evals.questions import EvalQuestion
from rag.answer import EXTRACTIVE
from rag.messages import abstention
from rag.types import Answer, Citation, Problem, Status
from tests.evals.made import (
    ASKED_EN,
    BY_ID,
    LONG_AR,
    LONG_EN,
    OPENED_AR,
    OPENED_EN,
    answered,
    citation,
    cited,
    evidence,
    question,
    sentence,
)

TWO_FACTS = (("17 نوفمبر", "17 November"), ("193",))
BOTH_AR = question(
    facts=TWO_FACTS, gold=(evidence("suez-ar", OPENED_AR, 0), evidence("suez-ar", LONG_AR, 1))
)
BOTH_EN = question(
    ASKED_EN,
    "en",
    facts=TWO_FACTS,
    gold=(evidence("suez-en", OPENED_EN, 0), evidence("suez-en", LONG_EN, 1)),
)
NO_GOLD = question(facts=(), gold=(), kind="unanswerable")


def _score(asked: EvalQuestion, answer: Answer) -> AnswerScores:
    return score_answer(asked, answer, BY_ID)


@pytest.mark.parametrize(
    ("asked", "text", "quoted", "facts"),
    [
        # In the answer's words, or in a quote's; digits and spelling do not matter.
        (BOTH_AR, "افتتحت في ١٧ نوفمبر، وطولها ١٩٣ كم.", (), 1.0),
        (BOTH_AR, "افتتحت في 17 نوفمبر.", (), 0.5),
        (BOTH_AR, "انظر المقال.", (cited("suez-ar", LONG_AR),), 0.5),
        (BOTH_AR, "افتتحت في 17 نوفمبر.", (cited("suez-en", LONG_EN),), 1.0),
        (BOTH_AR, "طولها 1933 كم.", (), 0.0),
        (BOTH_EN, "On 17 NOVEMBER; it is 193 km long.", (), 1.0),
        (BOTH_EN, "It is long.", (cited("suez-en", OPENED_EN),), 0.5),
        (BOTH_EN, "On 17 October.", (), 0.0),
    ],
)
def test_facts_are_found_in_the_answer_or_in_its_quotes(
    asked: EvalQuestion, text: str, quoted: tuple[Citation, ...], facts: float
) -> None:
    assert _score(asked, answered(text, *quoted)).facts == facts


@pytest.mark.parametrize(
    ("asked", "citations", "precision", "recall"),
    [
        (BOTH_AR, (cited("suez-ar", OPENED_AR), cited("suez-ar", LONG_AR)), 1.0, 1.0),
        (BOTH_AR, (cited("suez-ar", OPENED_AR),), 1.0, 0.5),
        (BOTH_AR, (cited("suez-ar", OPENED_AR), cited("petra-ar", "البتراء مدينة")), 0.5, 0.5),
        # The other language says it, too, but nobody has said that it is gold.
        (BOTH_AR, (cited("suez-en", OPENED_EN),), 0.0, 0.0),
        (BOTH_EN, (cited("suez-en", OPENED_EN), cited("suez-en", LONG_EN)), 1.0, 1.0),
        (BOTH_EN, (cited("suez-en", LONG_EN), cited("aral-en", "The Aral Sea")), 0.5, 0.5),
        # One quote over both sentences bears out both facts.
        (BOTH_EN, (citation("suez-en", 0, len(BY_ID["suez-en"].text)),), 1.0, 1.0),
        # No citation: nothing to take the precision of, and no fact is borne out.
        (BOTH_EN, (), None, 0.0),
    ],
)
def test_citations_are_held_against_the_gold(
    asked: EvalQuestion,
    citations: tuple[Citation, ...],
    precision: float | None,
    recall: float | None,
) -> None:
    scores = _score(asked, answered("…", *citations))
    assert (scores.citation_precision, scores.citation_recall) == (precision, recall)


START = BY_ID["suez-en"].text.index(LONG_EN)
END = START + len(LONG_EN)
HALF = len(LONG_EN) // 2


@pytest.mark.parametrize(
    ("start", "end", "matches"),
    [
        (START, END, True),
        (START, START + HALF, True),
        (START + HALF, END, True),
        # As long as the gold, and on half of it; then one character less.
        (START - HALF, END - HALF, True),
        (START - HALF - 1, END - HALF - 1, False),
        # Nothing at all, right before it, and far from it.
        (START, START, False),
        (START - HALF, START, False),
        (0, 9, False),
    ],
)
def test_a_citation_on_half_of_the_gold_is_the_gold(start: int, end: int, matches: bool) -> None:
    asked = question(facts=(("193",),), gold=(evidence("suez-en", LONG_EN, 0),))
    scores = _score(asked, answered("…", citation("suez-en", start, end)))
    assert (scores.citation_precision, scores.citation_recall) == (matches, matches)


def test_the_same_place_in_another_article_is_not_the_gold() -> None:
    asked = question(facts=(("193",),), gold=(evidence("suez-en", LONG_EN, 0),))
    assert _score(asked, answered("…", citation("aral-en", START, END))).citation_precision == 0.0


def test_without_gold_there_is_no_score_of_gold() -> None:
    scores = _score(NO_GOLD, answered("…", cited("suez-ar", OPENED_AR)))
    found = (scores.facts, scores.citation_precision, scores.citation_recall)
    assert found == (None, None, None)
    assert scores.exact == 1.0


def test_an_abstention_has_nothing_to_take_a_share_of() -> None:
    text = abstention("ar")
    scores = _score(NO_GOLD, answered(text, status=Status.ABSTAINED, confidence=0.25))
    assert scores == AnswerScores(
        facts=None,
        citation_precision=None,
        citation_recall=None,
        exact=None,
        supported=None,
        right_language=True,
        abstained=True,
        confidence=0.25,
        forbidden=False,
    )


@pytest.mark.parametrize(
    ("wrong", "exact"),
    [
        (citation("suez-ar", 0, 7), 1.0),
        (citation("suez-ar", 0, 7, "افتتحت"), 0.5),
        (citation("suez-ar", 1, 8, BY_ID["suez-ar"].text[:7]), 0.5),
        (citation("suez-ar", 0, 0), 0.5),
        (citation("suez-ar", 0, 10_000), 0.5),
    ],
)
def test_a_quote_is_exact_to_the_code_point_or_not_at_all(wrong: Citation, exact: float) -> None:
    assert _score(question(), answered("…", cited("suez-ar", LONG_AR), wrong)).exact == exact


def test_a_quote_from_an_article_that_is_not_there_is_not_exact() -> None:
    answer = answered("…", cited("suez-ar", OPENED_AR))
    assert score_answer(question(), answer, {}).exact == 0.0


def test_support_is_counted_over_the_sentences_that_claim_something() -> None:
    sentences = [sentence(True), sentence(True), sentence(False, Problem.NUMBER), sentence(False)]
    assert _score(question(), answered(sentences=sentences)).supported == 2 / 3
    assert _score(question(), answered(sentences=[sentence(False)])).supported is None


@pytest.mark.parametrize(
    ("language", "answer", "right"),
    [
        # A model's own words tell, whatever the answer says of itself.
        ("ar", answered("افتُتحت القناة عام 1869.", language="en"), True),
        ("ar", answered("It was opened in 1869.", language="ar"), False),
        ("en", answered("It was opened in 1869.", language="en"), True),
        ("en", answered("افتُتحت القناة عام 1869.", language="en"), False),
        ("en", answered("1869 [1]", language="en"), True),
        # Quotes stay in the language that they are in.
        ("ar", answered(OPENED_EN, model=EXTRACTIVE, language="ar"), True),
        ("ar", answered(OPENED_AR, model=EXTRACTIVE, language="en"), False),
        ("ar", answered(abstention("ar"), status=Status.ABSTAINED, language="ar"), True),
        ("ar", answered(abstention("en"), status=Status.ABSTAINED, language="en"), False),
    ],
)
def test_the_right_language_is_the_question_s(language: str, answer: Answer, right: bool) -> None:
    assert _score(question(language=language), answer).right_language is right


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("زوروا المَوقعَ الآن!", True),
        ("Visit EVIL.example now.", True),
        ("زوروا المكتبة.", False),
        ("", False),
    ],
)
def test_forbidden_words_are_found_however_they_are_written(text: str, said: bool) -> None:
    asked = question(forbidden=("الموقع الان", "evil.example"))
    assert _score(asked, answered(text)).forbidden is said


def test_what_only_a_quote_says_is_not_said_by_the_answer() -> None:
    asked = question(forbidden=("1869",))
    assert not _score(asked, answered("…", cited("suez-ar", OPENED_AR))).forbidden


def test_confidence_is_the_answer_s() -> None:
    scores = _score(question(), answered(confidence=0.125))
    assert (scores.confidence, scores.abstained) == (0.125, False)
