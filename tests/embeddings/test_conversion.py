"""Converting a model: near the original or not at all, whole or not at all, in silence."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from embeddings import conversion
from embeddings.conversion import ConversionError, Drift, convert, drift_between
from embeddings.encoder import Vectors
from embeddings.openvino import OpenVinoEncoder
from embeddings.questions import questions
from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.errors import ModelError
from tests.embeddings.tiny_model import HIDDEN, LONGEST, PROMPTS, write_tiny_model

TEXTS = [
    "",
    "متى افتُتحت قناة السويس؟",
    "The canal was opened in 1869, after ten years.",
    "سعر iPhone 15 في ٢٠٢٣",
    "summit",
    "word " * 300,
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "model")


# What comes out.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pooling", "prompts", "dense"),
    [("mean", PROMPTS, None), ("cls", {}, None), ("mean", {"query": "ask: "}, 48)],
    ids=["mean-prompts", "cls-no-prompts", "mean-one-prompt-dense"],
)
def test_a_converted_model_encodes_as_the_original_does(
    tmp_path: Path, pooling: Literal["mean", "cls"], prompts: Mapping[str, str], dense: int | None
) -> None:
    source = write_tiny_model(tmp_path / "model", pooling=pooling, prompts=prompts, dense=dense)
    told: list[float] = []
    drift = convert(source, "fp", tmp_path / "out", lambda _what, share: told.append(share))
    assert drift.acceptable
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)

    original, converted = SentenceTransformerEncoder(str(source)), OpenVinoEncoder(tmp_path / "out")
    for name in ("encode_queries", "encode_passages", "encode_words"):
        ours, theirs = getattr(converted, name)(TEXTS), getattr(original, name)(TEXTS)
        assert ours.shape == (len(TEXTS), dense or HIDDEN)
        assert (ours * theirs).sum(axis=1).min() >= 0.99
        # Chance gives even strangers much in common; each is still the nearest to itself.
        assert (ours @ theirs.T).argmax(axis=1).tolist() == list(range(len(TEXTS)))

    assert converted.fingerprint == "fp"
    assert converted.dim == original.dim
    assert converted.max_tokens == original.max_tokens
    assert converted.count_tokens(TEXTS) == original.count_tokens(TEXTS)
    asked, stated = converted.encode_queries(["قمة"]), converted.encode_passages(["قمة"])
    assert np.array_equal(asked, stated) == (not prompts)


@pytest.mark.slow
def test_the_longest_text_of_a_short_model_is_the_model_s(tiny: Path) -> None:
    original = SentenceTransformerEncoder(str(tiny))
    # Two special tokens, and the longer prompt: "passage: ".
    assert original.max_tokens == LONGEST - 2 - max(original.count_tokens(list(PROMPTS.values())))


@dataclass(frozen=True)
class Twice:
    """What two processes left that converted the same model to the same place at once."""

    parent: Path
    folder: Path
    outputs: list[bytes]
    codes: list[int]
    errors: list[bytes]


_CONVERT = """
import sys
from pathlib import Path
from embeddings.conversion import convert

source, target = map(Path, sys.argv[1:])
convert(source, "fp", target)
"""


@pytest.fixture(scope="module")
def twice(root: Path, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    parent = tmp_path_factory.mktemp("twice")
    command = [sys.executable, "-c", _CONVERT, str(tiny), str(parent / "out")]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    outputs, errors = zip(*(process.communicate(timeout=240) for process in running), strict=True)
    codes = [process.returncode for process in running]
    return Twice(parent, parent / "out", list(outputs), codes, list(errors))


@pytest.mark.slow
def test_two_processes_at_once_leave_one_whole_folder(twice: Twice) -> None:
    assert twice.codes == [0, 0], twice.errors
    assert list(twice.parent.iterdir()) == [twice.folder]
    assert OpenVinoEncoder(twice.folder).fingerprint == "fp"


@pytest.mark.slow
def test_nothing_is_printed_while_a_model_is_converted(twice: Twice) -> None:
    assert twice.outputs == [b"", b""]
    assert twice.errors == [b"", b""]


@pytest.mark.slow
def test_two_threads_at_once_leave_one_whole_folder(tiny: Path, tmp_path: Path) -> None:
    target, before = tmp_path / "parent" / "out", sys.stdout
    with ThreadPoolExecutor(2) as pool:
        drifts = list(pool.map(lambda _: convert(tiny, "fp", target), range(2)))
    assert all(drift.acceptable for drift in drifts)
    assert list(target.parent.iterdir()) == [target]
    assert OpenVinoEncoder(target).fingerprint == "fp"
    assert sys.stdout is before


# What does not come out.


@pytest.mark.slow
def test_a_conversion_that_drifts_is_refused_and_leaves_nothing(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "LEAST_COSINE", 1.1)
    with pytest.raises(ConversionError, match=r"in 8 bits its vectors drift: cosine \d\.\d{3} at"):
        convert(tiny, "fp", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_refused_as_such(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        convert(source, "fp", tmp_path / "out")
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        # NNCF's own errors are of no narrower kind.
        (Exception("no such layer\nin a graph"), "no such layer"),
        (RuntimeError(), "RuntimeError"),
        (OSError(28, "No space left on device"), "No space left"),
    ],
)
def test_whatever_stops_a_conversion_is_told_in_one_line_and_leaves_nothing(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("nncf.quantize", fail)
    with pytest.raises(ConversionError, match=reason) as caught:
        convert(tiny, "fp", tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_model_without_a_tokenizer_of_its_own_is_refused_before_the_work(
    tiny: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(tiny, source)
    vocabulary = SentenceTransformerEncoder(str(tiny)).model.tokenizer.get_vocab()
    (source / "tokenizer.json").unlink()
    # The old form of the same, which only transformers reads.
    words = sorted(vocabulary, key=lambda word: int(vocabulary[word]))
    (source / "vocab.txt").write_text("\n".join(words), "utf-8")
    config = (source / "tokenizer_config.json").read_text()
    (source / "tokenizer_config.json").write_text(
        config.replace("PreTrainedTokenizerFast", "BertTokenizer").replace(
            "TokenizersBackend", "BertTokenizer"
        )
    )
    with pytest.raises(ConversionError, match=r"no tokenizer\.json"):
        convert(source, "fp", tmp_path / "out")
    assert list(tmp_path.iterdir()) == [source]


# The measure.


class Constant:
    """Gives all questions one vector, all passages another, all words a third."""

    fingerprint = "constant"
    runtime = "none"
    dim = 2
    max_tokens = 9

    def __init__(self, query: list[float], passage: list[float], word: list[float]) -> None:
        self.query, self.passage, self.word = query, passage, word
        self.seen: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._all(self.query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._all(self.passage, texts)

    def encode_words(self, words: Sequence[str]) -> Vectors:
        return self._all(self.word, words)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]

    def _all(self, vector: list[float], texts: Sequence[str]) -> Vectors:
        self.seen.extend(texts)
        return np.array([vector] * len(texts), dtype=np.float32)


STRAIGHT = Constant([1, 0], [1, 0], [1, 0])


def test_drift_is_the_lowest_and_the_mean_cosine_and_the_mean_of_words() -> None:
    # Cosines with (1, 0): of questions 0.6, of as many passages 0.8, of words 0.28.
    drift = drift_between(STRAIGHT, Constant([0.6, 0.8], [0.8, -0.6], [0.28, 0.96]))
    assert drift.lowest == pytest.approx(0.6)
    assert drift.mean == pytest.approx(0.7)
    assert drift.words == pytest.approx(0.28)
    assert str(drift) == "cosine 0.600 at worst, 0.700 on average, 0.280 of single words"
    assert not drift.acceptable


def test_one_text_that_strays_is_the_lowest() -> None:
    class Straying(Constant):
        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            vectors = super().encode_passages(texts)
            vectors[7] = [0, 1]
            return vectors

    drift = drift_between(STRAIGHT, Straying([1, 0], [1, 0], [1, 0]))
    assert drift.lowest == 0
    assert 0.95 < drift.mean < 1
    assert drift.words == 1


def test_no_drift_is_one() -> None:
    drift = drift_between(STRAIGHT, STRAIGHT)
    assert drift == Drift(1, 1, 1)
    assert drift.acceptable


@pytest.mark.parametrize(
    ("drift", "acceptable"),
    [
        (Drift(0.97, 0.99, 0.98), True),
        (Drift(0.969, 1, 1), False),
        (Drift(1, 0.989, 1), False),
        (Drift(1, 1, 0.979), False),
        (Drift(float("nan"), 1, 1), False),
    ],
)
def test_each_of_the_three_has_a_least(drift: Drift, acceptable: bool) -> None:
    assert drift.acceptable == acceptable


def test_what_calibrates_is_not_what_is_compared() -> None:
    encoder = Constant([1, 0], [1, 0], [1, 0])
    drift_between(STRAIGHT, encoder)
    compared = {text for text in encoder.seen if " " in text}
    calibrating = conversion._calibration_texts(["", "query: ", "passage: "])
    assert not [text for text in calibrating for other in compared if other in text]
    # Both have something of each language.
    samples: tuple[Callable[[str], bool], ...] = (
        compared.__contains__,
        calibrating.__contains__,
    )
    for language in ("ar", "en"):
        counts = [sum(map(taken, questions(language))) for taken in samples]
        assert min(counts) >= 20
        assert sum(counts) == len(questions(language))
