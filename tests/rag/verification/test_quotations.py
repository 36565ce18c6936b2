"""What stands between quotation marks stands in a source, or is named."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import split_sentences
from rag.types import Article, Problem, Span
from rag.verification import ShownPassage, SourceSentence, verify_answer
from rag.verification.quotations import fabricated_quotation
from rag.verification.sources import Source, prepare
from tests.fakes import article, fake_encoder

SPEECH_AR = article(
    "nasser-ar",
    "وفي خطاب الإسكندرية قال عبد الناصر: «والقناةُ أُمِّمت اليوم، وستُدار بأيدٍ مصرية». "
    "وأضاف أن الدخل سيبلغ ١٬٥٠٠ مليون جنيه في السنة. ثم رفضت لندن القرار رفضًا قاطعًا.",
    "ar",
    title="تأميم شركة قناة السويس البحرية",
)
SPEECH_EN = article(
    "eden-en",
    "Eden told the Cabinet that Britain couldn't accept it. He said: “A man with Nasser’s record "
    "can’t have his thumb on our windpipe. We shall not allow it.” Parliament met in 1956.",
    title="Britain and the Suez Crisis",
)
CANAL_EN = article(
    "canal-en", "The canal has no locks at all. Pilots guide every ship from sea to sea."
)


def passage(number: int, source: Article) -> ShownPassage:
    spans = split_sentences(source.text, source.language)
    return ShownPassage(
        number, source, Span(0, len(source.text)), tuple(map(SourceSentence, spans))
    )


def sources(*articles: Article) -> list[Source]:
    shown = prepare([passage(number, source) for number, source in enumerate(articles, 1)])
    return list(shown.sources.values())


AR, EN = sources(SPEECH_AR), sources(SPEECH_EN)
BOTH = sources(SPEECH_AR, SPEECH_EN)


@pytest.mark.parametrize(
    "text",
    [
        "قال عبد الناصر: «والقناةُ أُمِّمت اليوم».",
        "قال عبد الناصر: «القناة اممت اليوم وستدار بأيد مصرية».",
        "قال: “الدخل سيبلغ 1500 مليون جنيه”، وهو كثير.",
        'قال إن"الدخل سيبلغ 1,500 مليون جنيه"في السنة.',
        "قال: „رفضت لندن القرار“ و‹رفضًا قاطعًا›.",
        "عنوانه «تأميم شركة قناة السويس البحرية».",
        "قال: «القناة أُممت اليوم… بأيدٍ مصرية».",
        "قال: «رفضت لندن القرار [...] الدخل سيبلغ».",
        'قال: " رفضت لندن القرار " فورًا.',
    ],
)
def test_words_of_an_arabic_source_may_be_quoted_however_they_are_spelled(text: str) -> None:
    assert fabricated_quotation(text, AR) is None


@pytest.mark.parametrize(
    "text",
    [
        "Eden: “a man with Nasser's record can't have his thumb on our windpipe.”",
        'He said "we shall not allow it" and "Parliament met".',
        '"Britain couldn\'t accept it," Eden said.',
        "Eden said: «thumb on our windpipe. We shall not allow it».",
        'In "Britain and the Suez Crisis" that is told.',
        'He said: "Britain couldn’t accept it ... We shall not allow it."',
    ],
)
def test_words_of_an_english_source_may_be_quoted_however_they_are_spelled(text: str) -> None:
    assert fabricated_quotation(text, EN) is None


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("قال: «القناة ستُغلق غدًا».", "القناة ستُغلق غدًا"),
        ("قال: «أُممت القناة اليوم».", "أُممت القناة اليوم"),
        ("قال: «والقناة أُممت … بأيدٍ إنجليزية».", "والقناة أُممت … بأيدٍ إنجليزية"),
        ("قال: «رفضت لندن القرار»، ثم: “لندن قبلت القرار”.", "لندن قبلت القرار"),
        ('قال و"القناة لن تُفتح".', "القناة لن تُفتح"),
        ("قال: «رفضت «لندن» القرار كله».", "رفضت «لندن» القرار كله"),
        ("«السويس البحرية وفي خطاب»", "السويس البحرية وفي خطاب"),
    ],
)
def test_what_an_arabic_source_does_not_have_is_named(text: str, quotation: str) -> None:
    assert fabricated_quotation(text, AR) == quotation


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ('He said: "We shall never allow it."', "We shall never allow it."),
        ("“We allow it not,” he said.", "We allow it not,"),
        ('It met, and "Parliament met in 1957" is said.', "Parliament met in 1957"),
    ],
)
def test_what_an_english_source_does_not_have_is_named(text: str, quotation: str) -> None:
    assert fabricated_quotation(text, EN) == quotation


@pytest.mark.parametrize(
    "text",
    [
        "سفينة «إيفر غيفن» جنحت.",
        "They were \"gunboat diplomacy\" and 'not at all a quote'.",
        'A 5" pipe and a 6" pipe of the same make were laid.',
        "القناة أُممت اليوم بأيدٍ إنجليزية.",
        '«» "" “ ” «',
    ],
)
def test_names_scare_quotes_and_inches_are_no_quotations(text: str) -> None:
    assert fabricated_quotation(text, BOTH) is None


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ('He said: "We shall close the canal.', "We shall close the canal."),
        ('We shall open it again."', "We shall open it again."),
        ("قال: «سنغلق القناة كلها.", "سنغلق القناة كلها."),
        ("ولن نفتحها بعد اليوم».", "ولن نفتحها بعد اليوم"),
    ],
)
def test_a_quotation_that_was_cut_with_its_sentences_is_still_one(
    text: str, quotation: str
) -> None:
    assert fabricated_quotation(text, BOTH) == quotation
    assert fabricated_quotation('He said: "We shall not allow it.', EN) is None
    assert fabricated_quotation('We shall not allow it."', EN) is None


@pytest.mark.parametrize(
    "label", ["(ترجمة)", "(translation)", "(translated)", "(مترجم)", "[ترجمة عن الإنجليزية]"]
)
def test_a_translated_quotation_has_to_say_so(label: str) -> None:
    text = "قال إيدن: «لن نسمح له بأن يضع إصبعه على حنجرتنا»"
    assert fabricated_quotation(f"{text}.", EN) == "لن نسمح له بأن يضع إصبعه على حنجرتنا"
    assert fabricated_quotation(f"{text} {label}.", EN) is None
    assert fabricated_quotation(f"{text} {label}.", BOTH) is None
    assert fabricated_quotation(f"{label} {text}.", EN) is not None


def test_a_label_does_not_excuse_words_that_no_source_in_another_language_can_have() -> None:
    text = 'Eden said "we will certainly allow all of it" (translation).'
    assert fabricated_quotation(text, EN) == "we will certainly allow all of it"
    assert fabricated_quotation(text, AR) is None


def test_a_short_title_may_have_been_translated_where_no_source_has_its_language() -> None:
    text = "كتب «بريطانيا وأزمة قناة السويس»."
    assert fabricated_quotation(text, EN) is None
    assert fabricated_quotation(text, BOTH) == "بريطانيا وأزمة قناة السويس"


def test_a_literal_quotation_in_another_language_needs_no_label() -> None:
    text = 'وقال إيدن بالإنجليزية: "We shall not allow it".'
    assert fabricated_quotation(text, EN) is None
    assert fabricated_quotation(text.replace("allow", "permit"), EN) == "We shall not permit it"


def test_a_quotation_is_not_put_together_from_two_articles() -> None:
    text = 'It is said: "has no locks at all … We shall not allow it".'
    assert fabricated_quotation(text, sources(SPEECH_EN, CANAL_EN)) is not None


def test_two_passages_of_one_article_may_share_a_quotation() -> None:
    whole = passage(1, SPEECH_EN)
    cut = SPEECH_EN.text.index("He said")
    first = ShownPassage(1, SPEECH_EN, Span(0, cut), whole.sentences[:1])
    second = ShownPassage(2, SPEECH_EN, Span(cut, len(SPEECH_EN.text)), whole.sentences[1:])
    parts = list(prepare([first, second]).sources.values())
    text = 'He said: "Britain couldn\'t accept it … We shall not allow it".'
    assert fabricated_quotation(text, parts) is None
    assert fabricated_quotation(text, parts[:1]) is not None


def test_with_no_source_a_quotation_is_fabricated() -> None:
    assert fabricated_quotation('He said "we shall not allow any of it".', []) is not None


@given(st.text('«»“”„‟"‹›… .aب1\n()', max_size=40))
def test_no_text_makes_it_fail_and_what_is_named_stands_in_the_text(text: str) -> None:
    found = fabricated_quotation(text, BOTH)
    assert found is None or found in text


def test_hostile_text_takes_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("«", '"', '"we shall not allow it" ', "«ا ب ج (", ". ", "“"):
        fabricated_quotation(piece * (100_000 // len(piece)), EN)
    assert time.perf_counter() - started < 5


SHOWN = (passage(1, SPEECH_AR), passage(2, SPEECH_EN), passage(3, CANAL_EN))


def test_an_answer_may_quote_what_it_cites_and_nothing_else() -> None:
    answer = (
        'Pilots "guide every ship from sea to sea" [3]. '
        'Pilots "guide from sea to sea every ship" [3]. '
        'Pilots "guide every ship from sea to sea" [2].'
    )
    true, turned, elsewhere = verify_answer(answer, SHOWN, fake_encoder(), "en")
    assert (true.supported, true.cited) == (True, (3,))
    # Every word of it is in the source: only the order tells.
    assert (turned.supported, turned.problem) == (False, Problem.QUOTE)
    assert (elsewhere.supported, elsewhere.problem) == (False, Problem.QUOTE)


def test_an_arabic_answer_that_cites_nothing_may_quote_any_passage() -> None:
    answer = "«الدخل سيبلغ 1500 مليون جنيه في السنة». «في السنة سيبلغ الدخل 1500 مليون جنيه»."
    true, turned = verify_answer(answer, SHOWN, fake_encoder(), "ar")
    assert (true.supported, true.cited) == (True, (1,))
    assert (turned.supported, turned.problem) == (False, Problem.QUOTE)
