"""A draft grows as it is shown, and numbers its quotes as they first appear."""

import pytest

from rag.events import CitationFound, TextDelta
from rag.generative.draft import Draft
from rag.types import AnswerSentence, Language, Problem, Span
from rag.verification import CheckedSentence, Evidence
from tests.fakes import ARTICLES

BY_ID = {article.id: article for article in ARTICLES}
OPENED = Evidence(4, "suez-ar", Span(0, 38), 0.9)
LONG = Evidence(4, "suez-ar", Span(39, 76), 0.8)
OPENED_EN = Evidence(1, "suez-en", Span(0, 46), 0.7)


def _proved(text: str, *evidence: Evidence, score: float = 0.9) -> CheckedSentence:
    cited = tuple({item.number: None for item in evidence})
    return CheckedSentence(text, True, score, cited, evidence, None)


def _unproved(text: str, problem: Problem = Problem.NUMBER) -> CheckedSentence:
    return CheckedSentence(text, False, 0.4, (4,), (), problem)


def _lead_in(text: str) -> CheckedSentence:
    return CheckedSentence(text, False, 0.0, (), (), None, claims_nothing=True)


def _take(draft: Draft, checked: CheckedSentence) -> list[TextDelta | CitationFound]:
    """Show a sentence, and then what it is cited with, as the answerer does."""
    draft.show(checked.text)
    return list(draft.take(checked, BY_ID))


def test_a_draft_begins_with_nothing() -> None:
    draft = Draft()

    assert (draft.text, draft.confidence) == ("", 0.0)
    assert not draft.proved
    assert not draft.claims_anything


def test_what_is_shown_is_the_text() -> None:
    draft = Draft()
    told = [draft.show(piece) for piece in ("افتُتحت ", "قناة السويس", ".")]

    assert [event.text for event in told] == ["افتُتحت ", "قناة السويس", "."]
    assert draft.text == "افتُتحت قناة السويس."


def test_a_marker_comes_before_the_exact_quote_that_it_names() -> None:
    draft = Draft()
    marker, found = _take(draft, _proved("افتُتحت القناة عام 1869.", OPENED))

    assert marker == TextDelta(" [1]")
    assert isinstance(found, CitationFound)
    citation = found.citation
    assert citation.quote == "افتُتحت قناة السويس في 17 نوفمبر 1869."
    assert (citation.marker, citation.article_id, citation.start, citation.end) == (
        1,
        "suez-ar",
        0,
        38,
    )
    assert (citation.title, citation.language, citation.score) == ("قناة السويس", "ar", 0.9)
    assert draft.text == "افتُتحت القناة عام 1869. [1]"
    assert draft.citations == [citation]


def test_markers_count_quotes_not_passages() -> None:
    draft = Draft()
    _take(draft, _proved("It is 193 km long.", LONG))
    told = _take(draft, _proved("It opened in 1869.", OPENED_EN, OPENED))

    assert told[0] == TextDelta(" [2][3]")
    assert [event.citation.marker for event in told[1:] if isinstance(event, CitationFound)] == [
        2,
        3,
    ]
    assert [citation.article_id for citation in draft.citations] == [
        "suez-ar",
        "suez-en",
        "suez-ar",
    ]


def test_a_quote_that_is_needed_again_keeps_its_marker_and_is_not_told_again() -> None:
    draft = Draft()
    _take(draft, _proved("افتُتحت عام 1869.", OPENED))
    told = _take(draft, _proved("وكان ذلك في نوفمبر، وطولها 193 كيلومترًا.", LONG, OPENED))

    assert [event for event in told if isinstance(event, TextDelta)] == [TextDelta(" [2][1]")]
    assert [e.citation.marker for e in told if isinstance(e, CitationFound)] == [2]
    assert [sentence.citations for sentence in draft.sentences] == [(1,), (2, 1)]


def test_a_quote_that_is_named_twice_at_once_is_marked_once() -> None:
    draft = Draft()
    told = _take(draft, _proved("افتُتحت عام 1869.", OPENED, OPENED))

    assert told[0] == TextDelta(" [1]")
    assert len(told) == 2
    assert draft.sentences[0].citations == (1,)


def test_a_sentence_without_proof_keeps_its_words_and_its_problem() -> None:
    draft = Draft()

    assert _take(draft, _unproved("طولها 210 كيلومترات.")) == []
    assert draft.text == "طولها 210 كيلومترات."
    assert draft.sentences == [AnswerSentence(draft.text, (), False, Problem.NUMBER)]
    assert draft.claims_anything
    assert not draft.proved


def test_a_lead_in_is_no_claim_and_costs_no_confidence() -> None:
    draft = Draft()
    _take(draft, _lead_in("إليك ما تقوله المقالات:"))
    assert not draft.claims_anything

    _take(draft, _proved("افتُتحت عام 1869.", OPENED, score=0.9))
    assert draft.confidence == pytest.approx(0.9)
    assert draft.sentences[0].problem is None


def test_the_confidence_is_the_mean_and_what_is_not_proved_counts_nothing() -> None:
    draft = Draft()
    for checked in (
        _proved("افتُتحت عام 1869.", OPENED, score=0.9),
        _proved("وطولها 193 كيلومترًا.", LONG, score=0.6),
        _unproved("وحفرها نابليون."),
    ):
        _take(draft, checked)

    assert draft.confidence == pytest.approx((0.9 + 0.6 + 0.0) / 3)


@pytest.mark.parametrize(
    ("text", "language", "speaks"),
    [
        ("افتُتحت قناة السويس عام 1869.", "ar", True),
        ("افتُتحت قناة السويس عام 1869.", "en", False),
        ("The Suez Canal was opened in 1869.", "en", True),
        ("The Suez Canal was opened in 1869.", "ar", False),
        ("1869. [1]", "ar", True),
        ("1869. [1]", "en", True),
        ("افتُتحت قناة السويس (Suez Canal) عام 1869.", "ar", True),
    ],
)
def test_the_language_of_the_whole_text_counts(text: str, language: Language, speaks: bool) -> None:
    draft = Draft()
    draft.show(text)

    assert draft.speaks(language) is speaks
