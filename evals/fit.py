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
_RIDGE = 1e-3
_TARGET = Path("rag/weights.json")


@dataclass(frozen=True, slots=True)
class Choice:
    """Candidates of one question: features (n, f), and which of them are right (n,)."""

    features: Array
    right: npt.NDArray[np.bool_]


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


def _joint(same: Array, cross: Array) -> Array:
    """Features side by side, with a constant that marks the other language.

    A row is [same-language features, 0…, 0] or [0…, other-language features, 1].
    """
    width = max(same.shape[-1] if same.size else 0, cross.shape[-1] if cross.size else 0)
    rows = np.zeros((len(same) + len(cross), 2 * width + 1))
    if len(same):
        rows[: len(same), :width] = same
    if len(cross):
        rows[len(same) :, width:-1] = cross
        rows[len(same) :, -1] = 1
    return rows


def _passage_choices(bench: Bench, item: Searched) -> list[Choice]:
    same, right_same = _passages(bench, item.asked, item.same)
    cross, right_cross = _passages(bench, item.asked, item.cross)
    return _views(same, right_same, cross, right_cross)


def _views(
    same: Array,
    right_same: npt.NDArray[np.bool_],
    cross: Array,
    right_cross: npt.NDArray[np.bool_],
) -> list[Choice]:
    """Each language alone; both, where the reader's own language is the one to prefer;
    and both, where only the other language has the answer.

    The last two set the languages' scores against each other.
    """
    empty = same[:0]
    none = np.zeros_like
    return [
        Choice(_joint(same, empty), right_same),
        Choice(_joint(empty, cross), right_cross),
        Choice(_joint(same, cross), np.concatenate([right_same, none(right_cross)])),
        Choice(
            _joint(same[~right_same], cross),
            np.concatenate([none(right_same[~right_same]), right_cross]),
        ),
    ]


def _passages(
    bench: Bench, asked: Asked, retrieved: Retrieved
) -> tuple[Array, npt.NDArray[np.bool_]]:
    features = [passage.evidence.features for passage in retrieved.passages]
    right = [_is_gold(bench, asked, passage) for passage in retrieved.passages]
    return np.array(features).reshape(-1, len(PASSAGE_FEATURES)), np.array(right, dtype=bool)


def _is_gold(bench: Bench, asked: Asked, passage: RankedPassage) -> bool:
    chunk = passage.evidence.chunk
    file = bench.file(chunk.language)
    return chunk.article_id == file.article_id(asked.question.paragraph)


def _sentence_choices(bench: Bench, item: Searched, weights: Weights) -> list[Choice]:
    same, right_same = _sentences(bench, item.asked, item.same, weights)
    cross, right_cross = _sentences(bench, item.asked, item.cross, weights)
    return _views(same, right_same, cross, right_cross)


def _sentences(
    bench: Bench, asked: Asked, retrieved: Retrieved, weights: Weights
) -> tuple[Array, npt.NDArray[np.bool_]]:
    chosen, articles = _chosen(bench, retrieved.passages)
    quotes = rank_sentences(asked.query, chosen, articles, retrieved.term_weights, weights)
    right = []
    for quote in quotes:
        file = bench.file(quote.article.language)
        right.append(holds_gold(file, asked.question.id, quote.article.id, quote.span, quote.text))
    features = [quote.features for quote in quotes]
    return np.array(features).reshape(-1, len(SENTENCE_FEATURES)), np.array(right, dtype=bool)


def _chosen(
    bench: Bench, passages: Sequence[RankedPassage]
) -> tuple[list[RankedPassage], dict[str, Article]]:
    chosen = without_copies(passages, load_settings().top_k)
    ids = dict.fromkeys(passage.evidence.chunk.article_id for passage in chosen)
    return chosen, {article_id: bench.view.article(article_id) for article_id in ids}


def _fit_pair(choices: Sequence[Sequence[Choice]]) -> ByPair:
    """Weights under which the right candidates are the likeliest of each choice."""
    usable = [c for group in choices for c in group if c.right.any() and not c.right.all()]
    size = usable[0].features.shape[1]

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = 0.0, np.zeros(size)
        for choice in usable:
            scores = choice.features @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            mass = likely[choice.right].sum()
            total -= float(np.log(mass + 1e-12))
            posterior = np.where(choice.right, likely / mass, 0)
            gradient += (likely - posterior) @ choice.features
        penalty = _RIDGE * float(weights @ weights)
        return total / len(usable) + penalty, gradient / len(usable) + 2 * _RIDGE * weights

    fitted = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    half = (size - 1) // 2
    return ByPair(
        Linear(_rounded(fitted[:half])), Linear(_rounded(fitted[half:-1]), _rounded(fitted)[-1])
    )


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
