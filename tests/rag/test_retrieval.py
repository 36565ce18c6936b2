"""Candidates of every language, weighed and ranked together."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.retrieval import Retrieved
from rag.types import Filters
from rag.weights import ByPair, Linear, Weights
from tests.fakes import ARTICLES, Engine, article, open_engine, plain_weights


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    return engine


def _retrieve(
    engine: Engine, text: str, filters: Filters = Filters(), weights: Weights | None = None
) -> Retrieved:
    retriever = engine.retriever(weights)
    with engine.store.reading() as view:
        return retriever.retrieve(view, engine.query(text), filters)


def _ids(retrieved: Retrieved) -> list[str]:
    return [passage.evidence.chunk.article_id for passage in retrieved.passages]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("متى افتُتحت قناة السويس؟", "suez-ar"),
        ("أين مدينة البتراء الأثرية؟", "petra-ar"),
        ("When was the Suez Canal opened?", "suez-en"),
        ("Which lake was the fourth largest?", "aral-en"),
    ],
)
def test_the_passage_that_shares_most_comes_first(engine: Engine, question: str, best: str) -> None:
    assert _ids(_retrieve(engine, question))[0] == best


def test_every_language_gives_candidates(engine: Engine) -> None:
    retrieved = _retrieve(engine, "1869")
    assert set(_ids(retrieved)) == {"suez-ar", "petra-ar", "suez-en", "aral-en"}
    assert set(_ids(retrieved)[:2]) == {"suez-ar", "suez-en"}
    assert set(retrieved.term_weights) == {"ar", "en"}


def test_a_name_is_found_across_scripts(engine: Engine) -> None:
    english = [i for i in _ids(_retrieve(engine, "ماذا قال بوتين؟")) if i.endswith("-en")]
    assert english[0] == "aral-en"


def test_near_words_rank_where_no_term_matches(tmp_path: Path) -> None:
    # The fake encoder takes "ab" and "ba" for one word, which no term does.
    engine = open_engine(tmp_path)
    engine.ingester.add([article("far", "xyz qqq."), article("near", "opne qqq.")])
    words_only = Linear((0.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    weights = replace(plain_weights(), passage=ByPair(words_only, words_only))
    retrieved = _retrieve(engine, "open", weights=weights)
    assert _ids(retrieved) == ["near", "far"]
    # The cosine is 1, four spreads, of which two tell nothing.
    assert [p.score for p in retrieved.passages] == pytest.approx([2, 0], abs=0.01)


def test_passages_are_ranked_best_first_and_each_comes_once(engine: Engine) -> None:
    retrieved = _retrieve(engine, "Suez canal 1869")
    scores = [passage.score for passage in retrieved.passages]
    assert scores == sorted(scores, reverse=True)
    chunks = [passage.evidence.chunk.id for passage in retrieved.passages]
    assert len(chunks) == len(set(chunks))


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(languages=("ar",)), {"suez-ar", "petra-ar"}),
        (Filters(languages=("fa",)), set()),
        (Filters(sources=("Reuters",)), {"suez-en"}),
        (Filters(article_ids=("petra-ar", "aral-en")), {"petra-ar", "aral-en"}),
        (Filters(published_from=date(2021, 1, 1)), {"suez-ar", "suez-en"}),
        (Filters(published_to=date(2020, 1, 1)), {"petra-ar"}),
        (Filters(languages=("ar",), published_from=date(2021, 1, 1)), {"suez-ar"}),
    ],
)
def test_nothing_passes_a_filter_that_should_not(
    engine: Engine, filters: Filters, ids: set[str]
) -> None:
    for question in ("Suez Canal lake 1869", "قناة السويس مدينة 1985"):
        assert set(_ids(_retrieve(engine, question, filters))) == ids


def test_an_empty_collection_gives_nothing(tmp_path: Path) -> None:
    assert _retrieve(open_engine(tmp_path), "canal").passages == ()


def test_each_pair_of_languages_is_ranked_by_weights_of_its_own(engine: Engine) -> None:
    nothing = Linear((0.0,) * 6)
    far_ahead = replace(nothing, bias=100.0)
    weights = replace(plain_weights(), passage=ByPair(same=nothing, cross=far_ahead))
    retrieved = _retrieve(engine, "When was the Suez Canal opened?", weights=weights)
    assert {i[-2:] for i in _ids(retrieved)[:2]} == {"ar"}
    assert [p.score for p in retrieved.passages] == [100, 100, 0, 0]


def test_equal_scores_keep_one_order(engine: Engine) -> None:
    nothing = Linear((0.0,) * 6)
    weights = replace(plain_weights(), passage=ByPair(nothing, nothing))
    chunks = [p.evidence.chunk.id for p in _retrieve(engine, "1869", weights=weights).passages]
    assert chunks == sorted(chunks)


def test_a_question_of_stopwords_is_searched_by_its_vector(engine: Engine) -> None:
    assert len(_ids(_retrieve(engine, "what is it"))) == 4


def test_an_article_of_many_chunks_gives_its_best_ones(engine: Engine) -> None:
    text = " ".join(f"Sentence {n} speaks of nothing much at all today." for n in range(60))
    engine.ingester.add([article("long", f"{text} The wombat sleeps by day. {text}")])
    best = _retrieve(engine, "When does the wombat sleep?").passages[0].evidence.chunk
    texts = [row.terms for row in best.sentences]
    assert best.article_id == "long"
    assert any("wombat" in terms for terms in texts)
