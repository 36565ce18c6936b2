"""The labelled sentences stand on real quotes, and the figures are what they say."""

import json
from collections import Counter
from pathlib import Path

import pytest

from embeddings.calibrated import CalibratedEncoder
from evals.verification import Outcome, precision_recall, report, run
from evals.verification_cases import DATA, Case, load_articles, load_cases
from rag.verification import CheckedSentence


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases(DATA, load_articles())


def _outcome(case: Case, supported: bool) -> Outcome:
    return Outcome(case, CheckedSentence(case.text, supported, 0.5, (), (), None))


def test_every_quote_stands_in_its_article(cases: list[Case]) -> None:
    assert len(cases) >= 160
    assert len({case.id for case in cases}) == len(cases)


def test_languages_pairs_and_kinds_are_all_there_in_each_split(cases: list[Case]) -> None:
    languages = Counter(case.language for case in cases)
    assert min(languages["ar"], languages["en"]) >= 80
    kinds = {"supported", "wrong_number", "wrong_name", "wrong_passage", "negated", "not_stated"}
    for split in ("dev", "test"):
        found = {(c.pair, c.kind) for c in cases if c.split == split}
        assert found == {(pair, kind) for pair in ("same", "cross") for kind in kinds}


def test_only_the_supported_kind_is_supported(cases: list[Case]) -> None:
    assert all(case.supported == (case.kind == "supported") for case in cases)


def test_a_quote_that_no_longer_stands_is_named(tmp_path: Path) -> None:
    row = {"passage": "p/1", "article": "petra-ar", "opens": "لم يكتب هذا أحد", "closes": "x"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row), "utf-8")
    with pytest.raises(ValueError, match="p/1"):
        load_cases(path, load_articles())


def test_precision_and_recall_are_those_of_supported(cases: list[Case]) -> None:
    true = [case for case in cases if case.supported][:4]
    false = [case for case in cases if not case.supported][:1]
    # Said: two of the four true ones and the false one → 2 of 3 right, 2 of 4 found.
    outcomes = [_outcome(true[0], True), _outcome(true[1], True), _outcome(true[2], False),
                _outcome(true[3], False), _outcome(false[0], True)]  # fmt: skip
    assert precision_recall(outcomes) == (2 / 3, 2 / 4)


def test_without_gold_there_is_no_figure() -> None:
    assert precision_recall([]) == (None, None)


def test_every_miss_is_listed_in_full(cases: list[Case]) -> None:
    wrong = _outcome(next(case for case in cases if case.supported), False)
    assert wrong.case.text in report([wrong])
    assert "1 misses" in report([wrong])


@pytest.mark.slow
def test_the_verifier_holds_its_figures_on_a_part_of_the_sentences(
    cases: list[Case], encoder: CalibratedEncoder
) -> None:
    articles = {"aral-sea-en", "aral-sea-ar"}
    chosen = [c for c in cases if c.shown[0].article.id in articles and c.split != "final"]
    precision, recall = precision_recall(run(chosen, encoder))
    assert (precision or 0) >= 0.95
    assert (recall or 0) >= 0.85
