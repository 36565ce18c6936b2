"""The learned weights: their shape, and where they come from."""

import pytest

from rag.confidence import CONFIDENCE_FEATURES
from rag.features import PASSAGE_FEATURES, SENTENCE_FEATURES
from rag.weights import Linear, Weights, load_weights
from tests.fakes import plain_weights


def test_a_score_is_a_weighted_sum_with_a_constant() -> None:
    # 0.5 + 2·3 + (-1)·4
    assert Linear((2.0, -1.0), 0.5).score((3.0, 4.0)) == 2.5


@pytest.mark.parametrize("features", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_a_number_too_many_or_too_few_is_refused(features: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        Linear((2.0, -1.0)).score(features)


def test_several_scores_are_those_of_each() -> None:
    linear = Linear((2.0, -1.0), 0.5)
    rows = [(3.0, 4.0), (0.0, 0.0), (-1.0, 0.25)]
    assert linear.scores(rows) == pytest.approx([linear.score(row) for row in rows])
    assert linear.scores([]) == []


@pytest.mark.parametrize("features", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_rows_of_another_width_are_refused(features: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"mismatch|size"):
        Linear((2.0, -1.0)).scores([features])


@pytest.mark.parametrize("weights", [load_weights(), plain_weights()], ids=["shipped", "plain"])
def test_there_is_one_weight_for_each_number(weights: Weights) -> None:
    for pair, names in (
        (weights.passage, PASSAGE_FEATURES),
        (weights.sentence, SENTENCE_FEATURES),
        (weights.confidence, CONFIDENCE_FEATURES),
    ):
        assert len(pair.of(True).weights) == len(pair.of(False).weights) == len(names)


def test_weights_come_back_as_they_were_written() -> None:
    assert Weights.from_json(load_weights().to_json()) == load_weights()


def test_the_shipped_weights_say_where_they_come_from() -> None:
    provenance = load_weights().provenance
    assert {"data", "questions", "model", "command"} <= set(provenance)
    assert all(provenance.values())
