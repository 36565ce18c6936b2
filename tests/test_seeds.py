"""The articles that come with Dalil: enough of them, whole, dated and accounted for."""

from collections import Counter
from pathlib import Path

import pytest

from rag.language import detect_language
from rag.loading import discover, load_article
from rag.sentences import split_sentences
from rag.types import Article

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
PATHS = discover([str(SEEDS)])


def _name(path: Path) -> str:
    return str(path.relative_to(SEEDS))


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [load_article(path) for path in PATHS]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_there_are_enough_articles_in_each_language(articles: list[Article], language: str) -> None:
    assert sum(article.language == language for article in articles) >= 12


def test_every_id_is_of_one_article(articles: list[Article]) -> None:
    assert [i for i, n in Counter(article.id for article in articles).items() if n > 1] == []


@pytest.mark.parametrize("path", PATHS, ids=_name)
def test_a_seed_is_a_whole_article(path: Path) -> None:
    article = load_article(path)
    language = path.parent.name
    assert article.language == language == detect_language(article.text)
    assert detect_language(article.title) == language
    assert article.id == path.stem
    assert article.published is not None
    assert article.source
    assert len(split_sentences(article.text, language)) >= 8
    assert "\ufffd" not in article.text


@pytest.mark.parametrize("path", PATHS, ids=_name)
def test_a_seed_is_accounted_for(path: Path) -> None:
    assert f"`{_name(path)}`" in (SEEDS / "SOURCES.md").read_text("utf-8")


def test_no_two_articles_have_the_same_text(articles: list[Article]) -> None:
    assert len({article.text for article in articles}) == len(articles)
