"""The first words of a model: shown, held back, or never shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generative.opening import Opening, Verdict
from rag.types import Language

ANSWERS: list[tuple[Language, str]] = [
    ("ar", "افتُتحت قناة السويس في 17 نوفمبر 1869 [1]."),
    ("ar", "«افتُتحت القناة عام 1869» [1]."),
    ("ar", "- افتُتحت القناة عام 1869 [1]."),
    ("ar", "1869 هو العام الذي افتُتحت فيه القناة."),
    ("ar", "Suez Canal: قناة في مصر افتُتحت عام 1869 وتصل البحر المتوسط بالبحر الأحمر."),
    ("en", "The Suez Canal was opened on 17 November 1869 [1]."),
    ("en", "No one knows."),
    ("en", "No."),
    ("en", "Nobody answered."),
    ("en", "“No answer” is what he said? Not so."[13:]),
    ("en", "**1869** was the year."),
    ("en", "قناة السويس is the Arabic name of the Suez Canal, which was opened in 1869 [1]."),
    ("fr", "Le canal de Suez fut ouvert en 1869 [1]."),
    ("und", "Το κανάλι άνοιξε το 1869."),
]
DECLINING = [
    "NO_ANSWER", "no_answer", "NO ANSWER", "No answer.", "**NO_ANSWER**", "`NO_ANSWER`",
    "\n\nNO_ANSWER\n", "- NO_ANSWER", "[1] NO_ANSWER", "NO_ANSWER: the passages do not hold it.",
    "NOANSWER", "", " \n", "[1]", "…",
]  # fmt: skip
FOREIGN: list[tuple[Language, str]] = [
    ("ar", "The Suez Canal was opened on 17 November 1869 [1]."),
    ("ar", "Sorry."),
    ("ar", "The canal was opened in 1869, and it is 193 km long today, as the passage says. " * 4),
    ("en", "افتُتحت قناة السويس في 17 نوفمبر 1869 [1]."),
    ("en", "نعم."),
]


def _read(language: Language, *chunks: str) -> tuple[str, Verdict]:
    opening = Opening(language)
    text = "".join([*map(opening.feed, chunks), opening.close()])
    return text, opening.verdict


@pytest.mark.parametrize(("language", "text"), ANSWERS)
def test_an_answer_is_passed_on_whole(language: Language, text: str) -> None:
    for chunks in ((text,), (*text,)):
        assert _read(language, *chunks) == (text, Verdict.ANSWER)


@pytest.mark.parametrize("text", DECLINING)
@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_declining_shows_nothing(language: Language, text: str) -> None:
    for chunks in ((text,), (*text,)):
        assert _read(language, *chunks) == ("", Verdict.DECLINED)


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_another_language_shows_nothing(language: Language, text: str) -> None:
    for chunks in ((text,), (*text,)):
        assert _read(language, *chunks) == ("", Verdict.FOREIGN)


@pytest.mark.parametrize(
    ("language", "first"), [("ar", "ا"), ("ar", "«ق"), ("en", "T"), ("en", "- t"), ("fr", "L")]
)
def test_an_ordinary_answer_passes_from_its_first_letter_on(language: Language, first: str) -> None:
    opening = Opening(language)

    assert opening.feed(first) == first
    assert opening.verdict is Verdict.ANSWER
    assert opening.feed(" NO_ANSWER") == " NO_ANSWER"


@pytest.mark.parametrize("first", ["N", "No", "NO_", "NO_ANS", "no answe", "**NO", "1869", "«"])
def test_what_may_become_declining_waits(first: str) -> None:
    opening = Opening("en")

    assert opening.feed(first) == ""
    assert opening.feed("body x") == f"{first}body x"
    assert opening.verdict is Verdict.ANSWER


def test_the_language_is_told_from_160_letters_where_the_first_one_is_foreign() -> None:
    opening = Opening("ar")
    text = "The canal was opened in 1869. " * 5

    verdicts = []
    for more in (text, "It is long", "افتُتحت القناة."):
        assert opening.feed(more) == ""
        verdicts.append(opening.verdict)
    assert opening.close() == ""
    assert verdicts == [Verdict.WAITING, Verdict.FOREIGN, Verdict.FOREIGN]


@pytest.mark.parametrize("text", ["1869", "١٨٦٩ [1].", "193 %"])
def test_a_number_is_an_answer(text: str) -> None:
    assert _read("ar", text) == (text, Verdict.ANSWER)


@pytest.mark.parametrize(
    "text", ["No, answers differ from one article to another.", "No. Answering was left to him."]
)
def test_words_that_begin_like_the_agreed_one_are_an_answer(text: str) -> None:
    assert _read("en", text) == (text, Verdict.ANSWER)


_PIECES = ["NO", "_", "ANSWER", "no ", "answer", "قناة", "canal ", "1869", "[1]", "\n"]
_ANY = st.one_of(
    st.sampled_from([text for _, text in ANSWERS + FOREIGN] + DECLINING),
    st.lists(st.sampled_from(_PIECES), max_size=40).map("".join),
)  # fmt: skip


@given(
    text=_ANY,
    cuts=st.lists(st.integers(0, 400), max_size=8),
    language=st.sampled_from(["ar", "en"]),
)
def test_nothing_is_lost_or_doubled_and_declining_is_seen_however_it_is_cut(
    text: str, cuts: list[int], language: Language
) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[start:end] for start, end in pairwise(places)]
    shown, verdict = _read(language, *chunks)

    assert verdict is not Verdict.WAITING
    assert shown == (text if verdict is Verdict.ANSWER else "")
    if verdict is Verdict.DECLINED:
        assert _read(language, text) == ("", Verdict.DECLINED)
