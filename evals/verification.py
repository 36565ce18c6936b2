"""Measures the citation verifier on labelled sentences: `python -m evals.verification`.

The sentences are those of `verification_cases.py`.
Prints precision and recall of "supported" and lists every miss in full.

Weights and thresholds were chosen on `dev`. `test` was looked at while the rules were
written, `held` once before the last of them: neither is unseen any more. `final` was written
blind, without sight of the rules.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from sklearn.linear_model import LogisticRegression

from embeddings.calibrated import CalibratedEncoder
from evals.verification_cases import DATA, Case, load_articles, load_cases, with_vectors
from rag.compose import open_encoder
from rag.settings import load_settings
from rag.verification import CheckedSentence, verify_answer, verify_sentence
from rag.verification.align import Claim, rank_spots, with_further_spots
from rag.verification.claims import take_apart
from rag.verification.measure import measure
from rag.verification.names import names_of
from rag.verification.sources import prepare
from rag.verification.vectors import vectors_of

_SENTENCES_OF_AN_ANSWER = 4
_PASSAGES_OF_AN_ANSWER = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    checked: CheckedSentence

    @property
    def right(self) -> bool:
        return self.case.supported == self.checked.supported


def run(cases: Iterable[Case], encoder: CalibratedEncoder) -> list[Outcome]:
    """Verify every sentence."""
    return [
        Outcome(c, verify_sentence(c.text, c.cited, c.shown, encoder, c.language)) for c in cases
    ]


def precision_recall(outcomes: Sequence[Outcome]) -> tuple[float | None, float | None]:
    """Of "supported"; None where nothing was said to be, or is, supported.

    3 said to be supported, 2 of them rightly, 4 in truth → (0.667, 0.5)
    """
    said = sum(o.checked.supported for o in outcomes)
    true = sum(o.case.supported for o in outcomes)
    both = sum(o.case.supported and o.checked.supported for o in outcomes)
    return both / said if said else None, both / true if true else None


def report(outcomes: Sequence[Outcome]) -> str:
    """Figures by language pair and kind, then every miss."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    kinds: dict[str, Counter[bool]] = defaultdict(Counter)
    for outcome in outcomes:
        case = outcome.case
        for name in (case.pair, f"{case.pair}, sentence in {case.language}"):
            groups[name].append(outcome)
        kinds[f"{case.pair} {case.kind}"][outcome.right] += 1
    lines = [f"{'':28}{'n':>5}{'precision':>11}{'recall':>8}"]
    for name in sorted(groups):
        precision, recall = precision_recall(groups[name])
        lines.append(f"{name:28}{len(groups[name]):5}{_share(precision):>11}{_share(recall):>8}")
    lines += ["", "right, by kind"]
    lines += [f"{kind:28}{c[True]:5} of {sum(c.values())}" for kind, c in sorted(kinds.items())]
    misses = [outcome for outcome in outcomes if not outcome.right]
    return "\n".join([*lines, "", f"{len(misses)} misses", *map(_miss, misses)])


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _miss(outcome: Outcome) -> str:
    case, checked = outcome.case, outcome.checked
    articles = {p.number: p.article for p in case.shown}
    quotes = [f"    [{e.number}] {e.span.of(articles[e.number].text)}" for e in checked.evidence]
    verdict = "supported" if checked.supported else f"unsupported ({checked.problem})"
    label = f"{case.pair} {case.kind} {case.id}: said {verdict}, score {checked.score:.2f}"
    return "\n".join([f"- {label}", f"    {case.text}", *quotes])


def speed(cases: Sequence[Case], encoder: CalibratedEncoder) -> str:
    """What an answer of four sentences against five passages costs, encoding apart."""
    spent = []
    for start in range(0, len(cases) - _SENTENCES_OF_AN_ANSWER, _SENTENCES_OF_AN_ANSWER):
        group = cases[start : start + _SENTENCES_OF_AN_ANSWER]
        if len({(c.language, c.shown[0].article.id) for c in group}) != 1:
            continue
        answer = " ".join(f"{c.text} [{c.cited[0]}]" for c in group)
        shown = group[0].shown[:_PASSAGES_OF_AN_ANSWER]
        # The first time encodes what is new; the second finds it known.
        verify_answer(answer, shown, encoder, group[0].language)
        started = perf_counter()
        verify_answer(answer, shown, encoder, group[0].language)
        spent.append((perf_counter() - started) * 1000)
    if not spent:
        return "no answer could be put together"
    return f"{len(spent)} answers: median {median(spent):.1f} ms, slowest {max(spent):.1f} ms"


def fit(cases: Sequence[Case], encoder: CalibratedEncoder) -> str:
    """The weights of `rag/verification/judge.py`, fitted on sentences that nothing else decides."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    labels: dict[str, list[bool]] = defaultdict(list)
    vectors = vectors_of(encoder)
    for case in cases:
        shown = prepare(case.shown)
        claim = Claim(take_apart(case.text), names_of(case.text, shown.capitals), case.language)
        sources = [shown.sources[number] for number in case.cited]
        spots = [spot for source in sources for spot in rank_spots(claim, source, shown, vectors)]
        spots.sort(key=lambda spot: -spot.rank)
        best = with_further_spots(claim, spots[0], spots, vectors)
        measures = measure(claim, best, shown, vectors)
        if not measures.contradicted and not any(claim.lacks(best)):
            rows[case.pair].append((measures.similarity, measures.exact))
            labels[case.pair].append(case.supported)
    lines = []
    for pair in sorted(rows):
        model = LogisticRegression(max_iter=10_000).fit(rows[pair], labels[pair])
        weights = ", ".join(f"{weight:.2f}" for weight in model.coef_[0])
        lines.append(f"{pair}: ({weights}), {model.intercept_[0]:.2f}  n={len(rows[pair])}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test", "held", "final"), default="dev")
    parser.add_argument("--fit", action="store_true", help="fit the judge's weights on dev")
    options = parser.parse_args()
    split = "dev" if options.fit else options.split
    settings = load_settings()
    encoder = open_encoder(settings)
    cases = [case for case in load_cases(DATA, load_articles()) if case.split == split]
    cases = with_vectors(cases, encoder, settings)
    if options.fit:
        print(fit(cases, encoder))
        return
    outcomes = run(cases, encoder)
    print(f"{split}: {len(cases)} sentences, {settings.embedding_model}\n")
    print(report(outcomes))
    encoded = vectors_of(encoder).encoded
    print(f"\n{encoded} texts encoded for {len(cases)} sentences")
    cases.sort(key=lambda case: (case.language, case.shown[0].article.id))
    print(f"encoding apart, four sentences against five passages: {speed(cases, encoder)}")


if __name__ == "__main__":
    main()
