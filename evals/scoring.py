"""Takes a SQuAD-format collection's questions through the data path, and scores each step.

Every question is asked of each language's articles alone, and of all articles together.
Printing is for `bench_squad.py`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.bench import Asked, Bench, Progress
from evals.metrics import reciprocal_rank
from evals.squad import holds_gold, is_development
from rag.citations import is_exact
from rag.confidence import confidence
from rag.extractive import pick_sentences
from rag.quote import Quote
from rag.retrieval import RankedPassage, Retrieved
from rag.selection import without_copies
from rag.types import Language
from rag.weights import Weights

ALL = "all"
Direction = tuple[Language, str]
"""The language of the question, and that of the articles or ALL."""

_STEPS_BETWEEN_REPORTS = 50


@dataclass(slots=True)
class Scores:
    """One entry for each question of a direction; quotes are counted."""

    reciprocal_ranks: list[float] = field(default_factory=list)
    first_holds: list[bool] = field(default_factory=list)
    any_holds: list[bool] = field(default_factory=list)
    quotes: int = 0
    exact_quotes: int = 0
    answerable: list[float] = field(default_factory=list)
    unanswerable: list[float] = field(default_factory=list)


def measure(
    bench: Bench, weights: Weights, top_k: int, progress: Progress
) -> dict[tuple[bool, Direction], Scores]:
    """Scores by half (is it the development half?) and direction."""
    scores: dict[tuple[bool, Direction], Scores] = defaultdict(Scores)
    # No gold is no score.
    asked = bench.ask(lambda question: bool(question.answers), progress)
    pools: dict[str, tuple[Language, ...]] = {code: (code,) for code in bench.languages}
    if len(pools) > 1:
        pools[ALL] = bench.languages
    for done, item in enumerate(asked):
        if done % _STEPS_BETWEEN_REPORTS == 0:
            progress("answering", done, len(asked))
        for name, languages in pools.items():
            direction = (item.file.language, name)
            half = is_development(item.question)
            _score(bench, item, languages, weights, top_k, scores[half, direction])
    return dict(scores)


def _score(
    bench: Bench,
    asked: Asked,
    languages: tuple[Language, ...],
    weights: Weights,
    top_k: int,
    scores: Scores,
) -> None:
    retrieved = bench.retrieve(asked, languages, weights)
    gold = [bench.file(code).article_id(asked.question.paragraph) for code in languages]
    own = asked.file.language
    wanted = bench.file(own if own in languages else languages[0])
    ranking = list(dict.fromkeys(p.evidence.chunk.article_id for p in retrieved.passages))
    relevant = wanted.article_id(asked.question.paragraph)
    scores.reciprocal_ranks.append(reciprocal_rank(ranking, relevant))
    quotes, sure = _answer(bench, asked, retrieved, retrieved.passages, weights, top_k)
    holds = [_holds(bench, asked, quote) for quote in quotes]
    scores.first_holds.append(bool(holds) and holds[0])
    scores.any_holds.append(any(holds))
    scores.quotes += len(quotes)
    scores.exact_quotes += sum(
        is_exact(q.text, q.span, bench.view.article(q.article.id).text) for q in quotes
    )
    without_gold = [p for p in retrieved.passages if p.evidence.chunk.article_id not in gold]
    scores.answerable.append(sure)
    scores.unanswerable.append(_answer(bench, asked, retrieved, without_gold, weights, top_k)[1])


def _holds(bench: Bench, asked: Asked, quote: Quote) -> bool:
    file = bench.file(quote.article.language)
    return holds_gold(file, asked.question.id, quote.article.id, quote.span, quote.text)


def _answer(
    bench: Bench,
    asked: Asked,
    retrieved: Retrieved,
    passages: Sequence[RankedPassage],
    weights: Weights,
    top_k: int,
) -> tuple[list[Quote], float]:
    chosen = without_copies(passages, top_k)
    ids = dict.fromkeys(p.evidence.chunk.article_id for p in chosen)
    articles = {article_id: bench.view.article(article_id) for article_id in ids}
    quotes = pick_sentences(asked.query, chosen, articles, retrieved.term_weights, weights)
    if not quotes:
        return [], 0.0
    term_weights = retrieved.term_weights[quotes[0].article.language]
    return quotes, confidence(quotes[0], term_weights, weights)
