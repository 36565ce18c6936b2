"""The embedded answerer: picks the sentences that answer, and quotes them.

It invents nothing and needs no model but the encoder. Whether its answer is good enough
to be shown is for `answer.py` to decide, and whether the quotes are real is
`citations.py`'s job.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import log

from rag.confidence import confidence
from rag.features import TermWeights, sentence_features
from rag.query import Query
from rag.quote import Quote
from rag.retrieval import RankedPassage
from rag.sentences import is_heading
from rag.store import SentenceRow
from rag.types import Article, Language
from rag.weights import Weights

MAX_SENTENCES = 3
_WORTH_ADDING = log(0.05)
"""How far, in log-odds, a further sentence may be behind the best one."""

_LEAST_TRUST = 0.35
"""How much of the best sentence's confidence a further one needs for itself."""

_SAME_STATEMENT_COSINE = 0.9
_SAME_IN_TRANSLATION_COSINE = 0.5
"""Translations of one sentence lie around 0.65, sentences on one subject around 0.3."""

_QUESTION_MARKS = ("?", "؟")


def pick_sentences(
    query: Query,
    passages: Sequence[RankedPassage],
    articles: Mapping[str, Article],
    term_weights: Mapping[Language, TermWeights],
    weights: Weights,
) -> list[Quote]:
    """One to three sentences that answer, most direct first; none if there are no passages.

    Further sentences are added while they come near the best one, can be trusted nearly as
    much, and say something else.
    """
    ranked = rank_sentences(query, passages, articles, term_weights, weights)
    picked = ranked[:1]
    for quote in ranked[1:]:
        if len(picked) == MAX_SENTENCES or quote.score < ranked[0].score + _WORTH_ADDING:
            break
        trust, best_trust = (
            confidence(q, term_weights[q.article.language], weights) for q in (quote, ranked[0])
        )
        if trust >= _LEAST_TRUST * best_trust and not any(
            _says_the_same(quote, other) for other in picked
        ):
            picked.append(quote)
    return picked


def rank_sentences(
    query: Query,
    passages: Sequence[RankedPassage],
    articles: Mapping[str, Article],
    term_weights: Mapping[Language, TermWeights],
    weights: Weights,
) -> list[Quote]:
    """Every sentence of the passages once, best first."""
    quotes: dict[tuple[str, int], Quote] = {}
    for passage in passages:
        article = articles[passage.evidence.chunk.article_id]
        for quote in _weighed(query, passage, article, term_weights[article.language], weights):
            key = (article.id, quote.row.ordinal)
            # Overlapping chunks share sentences; each counts in its better surroundings.
            if key not in quotes or quote.score > quotes[key].score:
                quotes[key] = quote
    return sorted(quotes.values(), key=lambda quote: -quote.score)


def _weighed(
    query: Query,
    passage: RankedPassage,
    article: Article,
    term_weights: TermWeights,
    weights: Weights,
) -> Iterator[Quote]:
    """The sentences of a passage that can answer, in their order."""
    rows = passage.evidence.chunk.sentences
    texts = [row.span.of(article.text) for row in rows]
    features = sentence_features(query, passage.evidence, passage.score, term_weights, texts)
    scores = weights.sentence.of(passage.evidence.same_language).scores(features)
    for row, numbers, score in zip(rows, features, scores, strict=True):
        if _can_answer(query, row, article.text):
            yield Quote(article, row.span, passage, numbers, score, row)


def _can_answer(query: Query, row: SentenceRow, text: str) -> bool:
    """Whether a sentence can answer: a heading, a question, or no new word cannot."""
    asked = {*query.terms, *query.keys}
    asks_itself = row.span.of(text).rstrip("»”\"')").endswith(_QUESTION_MARKS)
    return not (asks_itself or asked.issuperset(row.terms) or is_heading(text, row.span))


def _says_the_same(one: Quote, other: Quote) -> bool:
    translated = one.article.language != other.article.language
    limit = _SAME_IN_TRANSLATION_COSINE if translated else _SAME_STATEMENT_COSINE
    return float(one.row.vector @ other.row.vector) >= limit
