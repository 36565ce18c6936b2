"""Questions that point back at what was asked are told from those that stand alone."""

import pytest

from rag.followup import points_back, stand_alone
from rag.types import Turn


@pytest.mark.parametrize(
    ("question", "before", "alone"),
    [
        ("كم ارتفاعها؟", "أين تقع الخزنة في البتراء؟", "كم ارتفاعها؟ (تقع الخزنة البتراء)"),
        ("وكم يبلغ طولها؟", "متى افتتحت قناة السويس؟", "وكم يبلغ طولها؟ (افتتحت قناة السويس)"),
        ("وماذا قال عنها؟", "ما موقف بوتين من سورية؟", "وماذا قال عنها؟ (موقف بوتين سورية)"),
        ("and who chaired it?", "When was the Sochi summit?", "and who chaired it? (Sochi summit)"),
        (
            "How long did he stay in the job?",
            "Who led the Arab League first?",
            "How long did he stay in the job? (led Arab League first)",
        ),
    ],
)  # fmt: skip
def test_the_words_of_the_question_before_are_carried_over(
    question: str, before: str, alone: str
) -> None:
    assert stand_alone(question, [Turn("user", before), Turn("assistant", "…")]) == alone


@pytest.mark.parametrize(
    "question",
    [
        "متى افتُتحت مكتبة الإسكندرية الجديدة؟",
        "ما سبب جفاف بحر آرال؟",
        "Who deciphered the Rosetta Stone?",
        "How many training camps are near the border of the organisation?",
    ],
)
def test_a_question_that_names_its_subject_stands_alone(question: str) -> None:
    assert not points_back(question)
    assert stand_alone(question, [Turn("user", "ما البتراء؟")]) == question


@pytest.mark.parametrize("question", ["ومتى؟", "why?", "كم طوله وعرضها؟", "what about them?"])
def test_a_question_that_says_little_points_back(question: str) -> None:
    assert points_back(question)


def test_what_dalil_said_is_not_taken_for_what_was_asked() -> None:
    assert (
        stand_alone("كم ارتفاعها؟", [Turn("assistant", "البتراء مدينة أثرية.")]) == "كم ارتفاعها؟"
    )


def test_the_last_question_that_said_something_counts() -> None:
    history = [
        Turn("user", "أين البتراء؟"),
        Turn("user", "متى افتتحت قناة السويس؟"),
        Turn("user", "كيف؟"),
    ]
    assert stand_alone("وكم طولها؟", history) == "وكم طولها؟ (افتتحت قناة السويس)"
