"""A small SQuAD-format file in each language: the same topics, paragraphs and questions."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Topic = Sequence[tuple[str, Sequence[tuple[str, str, str]]]]
"""Paragraphs, each with (id, question, answer as it stands in the paragraph)."""

ENGLISH: tuple[Topic, ...] = (
    (
        (
            "The Suez Canal was opened in November 1869. It joins two seas.",
            [("s1", "When was the Suez Canal opened?", "November 1869")],
        ),
        (
            "Petra is a city of stone in Jordan. The Nabataeans built it.",
            [("p1", "Who built Petra?", "The Nabataeans")],
        ),
    ),
    (
        (
            "The Aral Sea lost its water to cotton fields. Ships lie in the sand.",
            [("a1", "Why did the Aral Sea lose its water?", "cotton fields")],
        ),
        (
            "Ibn Battuta set out from Tangier. He travelled for thirty years.",
            [("b1", "Where did Ibn Battuta set out from?", "Tangier")],
        ),
    ),
)
ARABIC: tuple[Topic, ...] = (
    (
        (
            "افتُتحت قناة السويس في نوفمبر 1869. وهي تصل بين بحرين.",
            [("s1", "متى افتُتحت قناة السويس؟", "نوفمبر 1869")],
        ),
        (
            "البتراء مدينة من حجر في الأردن. وقد بناها الأنباط.",
            [("p1", "من بنى البتراء؟", "الأنباط")],
        ),
    ),
    (
        (
            "فقد بحر آرال مياهه بسبب حقول القطن. والسفن راسية في الرمل.",
            [("a1", "لماذا فقد بحر آرال مياهه؟", "حقول القطن")],
        ),
        (
            "انطلق ابن بطوطة من طنجة. وسافر ثلاثين عامًا.",
            [("b1", "من أين انطلق ابن بطوطة؟", "طنجة")],
        ),
    ),
)


def write_squad(path: Path, topics: Sequence[Topic]) -> Path:
    """Write the topics as a SQuAD-format file, each answer given twice as XQuAD may."""
    data: dict[str, Any] = {"version": "1.1", "data": []}
    for topic in topics:
        paragraphs = [
            {"context": context, "qas": [_question(context, *asked) for asked in questions]}
            for context, questions in topic
        ]
        data["data"].append({"title": "", "paragraphs": paragraphs})
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return path


def _question(context: str, question_id: str, question: str, answer: str) -> dict[str, Any]:
    gold = {"text": answer, "answer_start": context.index(answer)}
    return {"id": question_id, "question": question, "answers": [gold, gold]}
