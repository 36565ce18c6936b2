"""Reads SQuAD-format files as a collection of articles with questions.

Each paragraph becomes an article of its own, without a title, so that nothing but the
paragraph's text can be found. Measuring is for `directions.py` and its neighbours.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evals.metrics import holds_answer
from rag.errors import InputError
from rag.language import detect_language
from rag.types import Article, Language, Span


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """An answer's words, and where the data says they stand in the paragraph."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the number of its paragraph, and the answers as the data gives them.

    `topic` numbers the source article; paragraphs of one topic never fall into both
    halves of a split.
    """

    id: str
    text: str
    paragraph: int
    answers: tuple[GoldAnswer, ...]
    topic: int


@dataclass(frozen=True)
class SquadFile:
    """One file in one language."""

    path: Path
    sha256: str
    language: Language
    paragraphs: tuple[str, ...]
    questions: tuple[SquadQuestion, ...]

    def question(self, question_id: str) -> SquadQuestion:
        """The question with an id; parallel files give theirs the same ids."""
        return self._by_id[question_id]

    @cached_property
    def _by_id(self) -> dict[str, SquadQuestion]:
        return {question.id: question for question in self.questions}

    def article_id(self, paragraph: int) -> str:
        """The id of a paragraph's article: ("ar", 7) → "ar-0007"."""
        return f"{self.language}-{paragraph:04d}"

    def articles(self) -> list[Article]:
        return [
            Article(self.article_id(number), "", text, self.language)
            for number, text in enumerate(self.paragraphs)
        ]


def load_squad(path: Path) -> SquadFile:
    """Read one SQuAD-format file (Rajpurkar et al., 2016).

    Raises:
        InputError: the file is missing or not in that format.
    """
    try:
        raw = path.read_bytes()
        topics = json.loads(raw)["data"]
        paragraphs: list[str] = []
        questions: list[SquadQuestion] = []
        for topic_number, topic in enumerate(topics):
            for paragraph in topic["paragraphs"]:
                questions.extend(_questions(paragraph["qas"], len(paragraphs), topic_number))
                paragraphs.append(paragraph["context"])
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a SQuAD-format file ({error!r})") from error
    language = detect_language(" ".join(paragraphs[:20]))
    digest = hashlib.sha256(raw).hexdigest()
    return SquadFile(path, digest, language, tuple(paragraphs), tuple(questions))


def _questions(
    items: Sequence[dict[str, object]], paragraph: int, topic: int
) -> Iterable[SquadQuestion]:
    for item in items:
        answers = item["answers"]
        if not isinstance(answers, list):
            raise TypeError(f"answers are a list, not {type(answers).__name__}")
        gold = tuple(dict.fromkeys(_gold(a["text"], a["answer_start"]) for a in answers))
        yield SquadQuestion(str(item["id"]), str(item["question"]), paragraph, gold, topic)


def _gold(text: str, start: int) -> GoldAnswer:
    return GoldAnswer(text, Span(start, start + len(text)))


def is_development(question: SquadQuestion) -> bool:
    """Whether a question belongs to the half that weights are fitted on: even topics."""
    return question.topic % 2 == 0


def holds_gold(file: SquadFile, question_id: str, article_id: str, span: Span, text: str) -> bool:
    """Whether a quote holds a gold answer to a question.

    It does where it covers the answer's place in the gold paragraph (gold spans may begin
    inside a word), or where the answer's words stand in it, wherever it comes from.
    """
    question = file.question(question_id)
    if article_id == file.article_id(question.paragraph) and any(
        span.start <= gold.span.start and gold.span.end <= span.end for gold in question.answers
    ):
        return True
    return holds_answer(text, [gold.text for gold in question.answers])
