"""Vectors that can be compared across languages, and their scale."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings.calibrated import (
    CALIBRATED_LANGUAGES,
    CalibratedEncoder,
    Calibration,
    calibrate,
    measure,
)
from embeddings.encoder import Vectors
from embeddings.questions import questions
from tests.fakes import DIM, FakeEncoder


class Plane:
    """Texts "x y" as vectors (x, y), as they are: only centring and scaling change them."""

    fingerprint = "plane"
    runtime = "arithmetic"
    dim = 2
    max_tokens = 9

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[float(n) for n in text.split()] for text in texts], dtype=np.float32)

    encode_passages = encode_queries
    encode_words = encode_queries

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def _vector(*numbers: float) -> Vectors:
    return np.array(numbers, dtype=np.float32)


CALIBRATION = Calibration(
    query_centres={"ar": _vector(1, 0), "en": _vector(0, 1)},
    passage_centres={"ar": _vector(2, 0), "en": _vector(0, 2)},
    word_centres={"ar": _vector(3, 0), "en": _vector(0, 3)},
    spread=0.25,
    word_spread=0.5,
)
ENCODER = CalibratedEncoder(Plane(), CALIBRATION)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["ar"], (3 / 5, 4 / 5)),  # (4, 4) - (1, 0) = (3, 4)
        (["en"], (4 / 5, 3 / 5)),  # (4, 4) - (0, 1) = (4, 3)
        (["ar", "en"], (0.5**0.5, 0.5**0.5)),  # (4, 4) - (½, ½)
        (["fa"], (0.5**0.5, 0.5**0.5)),  # between those that are known
        ([], (0.5**0.5, 0.5**0.5)),
    ],
)
def test_a_question_is_centred_by_its_languages(
    languages: list[str], expected: tuple[float, float]
) -> None:
    vector = ENCODER.encode_query("4 4", languages)
    assert vector.dtype == np.float32
    assert vector.tolist() == pytest.approx(expected)


def test_passages_are_centred_by_theirs() -> None:
    # (5, 4) - (2, 0) = (3, 4) · (2, 1) - (2, 0) = (0, 1)
    vectors = ENCODER.encode_passages(["5 4", "2 1"], "ar")
    assert vectors.tolist() == [pytest.approx([0.6, 0.8]), [0, 1]]


def test_words_are_centred_each_by_its_own_language() -> None:
    # (6, 4) - (3, 0) = (3, 4) · (4, 6) - (0, 3) = (4, 3)
    vectors = ENCODER.encode_words(["6 4", "4 6"], ["ar", "en"])
    assert vectors.tolist() == [pytest.approx([0.6, 0.8]), pytest.approx([0.8, 0.6])]
    assert ENCODER.word_spread == 0.5


def test_no_words_have_no_vectors() -> None:
    assert ENCODER.encode_words([], []).shape == (0, 2)


def test_a_text_at_the_very_centre_has_a_finite_vector() -> None:
    assert np.isfinite(ENCODER.encode_query("1 0", ["ar"])).all()


def test_what_the_encoder_says_of_itself_is_passed_on() -> None:
    assert (ENCODER.dim, ENCODER.max_tokens, ENCODER.spread) == (2, 9, 0.25)
    assert ENCODER.count_tokens(["a b", "c"]) == [2, 1]
    assert ENCODER.fingerprint.startswith("plane")
    assert ENCODER.fingerprint != "plane"


def test_centres_are_the_means_of_the_ordinary_questions() -> None:
    encoder = FakeEncoder()
    calibration = measure(encoder)
    assert set(calibration.query_centres) == set(CALIBRATED_LANGUAGES)
    for language in CALIBRATED_LANGUAGES:
        mean = np.mean([encoder.vector(text) for text in questions(language)], axis=0)
        assert calibration.query_centres[language] == pytest.approx(mean, abs=1e-6)
    assert calibration.spread > 0


def test_the_spread_is_that_of_unrelated_questions() -> None:
    encoder = FakeEncoder()
    spreads = []
    units = {}
    for language in CALIBRATED_LANGUAGES:
        vectors = np.stack([encoder.vector(text) for text in questions(language)])
        centred = vectors - vectors.mean(axis=0)
        units[language] = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    for asked in CALIBRATED_LANGUAGES:
        for found in CALIBRATED_LANGUAGES:
            n = len(units[asked])
            cosines = [
                float(units[asked][i] @ units[found][j])
                for i in range(n) for j in range(n) if i != j
            ]  # fmt: skip
            spreads.append(np.std(cosines))
    assert measure(encoder).spread == pytest.approx(np.mean(spreads), abs=1e-4)


def test_a_calibration_is_measured_once(tmp_path: Path) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    one = calibrate(first, tmp_path / "models")
    other = calibrate(second, tmp_path / "models")
    assert first.encoded
    assert second.encoded == []
    assert other.spread == one.spread
    assert np.array_equal(other.encode_query("قمة", ["ar"]), one.encode_query("قمة", ["ar"]))


def test_each_model_has_a_calibration_of_its_own(tmp_path: Path) -> None:
    calibrate(FakeEncoder(), tmp_path)
    other = FakeEncoder("other", shift=7)
    calibrate(other, tmp_path)
    assert other.encoded
    assert len(list(tmp_path.iterdir())) == 2


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _empty(_data: bytes) -> bytes:
    return b""


def _not_text(data: bytes) -> bytes:
    return b"\xff" + data


def _no_keys(_data: bytes) -> bytes:
    return b"{}"


def _other_length(data: bytes) -> bytes:
    content = json.loads(data)
    content["content"]["query_centres"]["ar"] = [0.0]
    return json.dumps(content).encode()


def _other_number(data: bytes) -> bytes:
    content = json.loads(data)
    content["content"]["spread"] *= 8
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _empty,
        pytest.param(_not_text),
        pytest.param(_no_keys),
        pytest.param(_other_length),
        pytest.param(_other_number),
    ],
)
def test_a_damaged_calibration_is_measured_again(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    whole = calibrate(FakeEncoder(), tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    again = calibrate(FakeEncoder(), tmp_path)
    assert again.spread == whole.spread
    assert np.array_equal(again.encode_query("قمة", ["ar"]), whole.encode_query("قمة", ["ar"]))


@pytest.mark.slow
def test_with_the_model_translations_meet_and_strangers_are_spread_around_zero(
    encoder: CalibratedEncoder,
) -> None:
    pairs = [
        ("متى افتُتحت قناة السويس؟", "The Suez Canal was opened in 1869."),
        ("من رسم هذه اللوحة؟", "The picture was painted by a Dutch master."),
        ("كم يبلغ ارتفاع الجبل؟", "The mountain is 4,500 metres high."),
    ]
    asked = np.stack([encoder.encode_query(question, ["ar"]) for question, _ in pairs])
    found = encoder.encode_passages([sentence for _, sentence in pairs], "en")
    similarities = asked @ found.T / encoder.spread
    strangers = similarities[~np.eye(len(pairs), dtype=bool)]
    assert similarities.diagonal().min() > strangers.max()
    assert abs(strangers.mean()) < 2
    assert asked.shape[1] == encoder.dim != DIM
