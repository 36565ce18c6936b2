"""Fits the learned weights on the development half of SQuAD-format files.

`python -m evals.fit xquad.ar.json xquad.en.json` rewrites `rag/weights.json`. Passages and
sentences are ranked by a softmax over each question's candidates (the listwise loss of
Cao et al., 2007), confidence by logistic regression. The other half is never read here.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from evals.bench import Asked, Bench, Progress, open_bench
from evals.squad import holds_gold, is_development, load_squad
from rag.confidence import CONFIDENCE_FEATURES, confidence_features
from rag.errors import DalilError
from rag.extractive import pick_sentences, rank_sentences
from rag.features import PASSAGE_FEATURES, SENTENCE_FEATURES
from rag.retrieval import RankedPassage, Retrieved
from rag.selection import without_copies
from rag.settings import load_settings
from rag.types import Article
from rag.weights import ByPair, Linear, Weights, load_weights

Array = npt.NDArray[np.float64]
Rows = Sequence[tuple[float, ...]]
Marks = Sequence[bool]
_RIDGE = 1e-3

_TARGET = Path("rag/weights.json")


@dataclass(frozen=True, slots=True)
class Choice:
    """Candidates of one question: features (n, f), which of them are right (n,), and which
    are from the article that answers (n,)."""

    features: Array
    right: npt.NDArray[np.bool_]
    from_gold: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what was retrieved in its own language and in the other one."""

    asked: Asked
    same: Retrieved
    cross: Retrieved


def fit(bench: Bench, start: Weights, report: Progress) -> Weights:
    """Fit passages first, then sentences and confidence on what those weights retrieve."""
    asked = bench.ask(is_development, report)
    searched = _search(bench, asked, start, report)
    passage = _fit_pair([_passage_choices(bench, item) for item in searched])
    weights = Weights(passage, start.sentence, start.confidence, {})
    searched = _search(bench, asked, weights, report)
    sentence = _fit_pair([_sentence_choices(bench, item, weights) for item in searched])
    weights = Weights(passage, sentence, start.confidence, {})
    confidence = ByPair(
        _fit_confidence(bench, [(item.asked, item.same) for item in searched], weights),
        _fit_confidence(bench, [(item.asked, item.cross) for item in searched], weights),
    )
    return Weights(passage, sentence, confidence, _provenance(bench, len(asked)))


def _search(
    bench: Bench, asked: Sequence[Asked], weights: Weights, report: Progress
) -> list[Searched]:
    found = []
    for done, item in enumerate(asked):
        report("searching", done, len(asked))
        own = item.file.language
        other = next(language for language in bench.languages if language != own)
        found.append(
            Searched(
                item, bench.retrieve(item, (own,), weights), bench.retrieve(item, (other,), weights)
            )
        )
    return found


def _passage_choices(bench: Bench, item: Searched) -> tuple[Choice, Choice]:
    return _passages(bench, item.asked, item.same), _passages(bench, item.asked, item.cross)


def _passages(bench: Bench, asked: Asked, retrieved: Retrieved) -> Choice:
    features = [passage.evidence.features for passage in retrieved.passages]
    right = [_is_gold(bench, asked, passage) for passage in retrieved.passages]
    return _choice(features, right, right, len(PASSAGE_FEATURES))


def _choice(features: Rows, right: Marks, from_gold: Marks, width: int) -> Choice:
    marks = (np.array(given, dtype=bool) for given in (right, from_gold))
    return Choice(np.array(features).reshape(-1, width), *marks)


def _is_gold(bench: Bench, asked: Asked, passage: RankedPassage) -> bool:
    chunk = passage.evidence.chunk
    file = bench.file(chunk.language)
    return chunk.article_id == file.article_id(asked.question.paragraph)


def _sentence_choices(bench: Bench, item: Searched, weights: Weights) -> tuple[Choice, Choice]:
    return (
        _sentences(bench, item.asked, item.same, weights),
        _sentences(bench, item.asked, item.cross, weights),
    )


def _sentences(bench: Bench, asked: Asked, retrieved: Retrieved, weights: Weights) -> Choice:
    chosen, articles = _chosen(bench, retrieved.passages)
    quotes = rank_sentences(asked.query, chosen, articles, retrieved.term_weights, weights)
    right, from_gold = [], []
    for quote in quotes:
        file = bench.file(quote.article.language)
        right.append(holds_gold(file, asked.question.id, quote.article.id, quote.span, quote.text))
        from_gold.append(quote.article.id == file.article_id(asked.question.paragraph))
    features = [quote.features for quote in quotes]
    return _choice(features, right, from_gold, len(SENTENCE_FEATURES))


def _chosen(
    bench: Bench, passages: Sequence[RankedPassage]
) -> tuple[list[RankedPassage], dict[str, Article]]:
    chosen = without_copies(passages, load_settings().top_k)
    ids = dict.fromkeys(passage.evidence.chunk.article_id for passage in chosen)
    return chosen, {article_id: bench.view.article(article_id) for article_id in ids}


def _fit_pair(pairs: Sequence[tuple[Choice, Choice]]) -> ByPair:
    """Fit each pair of languages by itself, then set the two scores against each other.

    The second step only stretches and shifts each score, so it cannot spoil the order
    within a language that the first has found.
    """
    same = _fit_choices([same for same, _cross in pairs])
    cross = _fit_choices([cross for _same, cross in pairs])
    stretch_same, stretch_cross, shift = _fit_choices(
        [view for pair in pairs for view in _together(*pair, same, cross)]
    )
    return ByPair(
        Linear(_rounded(stretch_same * same)),
        Linear(_rounded(stretch_cross * cross), _rounded(np.array([shift]))[0]),
    )


def _together(same: Choice, cross: Choice, weights: Array, others: Array) -> list[Choice]:
    """Both languages' scores in one choice, as columns (own, other, is other), twice.

    Once the reader's own language is the one to prefer, once only the other language has
    the article: what its own would say of the same matter is then not there to compete.
    """
    own = np.column_stack([same.features @ weights, np.zeros((len(same.right), 2))])
    other_scores = cross.features @ others
    other = np.column_stack([np.zeros_like(other_scores), other_scores, np.ones_like(other_scores)])
    elsewhere = own[~same.from_gold]
    preferred = np.concatenate([same.right, np.zeros_like(cross.right)])
    alone = np.concatenate([np.zeros(len(elsewhere), dtype=bool), cross.right])
    return [
        Choice(np.concatenate([own, other]), preferred, preferred),
        Choice(np.concatenate([elsewhere, other]), alone, alone),
    ]


def _fit_choices(choices: Sequence[Choice]) -> Array:
    """Weights (f,) under which the right candidates are the likeliest of each choice."""
    usable = [c for c in choices if c.right.any() and not c.right.all()]
    size = usable[0].features.shape[1]

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = 0.0, np.zeros(size)
        for choice in usable:
            scores = choice.features @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            mass = likely[choice.right].sum()
            total -= float(np.log(mass + 1e-12))
            posterior = np.where(choice.right, likely / (mass + 1e-12), 0)
            gradient += (likely - posterior) @ choice.features
        penalty = _RIDGE * float(weights @ weights)
        return total / len(usable) + penalty, gradient / len(usable) + 2 * _RIDGE * weights

    fitted: Array = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return fitted


def _fit_confidence(
    bench: Bench, items: Sequence[tuple[Asked, Retrieved]], weights: Weights
) -> Linear:
    """Fit on each question twice: with its paragraph in the collection, and without it."""
    rows: list[tuple[float, ...]] = []
    labels: list[int] = []
    for asked, retrieved in items:
        without = [p for p in retrieved.passages if not _is_gold(bench, asked, p)]
        for passages, label in ((retrieved.passages, 1), (without, 0)):
            chosen, articles = _chosen(bench, passages)
            quotes = pick_sentences(asked.query, chosen, articles, retrieved.term_weights, weights)
            if quotes:
                term_weights = retrieved.term_weights[quotes[0].article.language]
                rows.append(confidence_features(quotes[0], term_weights))
                labels.append(label)
    model = LogisticRegression(C=10.0, max_iter=1000).fit(np.array(rows), labels)
    assert model.coef_.shape == (1, len(CONFIDENCE_FEATURES))
    return Linear(_rounded(model.coef_[0]), _rounded(model.intercept_)[0])


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


def _provenance(bench: Bench, questions: int) -> dict[str, str]:
    return {
        "data": ", ".join(f"{f.path.name} {f.sha256[:12]}" for f in bench.files),
        "half": "even topics",
        "questions": str(questions),
        "model": bench.encoder.fingerprint,
        "fitted": date.today().isoformat(),
        "command": "python -m evals.fit",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs=2, type=Path, help="parallel SQuAD-format files")
    parser.add_argument("--output", type=Path, default=_TARGET)
    parsed = parser.parse_args(arguments)
    errors = Console(stderr=True)
    try:
        files = [load_squad(path) for path in parsed.files]
        with errors.status("ingesting") as status, open_bench(files, load_settings()) as bench:
            weights = fit(
                bench,
                load_weights(),
                lambda what, done, total: status.update(f"{what} {done}/{total}"),
            )
    except DalilError as error:
        errors.print(f"dalil: {error}", style="red")
        return 2
    parsed.output.write_text(weights.to_json(), "utf-8")
    errors.print(f"wrote {parsed.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
