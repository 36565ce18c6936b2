"""Which sentences are picked as an answer, and which never are."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.candidates import lay_out
from rag.extractive import MAX_SENTENCES, pick_sentences, rank_sentences
from rag.features import TermWeights
from rag.indexing import Indexer
from rag.nearness import NearWords
from rag.query import analyse_query
from rag.quote import Quote
from rag.retrieval import RankedPassage
from rag.store import ChunkRow, SentenceRow
from rag.types import Article, Language
from rag.weighing import weigh
from rag.weights import ByPair, Linear, Weights
from tests.fakes import NO_WORDS, article, fake_encoder, plain_weights

ENCODER = fake_encoder()


def _passages(articles: tuple[Article, ...], overlap: int = 0) -> list[ChunkRow]:
    """The chunks of articles as the store gives them back."""
    batch = Indexer(ENCODER, 24, overlap).index(articles, lambda _hashes: {}, lambda _words: set())
    chunks: list[ChunkRow] = []
    for stored in batch.articles:
        rows = [
            SentenceRow(n, s.span, s.terms, s.keys, NO_WORDS, batch.new.texts[s.vector_hash])
            for n, s in enumerate(stored.sentences)
        ]
        chunks.extend(
            ChunkRow(
                len(chunks), stored.article.id, stored.article.language, chunk.span,
                stored.title_terms, chunk.vector, tuple(rows[chunk.first : chunk.last + 1]),
            )
            for chunk in stored.chunks
        )  # fmt: skip
    return chunks


def _ranked(
    question: str, *articles: Article, weights: Weights | None = None, overlap: int = 0
) -> list[Quote]:
    return _run(rank_sentences, question, articles, weights, overlap)


def _picked(question: str, *articles: Article, weights: Weights | None = None) -> list[Quote]:
    return _run(pick_sentences, question, articles, weights, 0)


def _run(
    pick: Callable[..., list[Quote]],
    question: str,
    articles: tuple[Article, ...],
    weights: Weights | None,
    overlap: int,
) -> list[Quote]:
    query = analyse_query(question, ENCODER, 2000)
    terms: dict[Language, TermWeights] = {
        language: TermWeights(dict.fromkeys(query.terms_for(language), 1.0))
        for language in ("ar", "en")
    }
    passages = [
        RankedPassage(evidence, -n)
        for n, chunk in enumerate(_passages(articles, overlap))
        for evidence in weigh(
            query, [lay_out(chunk)], terms[chunk.language], NearWords([]), ENCODER.spread
        )
    ]
    by_id = {one.id: one for one in articles}
    return pick(query, passages, by_id, terms, weights or plain_weights())


def _equal_scores() -> Weights:
    nothing = Linear((0.0,) * 12)
    return replace(plain_weights(), sentence=ByPair(nothing, nothing))


SUEZ = article("suez", "The canal is long. It was opened for ships in 1869. Sugar is sweet.")


def test_the_sentence_that_shares_most_comes_first() -> None:
    quotes = _picked("When was the canal opened for ships?", SUEZ)
    assert quotes[0].text == "It was opened for ships in 1869."


def test_a_quote_is_the_article_s_text_at_its_place() -> None:
    for quote in _ranked("canal", SUEZ):
        assert quote.span.of(SUEZ.text) == quote.text


def test_no_passages_give_no_quotes() -> None:
    assert _picked("canal") == []


def test_scores_fall_from_the_best() -> None:
    scores = [quote.score for quote in _ranked("When was the canal opened?", SUEZ)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3


@pytest.mark.parametrize(
    ("question", "text", "left"),
    [
        # A heading says what follows, and not more.
        ("ما هي القناة؟", "## قناة السويس\n\nالقناة ممر مائي صناعي.", ["القناة ممر مائي صناعي."]),
        ("What is the canal?", "The Canal\n\nIt joins two seas.", ["It joins two seas."]),
        # A question answers none.
        ("Why was it closed?", "Why was it closed so long? The war went on.", ["The war went on."]),
        ("لماذا أُغلقت؟", "لماذا أُغلقت القناة؟ بسبب الحرب.", ["بسبب الحرب."]),
        ("Why?", "He asked: “Why was it shut?” Nobody knew.", ["Nobody knew."]),
        # The question's own words again.
        ("When was the canal opened?", "The canal was opened. It was 1869.", ["It was 1869."]),
    ],
)
def test_what_cannot_answer_is_no_candidate(question: str, text: str, left: list[str]) -> None:
    language = "ar" if "ل" in text else "en"
    assert [quote.text for quote in _ranked(question, article("a", text, language))] == left


def test_an_item_of_a_list_may_answer() -> None:
    text = "The members are these:\n\n- Armenia and Belarus\n- Kazakhstan"
    assert "Armenia and Belarus" in [
        q.text for q in _ranked("Who are members?", article("a", text))
    ]


def test_a_sentence_that_two_chunks_share_comes_once() -> None:
    text = " ".join(f"Sentence number {n} speaks of the canal and of ships." for n in range(8))
    quotes = _ranked("canal ships", article("a", text), overlap=1)
    spans = [quote.span for quote in quotes]
    assert len(spans) == len(set(spans)) == 8


def test_no_more_sentences_are_picked_than_three() -> None:
    text = "Lions sleep long. Tigers swim well. Bears eat fish. Wolves run far. Foxes hide food."
    quotes = _picked("animals", article("a", text), weights=_equal_scores())
    assert len(quotes) == MAX_SENTENCES == 3


def test_a_sentence_far_behind_the_best_is_not_added() -> None:
    quotes = _picked("When was it opened for ships?", SUEZ)
    assert [quote.text for quote in quotes] == ["It was opened for ships in 1869."]


def test_two_articles_that_say_the_same_are_quoted_once() -> None:
    text = "The treaty was signed in Tashkent."
    quotes = _picked("Where was the treaty signed?", article("a", text), article("b", text))
    assert [quote.article.id for quote in quotes] == ["a"]


def test_a_translation_is_held_to_another_measure() -> None:
    # Four words of six in common: cosine 4/6, which makes no copy in one language.
    one = article("a", "Petra Jordan 1985 1812 stone city.")
    others = [article("b", "Petra Jordan 1985 1812 rose tomb.", code) for code in ("en", "ar")]
    picked = [
        [quote.article.id for quote in _picked("heritage?", one, other, weights=_equal_scores())]
        for other in others
    ]
    assert picked == [["a", "b"], ["a"]]


def test_weights_of_the_pair_of_languages_are_used() -> None:
    nothing, ahead = Linear((0.0,) * 12), Linear((0.0,) * 12, 5.0)
    weights = replace(plain_weights(), sentence=ByPair(same=nothing, cross=ahead))
    quotes = _ranked("canal", SUEZ, article("ar", "القناة طويلة جدًا.", "ar"), weights=weights)
    assert [(quote.article.id, quote.score) for quote in quotes[:2]] == [("ar", 5.0), ("suez", 0.0)]
