"""What a sentence denies, and which side it takes."""

from hypothesis import given
from hypothesis import strategies as st

from rag.verification.clauses import clauses_of, undenied, windows_of
from rag.verification.polarity import content_words, sides_of, skeletons


def denied(text: str) -> list[str]:
    return [word.word for word in content_words(text) if word.denied == 1]


def test_the_first_content_word_after_a_negator_is_denied() -> None:
    assert denied("The project did not help in March.") == ["help"]
    assert denied("لم تتوقف الملاحة في القناة") == ["تتوقف"]
    assert denied("They left without a crew.") == ["crew"]


def test_exceptions_and_idioms_deny_nothing() -> None:
    assert denied("لا يُحل النزاع إلا سياسيًا") == []
    assert denied("not only the fish died") == []
    assert denied("غير أن القمة عُقدت") == []


def test_opposites_take_sides_and_denial_turns_them_round() -> None:
    assert ("accept", -1) in sides_of(content_words("They rejected the plan."))
    assert ("accept", 1) in sides_of(content_words("They did not reject the plan."))
    assert ("accept", -1) in sides_of(content_words("رفضوا الخطة"))
    assert ("accept", 1) in sides_of(content_words("أيّد القادة الخطة"))


def test_phrases_are_not_taken_word_by_word() -> None:
    assert ("accept", -1) in sides_of(content_words("They ruled out a strike."))
    assert sides_of(content_words("The fish came back.")) == frozenset()


def test_a_verb_meets_itself_in_another_tense() -> None:
    assert skeletons("تتوقف") & skeletons("توقفت")
    assert skeletons("تشترك") & skeletons("اشتركت")
    assert not skeletons("تتوقف") & skeletons("اشتركت")


def test_a_denial_can_be_taken_out() -> None:
    assert undenied("It did not help.") == "It help."
    assert undenied("لم تتوقف الملاحة") == "تتوقف الملاحة"
    assert undenied("It helped.") is None
    assert undenied("لم تُعوَّم إلا بعد أيام") is None


def test_clauses_are_cut_and_short_ones_joined() -> None:
    assert clauses_of("The lake split in two, and one part dried up.") == (
        "The lake split in two",
        "and one part dried up.",
    )
    assert clauses_of("Yes, they met there.") == ("Yes, they met there.",)


def test_windows_are_runs_of_up_to_three_clauses() -> None:
    text = "one two three, four five six, seven eight nine, ten one two"
    # 4 single clauses, 3 pairs, 2 runs of three.
    assert len(windows_of(text)) == 4 + 3 + 2


def test_a_sentence_of_a_hundred_thousand_commas_has_few_clauses() -> None:
    assert len(clauses_of("word and some more, " * 5_000)) <= 12


@given(st.text(max_size=80))
def test_clauses_keep_every_letter_and_digit(text: str) -> None:
    kept = "".join(c for clause in clauses_of(text) for c in clause if c.isalnum())
    assert kept == "".join(c for c in text if c.isalnum())
