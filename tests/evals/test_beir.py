"""Folders in BEIR's layout: what is read, and what is refused where."""

import re
from pathlib import Path

import pytest

from evals.beir import load_beir
from rag.errors import InputError
from tests.evals.beir_files import (
    DOCUMENTS,
    HEADER,
    QRELS,
    QUERIES,
    to_line,
    write_beir,
    write_lines,
)


def _refused(folder: Path, file: str, line: int, reason: str) -> None:
    expected = f"{re.escape(str(folder / file))}, line {line}: .*{reason}"
    with pytest.raises(InputError, match=expected):
        load_beir(folder)


def test_a_folder_gives_articles_queries_and_judgements(tmp_path: Path) -> None:
    collection = load_beir(write_beir(tmp_path))
    assert [(a.id, a.title, a.text) for a in collection.articles] == list(DOCUMENTS)
    assert collection.queries == QUERIES
    assert collection.qrels == {
        "1": {"petra-en": 2},
        "2": {"battuta-en": 1, "suez-en": 0},
        "3": {"aral-ar": 1},
    }


def test_the_language_of_an_article_is_that_of_its_text(tmp_path: Path) -> None:
    articles = load_beir(write_beir(tmp_path)).articles
    assert [a.language for a in articles] == ["en"] * 5 + ["ar"] * 5


@pytest.mark.parametrize("name", ["qrels/test.tsv", "qrels.tsv"])
@pytest.mark.parametrize("header", [(), (HEADER,), ("qid\tpid\trelevance",)])
def test_qrels_are_read_from_either_place_with_or_without_header(
    tmp_path: Path, name: str, header: tuple[str, ...]
) -> None:
    plain = load_beir(write_beir(tmp_path / "plain")).qrels
    folder = write_beir(tmp_path / "other", qrels=(*header, *QRELS), qrels_name=name)
    collection = load_beir(folder)
    assert collection.qrels == plain
    assert set(collection.sha256) == {"corpus.jsonl", "queries.jsonl", name}


def test_qrels_in_four_columns_are_read_as_those_in_three(tmp_path: Path) -> None:
    lines = ["1\tQ0\tpetra-en\t2", "3\tQ0\taral-ar\t-1"]
    collection = load_beir(write_beir(tmp_path, qrels=lines))
    assert collection.qrels == {"1": {"petra-en": 2}, "3": {"aral-ar": -1}}


def test_windows_line_ends_byte_order_marks_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    folder = write_beir(tmp_path)
    for path in (folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels/test.tsv"):
        data = path.read_bytes().replace(b"\n", b"\r\n\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + data)
    plain = load_beir(write_beir(tmp_path / "plain"))
    collection = load_beir(folder)
    assert collection.articles == plain.articles
    assert collection.queries == plain.queries
    assert collection.qrels == plain.qrels


def test_a_line_separator_in_a_text_ends_no_line(tmp_path: Path) -> None:
    folder = write_beir(tmp_path)
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(to_line({"_id": "x", "title": "", "text": "one\u2028two\u0085three"}))
    assert load_beir(folder).articles[-1].text == "one\u2028two\u0085three"


@pytest.mark.parametrize("text", ["", "  "])
def test_an_article_with_a_title_alone_is_found_by_it(tmp_path: Path, text: str) -> None:
    folder = write_beir(tmp_path, qrels=())
    write_lines(
        folder / "corpus.jsonl", [to_line({"_id": "t", "title": "قناة السويس", "text": text})]
    )
    (article,) = load_beir(folder).articles
    assert (article.title, article.text, article.language) == ("", "قناة السويس", "ar")


def test_an_article_needs_no_title(tmp_path: Path) -> None:
    folder = write_beir(tmp_path, qrels=())
    write_lines(folder / "corpus.jsonl", [to_line({"_id": "t", "text": "The canal."})])
    (article,) = load_beir(folder).articles
    assert (article.title, article.text) == ("", "The canal.")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Expecting"),
        ("[]", "not a JSON object"),
        (to_line({"title": "t", "text": "t"}), "'_id' is not a text"),
        (to_line({"_id": "", "text": "t"}), "'_id' is not a text"),
        (to_line({"_id": 7, "text": "t"}), "'_id' is not a text"),
        (to_line({"_id": "x", "text": ["t"]}), "'text' is not a text"),
        (to_line({"_id": "x", "title": None, "text": "t"}), "'title' is not a text"),
        (to_line({"_id": "suez-en", "text": "t"}), "'suez-en' has come before"),
        ('{"_id": "x", "text": "\\ud800"}', "surrogates not allowed"),
    ],
)
def test_a_bad_document_is_named_by_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    folder = write_beir(tmp_path)
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    _refused(folder, "corpus.jsonl", len(DOCUMENTS) + 2, reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (to_line({"_id": "9"}), "'text' is not a text"),
        (to_line({"_id": "1", "text": "Again?"}), "'1' has come before"),
        (to_line({"_id": "9", "text": " "}), "the question is empty"),
        (to_line({"_id": "9", "text": "?!"}), "question"),
    ],
)
def test_a_query_that_cannot_be_asked_is_named_by_file_and_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    folder = write_beir(tmp_path)
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    _refused(folder, "queries.jsonl", len(QUERIES) + 1, reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 petra-en 1", "1 columns instead of 3 or 4"),
        ("1\tQ0\tpetra-en\t1\tx", "5 columns"),
        ("1\tpetra-en\thigh", "'high' is not a whole number"),
        ("1\tpetra-en\t1.0", "'1.0' is not a whole number"),
        ("77\tpetra-en\t1", "no query '77'"),
        ("1\tnowhere\t1", "no article 'nowhere'"),
        ("1\tpetra-en\t1", "another grade"),
    ],
)
def test_a_bad_judgement_is_named_by_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    folder = write_beir(tmp_path, qrels=(HEADER, *QRELS, line))
    _refused(folder, "qrels/test.tsv", len(QRELS) + 2, reason)


def test_a_bad_first_judgement_is_not_taken_for_a_header(tmp_path: Path) -> None:
    folder = write_beir(tmp_path, qrels=("1\tpetra-en\thigh", *QRELS))
    _refused(folder, "qrels/test.tsv", 1, "'high' is not a whole number")


def test_only_the_first_line_may_be_a_header(tmp_path: Path) -> None:
    folder = write_beir(tmp_path, qrels=(HEADER, HEADER, *QRELS))
    _refused(folder, "qrels/test.tsv", 2, "not a whole number")


def test_the_same_judgement_may_stand_twice(tmp_path: Path) -> None:
    assert load_beir(write_beir(tmp_path, qrels=(QRELS[0], QRELS[0]))).qrels == {
        "1": {"petra-en": 2}
    }


def test_what_is_no_utf8_is_named_by_file_and_line(tmp_path: Path) -> None:
    folder = write_beir(tmp_path)
    with (folder / "corpus.jsonl").open("ab") as file:
        file.write("قناة".encode("cp1256"))
    _refused(folder, "corpus.jsonl", len(DOCUMENTS) + 1, "utf-8")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_beir(tmp_path) / name).unlink()
    with pytest.raises(InputError, match=f"{name}: cannot be read: No such file"):
        load_beir(tmp_path)


def test_a_folder_without_judgements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no qrels/test\.tsv and no qrels\.tsv"):
        load_beir(tmp_path)
