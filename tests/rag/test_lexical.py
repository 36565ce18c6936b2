"""Candidates by term, and questions whose characters must mean nothing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from rag.lexical import LexicalIndex
from rag.query import check_question
from rag.store import Store
from rag.terms import analyse
from rag.types import Article, Filters
from tests.fakes import ARTICLES, article, indexed


def _write(store: Store, *articles: Article, removed: tuple[str, ...] = ()) -> None:
    batch = indexed(*articles)
    store.write(batch.articles, removed, batch.new, fingerprint="fake", pipeline="p")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "dalil.db", create=True)) as store:
        _write(store, *ARTICLES)
        yield store


@pytest.fixture
def index(store: Store, tmp_path: Path) -> LexicalIndex:
    return _caught_up(LexicalIndex(tmp_path / "index"), store)


def _caught_up(index: LexicalIndex, store: Store) -> LexicalIndex:
    with store.reading() as view:
        index.catch_up(view)
    return index


def _found(
    index: LexicalIndex, store: Store, terms: list[str], language: str, filters: Filters = Filters()
) -> list[str]:
    ids = index.search(terms, language, 10, filters)
    with store.reading() as view:
        rows = view.load_chunks(ids)
    return [rows[i].article_id for i in ids]


@pytest.mark.parametrize(
    ("question", "language", "found"),
    [
        ("قناة السويس", "ar", ["suez-ar"]),
        ("القَناةُ", "ar", ["suez-ar"]),
        ("1985", "ar", ["petra-ar"]),
        ("When was the canal opened?", "en", ["suez-en"]),
        ("lakes", "en", ["aral-en"]),
        ("1869", "en", ["suez-en"]),
        ("weather", "en", []),
        ("", "en", []),
    ],
)
def test_a_question_s_terms_find_the_chunks_that_hold_them(
    index: LexicalIndex, store: Store, question: str, language: str, found: list[str]
) -> None:
    assert _found(index, store, analyse(question), language) == found


def test_a_name_is_found_by_its_key_across_scripts(index: LexicalIndex, store: Store) -> None:
    assert _found(index, store, ["~btn"], "en") == ["aral-en"]


def test_more_and_rarer_terms_come_first(index: LexicalIndex, store: Store) -> None:
    _write(store, article("many", "The canal of Suez opened."), article("one", "A canal."))
    _caught_up(index, store)
    assert _found(index, store, analyse("Suez canal opened"), "en")[0] in {"many", "suez-en"}
    assert _found(index, store, analyse("Suez canal opened"), "en")[-1] == "one"


INERT = [
    '"', '""', '"canal', "'", "NOT canal", "canal AND NOT lake", "AND", "OR", "NOT", "*", "can*",
    "?anal", "(", ")", "(canal", "canal)", "-", "-canal", "+canal", "^", "canal^2", "canal~",
    "canal~2", "terms:canal", "published:[1 TO 9]", "{a TO b}", "[", "\\", "canal\\", "/.*/",
    "canal\0lake", "<canal>", "a:b:c", "&&", "||", "!", "IN [canal]", "canal; DROP TABLE chunks",
    "%_", "\u202ecanal", "canal\n\nlake",
]  # fmt: skip


@pytest.mark.parametrize("question", INERT)
def test_no_character_of_a_question_means_anything(
    index: LexicalIndex, store: Store, question: str
) -> None:
    # As the question's path cuts it up, and as a term that was never cut up.
    plain = {"canal": ["suez-en"], "lake": ["aral-en"]}
    terms = analyse(question)
    expected = {article_id for term in terms for article_id in plain.get(term, [])}
    assert set(_found(index, store, terms, "en")) == expected
    assert _found(index, store, [question], "en") == []
    assert index.document_frequency(question, "en") == 0


def test_a_question_s_checked_form_keeps_the_syntax_inert(
    index: LexicalIndex, store: Store
) -> None:
    checked = check_question('  "canal" -(NOT*) ^\0 ', 100)
    assert _found(index, store, analyse(checked), "en") == ["suez-en"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"suez-ar", "petra-ar"}),
        (Filters(sources=("سانا",)), {"suez-ar"}),
        (Filters(sources=("سان", "سا نا")), set()),
        (Filters(article_ids=("petra-ar", "suez-en")), {"petra-ar"}),
        (Filters(published_from=date(2020, 1, 1)), {"suez-ar"}),
        (Filters(published_to=date(2019, 1, 31)), {"petra-ar"}),
        (Filters(published_from=date(2019, 1, 31), published_to=date(2019, 1, 31)), {"petra-ar"}),
        (Filters(published_from=date(2022, 1, 1), published_to=date(2020, 1, 1)), set()),
    ],
)
def test_filters_are_those_of_the_store(
    index: LexicalIndex, store: Store, filters: Filters, found: set[str]
) -> None:
    terms = analyse("قناة مدينة")
    assert set(_found(index, store, terms, "ar", filters)) == found


def test_an_article_without_a_date_passes_no_filter_of_dates(
    index: LexicalIndex, store: Store
) -> None:
    assert _found(index, store, ["lake"], "en") == ["aral-en"]
    for filters in (Filters(published_from=date.min), Filters(published_to=date.max)):
        assert _found(index, store, ["lake"], "en", filters) == []


def test_what_is_removed_or_changed_is_found_no_more(index: LexicalIndex, store: Store) -> None:
    _write(store, article("aral-en", "Nothing but sand."), removed=("suez-en",))
    _caught_up(index, store)
    assert _found(index, store, ["canal"], "en") == []
    assert _found(index, store, ["lake"], "en") == []
    assert _found(index, store, ["sand"], "en") == ["aral-en"]


def test_a_term_s_frequency_is_the_number_of_chunks_with_it(index: LexicalIndex) -> None:
    assert index.document_frequency("1869", "en") == 1
    assert index.document_frequency("canal", "en") == 1
    assert index.document_frequency("nothing", "en") == 0


def test_a_term_s_frequency_does_not_count_what_was_removed(
    index: LexicalIndex, store: Store
) -> None:
    _write(store, removed=("suez-en",))
    _caught_up(index, store)
    assert index.document_frequency("1869", "en") == 0
    assert index.document_frequency("1869", "ar") == 1


def test_another_process_s_changes_are_seen(
    index: LexicalIndex, store: Store, tmp_path: Path
) -> None:
    other = _caught_up(LexicalIndex(tmp_path / "index"), store)
    _write(store, article("new", "A harbour."))
    _caught_up(other, store)
    _caught_up(index, store)
    assert _found(index, store, ["harbour"], "en") == ["new"]


def test_an_index_that_was_never_caught_up_gives_nothing(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "nowhere")
    assert index.search(["canal"], "en", 5, Filters()) == []
    assert index.document_frequency("canal", "en") == 0
