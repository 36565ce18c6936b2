"""Reads a folder in BEIR's layout, which MIRACL and others share: corpus, queries, qrels.

    corpus.jsonl       {"_id": "d1", "title": "قناة السويس", "text": "افتُتحت القناة …"}
    queries.jsonl      {"_id": "q1", "text": "When was the canal opened?"}
    qrels/test.tsv     q1 ⇥ d1 ⇥ 1      or qrels.tsv; see `load_beir`

Retrieving and measuring are for `bench_beir.py` and `ranking.py`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import InputError, QuestionError
from rag.language import detect_language
from rag.query import check_question
from rag.types import Article

LONGEST_QUERY = 20_000
"""In code points."""

_QRELS = ("qrels/test.tsv", "qrels.tsv")
_ENOUGH_TO_TELL = 2_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BeirCollection:
    """Articles with the queries about them.

    Attributes:
        articles: in the corpus's order, each in the language that its text is in.
        queries: text by id, in the file's order; some may have no judgement.
        qrels: grades by query and article, as the file has them: more is more relevant, 0 or
            less is not relevant.
        sha256: of each file, by its name.
    """

    articles: tuple[Article, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    sha256: Mapping[str, str]


def load_beir(folder: Path) -> BeirCollection:
    """Read a folder (Thakur et al., 2021; Zhang et al., 2023).

    Qrels are separated by tabs: query, article, grade, as BEIR has them, or query, "Q0",
    article, grade, as MIRACL has them; a header may come first. An article that has a title
    alone is found by it. Blank lines count for nothing.

    Raises:
        InputError: a file is missing, or a line is not what it should be: no UTF-8, no such
            fields, an id that came before, a query that cannot be asked, a judgement of
            what is not there. It names the file and the line.
    """
    qrels_path = next((folder / name for name in _QRELS if (folder / name).exists()), None)
    if qrels_path is None:
        raise InputError(f"{folder}: holds no {' and no '.join(_QRELS)}; name a BEIR-style folder")
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    articles = dict(_unique(corpus, _article))
    texts = dict(_unique(queries, _query))
    return BeirCollection(
        tuple(articles.values()),
        texts,
        _read_qrels(qrels_path, texts, articles),
        {str(path.relative_to(folder)): _digest(path) for path in (corpus, queries, qrels_path)},
    )


def _unique(path: Path, parse: Callable[[str], tuple[str, T]]) -> Iterator[tuple[str, T]]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            item_id, value = parse(line)
            if item_id in seen:
                raise ValueError(f"the id {item_id!r} has come before")
        except (ValueError, QuestionError) as error:
            raise _at(path, number, error) from error
        seen.add(item_id)
        yield item_id, value


def _article(line: str) -> tuple[str, Article]:
    fields = _fields(line)
    article_id, title = _string(fields, "_id"), _string(fields, "title", "")
    text = _string(fields, "text", "")
    if not text.strip():
        title, text = "", title
    language = detect_language(f"{title} {text}"[:_ENOUGH_TO_TELL])
    return article_id, Article(article_id, title, text, language)


def _query(line: str) -> tuple[str, str]:
    fields = _fields(line)
    # Asked now, a query that cannot be asked stops nothing that has run for hours.
    return _string(fields, "_id"), check_question(_string(fields, "text"), LONGEST_QUERY)


def _fields(line: str) -> dict[str, Any]:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("not a JSON object")
    return fields


def _string(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A field's text, which is not empty unless there is a default."""
    value = fields.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise ValueError(f"{name!r} is not a text")
    value.encode()  # Half a surrogate pair is JSON, but no text.
    return value


def _read_qrels(
    path: Path, queries: Mapping[str, str], articles: Mapping[str, Article]
) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    first = True
    for number, line in _lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        is_header = first and cells[0] not in queries and not _is_grade(cells[-1])
        first = False
        if is_header:
            continue
        try:
            query, article, grade = _judgement(cells)
            if query not in queries:
                raise ValueError(f"there is no query {query!r}")
            if article not in articles:
                raise ValueError(f"there is no article {article!r}")
            if qrels.setdefault(query, {}).setdefault(article, grade) != grade:
                raise ValueError(f"{article!r} has another grade for {query!r} before")
        except ValueError as error:
            raise _at(path, number, error) from error
    return qrels


def _judgement(cells: list[str]) -> tuple[str, str, int]:
    """Query, article and grade: ["q", "d", "1"] or ["q", "Q0", "d", "1"] → ("q", "d", 1)"""
    if len(cells) not in (3, 4):
        raise ValueError(f"{len(cells)} columns instead of 3 or 4, separated by tabs")
    if not _is_grade(cells[-1]):
        raise ValueError(f"the grade {cells[-1]!r} is not a whole number")
    return cells[0], cells[-2], int(cells[-1])


def _is_grade(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1.

    Only a line feed ends one: the other ends that Unicode knows may stand in a JSON string.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                try:
                    line = raw.decode("utf-8-sig")
                except UnicodeDecodeError as error:
                    raise _at(path, number, error) from error
                if line.strip():
                    yield number, line
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _at(path: Path, number: int, error: Exception) -> InputError:
    return InputError(f"{path}, line {number}: {error}")
