"""SQuAD-format files as a collection with questions."""

import hashlib
import json
from pathlib import Path

import pytest

from evals.squad import SquadFile, holds_gold, is_development, load_squad
from rag.errors import InputError
from rag.types import Span
from tests.evals.squad_files import ARABIC, ENGLISH, write_squad


@pytest.fixture
def english(tmp_path: Path) -> SquadFile:
    return load_squad(write_squad(tmp_path / "en.json", ENGLISH))


@pytest.fixture
def arabic(tmp_path: Path) -> SquadFile:
    return load_squad(write_squad(tmp_path / "ar.json", ARABIC))


def test_every_paragraph_becomes_an_article_without_a_title(arabic: SquadFile) -> None:
    articles = arabic.articles()
    assert [a.id for a in articles] == ["ar-0000", "ar-0001", "ar-0002", "ar-0003"]
    assert [a.text for a in articles] == [context for topic in ARABIC for context, _ in topic]
    assert {(a.title, a.language) for a in articles} == {("", "ar")}


def test_a_question_knows_its_paragraph_and_its_topic(english: SquadFile) -> None:
    assert [(q.id, q.paragraph, q.topic) for q in english.questions] == [
        ("s1", 0, 0), ("p1", 1, 0), ("a1", 2, 1), ("b1", 3, 1),
    ]  # fmt: skip
    assert english.question("b1").text == "Where did Ibn Battuta set out from?"


def test_an_answer_that_is_given_twice_is_one(english: SquadFile) -> None:
    (gold,) = english.question("s1").answers
    assert gold.span.of(english.paragraphs[0]) == gold.text == "November 1869"


def test_parallel_files_share_their_ids(english: SquadFile, arabic: SquadFile) -> None:
    assert [q.id for q in english.questions] == [q.id for q in arabic.questions]
    assert (english.language, arabic.language) == ("en", "ar")


def test_a_file_is_named_by_its_checksum(english: SquadFile) -> None:
    assert english.sha256 == hashlib.sha256(english.path.read_bytes()).hexdigest()


def test_a_topic_falls_into_one_half_whole(english: SquadFile) -> None:
    halves = {q.id: is_development(q) for q in english.questions}
    assert halves == {"s1": True, "p1": True, "a1": False, "b1": False}


@pytest.mark.parametrize(
    ("question", "article_id", "start", "end", "text", "holds"),
    [
        # The whole place of the gold answer, in the gold paragraph.
        ("s1", "en-0000", 0, 43, "…", True),
        # Half of it.
        ("s1", "en-0000", 0, 35, "…", False),
        # The same place in another paragraph.
        ("s1", "en-0001", 0, 43, "…", False),
        # The answer's words, wherever they stand.
        ("s1", "en-0003", 0, 9, "It was November, 1869 then.", True),
        ("s1", "en-0003", 0, 9, "It was November 18690 then.", False),
    ],
)
def test_a_quote_holds_the_gold_by_its_place_or_by_its_words(
    english: SquadFile, question: str, article_id: str, start: int, end: int, text: str, holds: bool
) -> None:
    assert holds_gold(english, question, article_id, Span(start, end), text) is holds


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"data": 3}',
        '{"data": [{}]}',
        '{"data": [{"paragraphs": [{"context": "a"}]}]}',
        '{"data": [{"paragraphs": [{"context": "a", "qas": [{"id": "1"}]}]}]}',
        "\ufeff",
    ],
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"file\.json: not a SQuAD-format file"):
        load_squad(path)


def test_answers_that_are_no_list_are_refused(tmp_path: Path) -> None:
    question = {"id": "1", "question": "?", "answers": {}}
    path = tmp_path / "file.json"
    data = [{"paragraphs": [{"context": "a", "qas": [question]}]}]
    path.write_text(json.dumps({"data": data}))
    with pytest.raises(InputError):
        load_squad(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read"):
        load_squad(tmp_path / "nowhere.json")
