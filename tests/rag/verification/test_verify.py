"""Verdicts on whole sentences: words alone with a fake encoder, meaning with the real one."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.calibrated import CalibratedEncoder, Calibration
from rag.sentences import split_sentences
from rag.types import Article, Problem, Span
from rag.verification import (
    CheckedSentence,
    ShownPassage,
    SourceSentence,
    verify_answer,
    verify_sentence,
)
from tests.fakes import DIM, FakeEncoder, article

SUEZ = article(
    "suez-en",
    "The Suez Canal was opened on 17 November 1869 under Khedive Ismail. It has no locks. "
    "It measured 164 km at first.",
    title="The Suez Canal",
)
NASSER = article(
    "nasser-en",
    "President Nasser nationalised the canal company on 26 July 1956. Traffic resumed in 1957.",
    title="The Suez Canal",
)
SUEZ_AR = article(
    "suez-ar",
    "افتُتحت قناة السويس في 17 نوفمبر/تشرين الثاني 1869. ولا أهوسة فيها. "
    "وأعاد الرئيس أنور السادات فتحها في 5 يونيو/حزيران 1975.",
    "ar",
    title="قناة السويس",
)


def passage(number: int, source: Article) -> ShownPassage:
    spans = split_sentences(source.text, source.language)
    return ShownPassage(
        number, source, Span(0, len(source.text)), tuple(map(SourceSentence, spans))
    )


SHOWN = (passage(1, SUEZ), passage(2, NASSER), passage(3, SUEZ_AR))


@pytest.fixture
def words() -> CalibratedEncoder:
    """Vectors that count words; unrelated texts spread by 0.1."""
    zero = np.zeros(DIM, dtype=np.float32)
    return CalibratedEncoder(
        FakeEncoder(), Calibration({"ar": zero}, {"ar": zero}, {"ar": zero}, 0.1, 0.1)
    )


def check(text: str, cited: tuple[int, ...], words: CalibratedEncoder) -> CheckedSentence:
    return verify_sentence(text, cited, SHOWN, words, "en")


def test_a_sentence_in_the_source_s_own_words_is_supported_without_encoding(
    words: CalibratedEncoder,
) -> None:
    inner = words._encoder
    assert isinstance(inner, FakeEncoder)
    checked = check("The Suez Canal was opened on November 17, 1869.", (1,), words)
    assert checked.supported
    assert inner.encoded == []


def test_evidence_is_an_exact_quote(words: CalibratedEncoder) -> None:
    checked = check("It measured 164 km at first.", (1,), words)
    (evidence,) = checked.evidence
    assert evidence.span.of(SUEZ.text) == "It measured 164 km at first."
    assert (evidence.number, evidence.article_id) == (1, "suez-en")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The Suez Canal was opened on 17 November 1879.", Problem.NUMBER),
        ("The Suez Canal was opened on 18 November 1869.", Problem.NUMBER),
        ("It measured 146 km at first.", Problem.NUMBER),
        ("The Suez Canal was opened under Khedive Tewfik.", Problem.NAME),
        ("The Suez Canal was not opened under Khedive Ismail.", Problem.NEGATION),
        ("President Nasser nationalised the canal company.", Problem.WRONG_PASSAGE),
    ],
)
def test_what_the_source_does_not_say_is_named(
    text: str, problem: Problem, words: CalibratedEncoder
) -> None:
    checked = check(text, (1,), words)
    assert (checked.supported, checked.problem, checked.evidence) == (False, problem, ())


def test_a_wrong_marker_is_not_put_right_in_silence(words: CalibratedEncoder) -> None:
    checked = check("President Nasser nationalised the canal company.", (1,), words)
    assert checked.cited == (1,)


def test_one_right_marker_of_two_is_kept(words: CalibratedEncoder) -> None:
    checked = check("President Nasser nationalised the canal company.", (1, 2), words)
    assert checked.supported
    assert checked.cited == (2,)


def test_a_sentence_without_a_marker_gets_one_where_the_evidence_is_strong(
    words: CalibratedEncoder,
) -> None:
    checked = check("President Nasser nationalised the canal company.", (), words)
    assert checked.supported
    assert checked.cited == (2,)


def test_a_sentence_without_a_marker_and_evidence_stays_without(words: CalibratedEncoder) -> None:
    checked = check("Camels crossed the desert quietly.", (), words)
    assert (checked.supported, checked.problem, checked.cited) == (False, Problem.NO_MARKER, ())


def test_numbers_that_were_not_shown_count_as_none(words: CalibratedEncoder) -> None:
    assert check("Camels crossed the desert quietly.", (99,), words).problem is Problem.NO_MARKER


@pytest.mark.parametrize(
    "text",
    ["Here is what the articles say:", "وفقًا للمقالات:", "Hello!", "## The opening", "", "…"],
)
def test_a_sentence_that_claims_nothing_is_neither(text: str, words: CalibratedEncoder) -> None:
    checked = check(text, (), words)
    assert (checked.claims_nothing, checked.supported, checked.problem) == (True, False, None)


def test_an_answer_of_one_word_claims_something(words: CalibratedEncoder) -> None:
    assert not check("Cairo.", (), words).claims_nothing


def test_an_answer_is_checked_sentence_by_sentence(words: CalibratedEncoder) -> None:
    answer = "The canal was opened in 1869 under Ismail [1]. It measured 194 km at first [1]."
    first, second = verify_answer(answer, SHOWN, words, "en")
    assert (first.supported, second.supported) == (True, False)
    assert second.text == "It measured 194 km at first."


def test_an_answer_with_nothing_shown_has_nothing_supported(words: CalibratedEncoder) -> None:
    (checked,) = verify_answer("The canal was opened in 1869 [1].", (), words, "en")
    assert not checked.supported


@settings(max_examples=40)
@given(st.text(max_size=80), st.lists(st.integers(-2, 6), max_size=4))
def test_no_text_makes_verifying_fail_and_every_quote_is_exact(text: str, cited: list[int]) -> None:
    zero = np.zeros(DIM, dtype=np.float32)
    encoder = CalibratedEncoder(
        FakeEncoder(), Calibration({"ar": zero}, {"ar": zero}, {"ar": zero}, 0.1, 0.1)
    )
    checked = verify_sentence(text, cited, SHOWN, encoder, "ar")
    articles = {p.number: p.article for p in SHOWN}
    for evidence in checked.evidence:
        assert evidence.span.of(articles[evidence.number].text)
    assert 0 <= checked.score <= 1
    assert set(checked.cited) <= set(articles)


def test_a_hostile_answer_takes_linear_time(words: CalibratedEncoder) -> None:
    started = time.perf_counter()
    verify_answer("[1] not " * 5_000 + "[" * 50_000, SHOWN, words, "en")
    assert time.perf_counter() - started < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "language", "cited", "supported"),
    [
        ("In November 1869, when Ismail was khedive, the canal was inaugurated.", "en", 1, True),
        ("The canal was inaugurated in the reign of Khedive Ismail in 1879.", "en", 1, False),
        ("The waterway does have locks.", "en", 1, False),
        ("افتُتحت القناة في 17 تشرين الثاني 1869 في عهد الخديوي إسماعيل.", "ar", 1, True),
        ("لا توجد أهوسة في القناة.", "ar", 1, True),
        ("توجد أهوسة في القناة.", "ar", 1, False),
        ("Anwar Sadat reopened it on June 5, 1975.", "en", 3, True),
        ("Hosni Mubarak reopened it on June 5, 1975.", "en", 3, False),
        ("افتتحت القناة شركة ألمانية خاصة.", "ar", 1, False),
    ],
)
def test_the_real_encoder_tells_what_is_said_in_other_words_or_another_language(
    text: str, language: str, cited: int, supported: bool, encoder: CalibratedEncoder
) -> None:
    assert verify_sentence(text, (cited,), SHOWN, encoder, language).supported is supported
