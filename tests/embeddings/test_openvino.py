"""Encoding with a converted model: as the original does, from many threads, without torch."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.conversion import LEAST_COSINE
from embeddings.encoder import Encoder
from embeddings.openvino import OpenVinoEncoder, batches_by_length, padded_length
from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.errors import ModelError

LEAST_COSINE_WITH_ITSELF = 0.9995
"""Between a text's vector alone and in company: rounding to 8 bits can fall otherwise in a
batch of another shape. Measured: 0.9999."""

TEXTS = [
    "",
    "a",
    "متى عُقدت القمة؟",
    "Who chaired the summit in Sochi?",
    "افتُتحت قناة السويس للملاحة في السابع عشر من نوفمبر عام 1869 بعد عشر سنوات من الحفر.",
    "The Aral Sea was once the fourth largest lake in the world.",
    "سعر iPhone 15 في ٢٠٢٣",
    "😀 ﷺ مُحَمَّـــد\n\tﻻ",
    "The canal. " * 40,
]

WORDS = (
    "قمة سوتشي summit canal ﷺ 2013 مُحَمَّد treaty بحر lake river اتفاق 1869 الخزنة minister"
    " حدود bananas recipe لوحة painter جبل metres والٍ Damascus"
).split()


@pytest.fixture(scope="module")
def openvino(fast: Encoder) -> OpenVinoEncoder:
    """The session's converted model, whatever else `fast` could have been."""
    assert isinstance(fast, OpenVinoEncoder), fast.runtime
    return fast


@pytest.fixture(scope="module")
def converted_folder(openvino: OpenVinoEncoder, model_folder: Path) -> Path:
    folder = model_folder.resolve().parent / f"openvino-{openvino.fingerprint}"
    assert folder.is_dir()
    return folder


def _texts(n: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    return [" ".join(dice.choices(WORDS, k=dice.choice([1, 2, 5, 12, 40]))) for _ in range(n)]


# Vectors.


@pytest.mark.slow
def test_vectors_are_float32_units(openvino: OpenVinoEncoder) -> None:
    for encode in (openvino.encode_queries, openvino.encode_passages, openvino.encode_words):
        vectors = encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), openvino.dim) == (len(TEXTS), 384)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_no_texts_have_no_vectors(openvino: OpenVinoEncoder) -> None:
    for encode in (openvino.encode_queries, openvino.encode_passages, openvino.encode_words):
        assert encode([]).shape == (0, 384)
        assert encode([]).dtype == np.float32
    assert openvino.count_tokens([]) == []


@pytest.mark.slow
def test_vectors_are_near_the_original_s(
    openvino: OpenVinoEncoder, transformer: SentenceTransformerEncoder
) -> None:
    for ours, theirs in (
        (openvino.encode_queries(TEXTS), transformer.encode_queries(TEXTS)),
        (openvino.encode_passages(TEXTS), transformer.encode_passages(TEXTS)),
    ):
        assert (ours * theirs).sum(axis=1).min() >= LEAST_COSINE


@pytest.mark.slow
def test_a_question_a_passage_and_a_word_have_prompts_of_their_own(
    openvino: OpenVinoEncoder,
) -> None:
    vectors = np.concatenate(
        [
            openvino.encode_queries(["قمة"]),
            openvino.encode_passages(["قمة"]),
            openvino.encode_words(["قمة"]),
        ]
    )
    assert (vectors @ vectors.T)[~np.eye(3, dtype=bool)].max() < 0.999
    # A prompt is what a word with it in front has.
    (spelt_out,) = openvino.encode_words(["query: قمة"])
    assert np.array_equal(spelt_out, vectors[0])


@pytest.mark.slow
def test_translations_are_nearer_than_strangers(openvino: OpenVinoEncoder) -> None:
    (question,) = openvino.encode_queries(["متى افتُتحت قناة السويس؟"])
    same, other = openvino.encode_passages(
        ["The Suez Canal was opened in 1869.", "The recipe needs two ripe bananas."]
    )
    assert float(question @ same) > float(question @ other)


@pytest.mark.slow
def test_vectors_keep_the_order_of_their_texts(openvino: OpenVinoEncoder) -> None:
    texts = [" ".join([word] * n) for word, n in zip(WORDS, (30, 1, 90, 2, 60), strict=False)]
    together = openvino.encode_passages(texts)
    alone = np.concatenate([openvino.encode_passages([text]) for text in texts])
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(len(texts)))


@pytest.mark.slow
def test_a_text_has_nearly_the_same_vector_alone_and_in_company(openvino: OpenVinoEncoder) -> None:
    texts = [*TEXTS, *_texts(200, seed=1)]
    alone = np.concatenate([openvino.encode_passages([text]) for text in texts])
    in_many_batches = openvino.encode_passages(texts)
    in_one_batch = np.concatenate(
        [openvino.encode_passages(texts[i : i + 5]) for i in range(0, len(texts), 5)]
    )
    for vectors in (in_many_batches, in_one_batch):
        assert (alone * vectors).sum(axis=1).min() >= LEAST_COSINE_WITH_ITSELF


@pytest.mark.slow
def test_the_same_call_gives_the_same_vectors(openvino: OpenVinoEncoder) -> None:
    texts = _texts(120, seed=2)
    assert np.array_equal(openvino.encode_passages(texts), openvino.encode_passages(texts))


# Tokens.


@pytest.mark.slow
def test_tokens_are_counted_as_the_original_counts_them(
    openvino: OpenVinoEncoder, transformer: SentenceTransformerEncoder
) -> None:
    texts = [*TEXTS, *_texts(100, seed=3), "word " * 3000]
    assert openvino.count_tokens(texts) == transformer.count_tokens(texts)
    assert openvino.max_tokens == transformer.max_tokens


@pytest.mark.slow
def test_a_text_of_the_greatest_length_is_read_to_its_last_word(openvino: OpenVinoEncoder) -> None:
    longest = [f"{'a ' * (openvino.max_tokens - 1)}{last}" for last in ("1", "7")]
    assert openvino.count_tokens(longest) == [openvino.max_tokens] * 2
    one, other = (openvino.encode_passages([text])[0] for text in longest)
    assert np.abs(one - other).max() > 1e-4
    one, other = (openvino.encode_passages([f"{'a ' * 9}{text}"])[0] for text in longest)
    assert np.array_equal(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["summit canal lake treaty ", "قمة قناة بحيرة معاهدة "])
def test_a_text_that_is_too_long_is_cut_as_the_original_cuts_it(
    openvino: OpenVinoEncoder, transformer: SentenceTransformerEncoder, words: str
) -> None:
    long = [f"{words * 800}{ending}" for ending in ("", " two ripe bananas" * 100)]
    ours, ours_ending_otherwise = (openvino.encode_passages([text])[0] for text in long)
    (theirs,) = transformer.encode_passages(long[:1])
    assert float(ours @ theirs) >= LEAST_COSINE
    assert np.array_equal(ours, ours_ending_otherwise)


# Threads.


@pytest.mark.slow
def test_sixteen_threads_get_what_one_gets(openvino: OpenVinoEncoder) -> None:
    texts = [*TEXTS, *_texts(120, seed=4)]
    calls: dict[str, Callable[[str], object]] = {
        "query": lambda text: openvino.encode_queries([text]).tobytes(),
        "passage": lambda text: openvino.encode_passages([text]).tobytes(),
        "count": lambda text: openvino.count_tokens([text]),
    }
    serial = {(kind, text): call(text) for kind, call in calls.items() for text in texts}
    dice = random.Random(5)
    asked = [(dice.choice(list(calls)), dice.choice(texts)) for _ in range(4000)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda pair: calls[pair[0]](pair[1]), asked))
    wrong = [pair for pair, value in zip(asked, found, strict=True) if value != serial[pair]]
    assert wrong == []


@pytest.mark.slow
def test_threads_with_many_batches_each_do_not_mix_them(openvino: OpenVinoEncoder) -> None:
    wishes = [_texts(60, seed) for seed in range(10, 18)]
    serial = [openvino.encode_passages(texts) for texts in wishes]
    assert sum(map(sum, map(openvino.count_tokens, wishes))) > 8 * 1024
    with ThreadPoolExecutor(8) as pool:
        # Questions come in between, as they do while a server is edited.
        questions = [pool.submit(openvino.encode_queries, [TEXTS[2]]) for _ in range(20)]
        parallel = list(pool.map(openvino.encode_passages, wishes * 2))
    for found, expected in zip(parallel, serial * 2, strict=True):
        assert np.array_equal(found, expected)
    expected = openvino.encode_queries([TEXTS[2]])
    assert all(np.array_equal(question.result(), expected) for question in questions)


# The folder.


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    _replace(path, bytes(data))


def _cut(path: Path) -> None:
    _replace(path, path.read_bytes()[:-1])


def _replace(path: Path, data: bytes) -> None:
    """Put a file in the place of a link: what it leads to is shared."""
    path.unlink()
    path.write_bytes(data)


@pytest.fixture
def linked_folder(converted_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The converted model as links, to be replaced; some of the files are large."""
    folder = tmp_path / "converted"
    shutil.copytree(converted_folder, folder, copy_function=os.symlink)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("model.bin", _flip),
        ("model.xml", _flip),
        ("tokenizer.json", _flip),
        ("converted.json", _flip),
        ("model.bin", _cut),
        ("converted.json", _cut),
        ("model.bin", Path.unlink),
        ("tokenizer.json", Path.unlink),
        ("converted.json", Path.unlink),
    ],
)
def test_a_damaged_folder_is_refused(
    linked_folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(linked_folder / name)
    with pytest.raises(ModelError, match=f"{linked_folder}: not a whole converted model; delete"):
        OpenVinoEncoder(linked_folder)


@pytest.mark.slow
def test_the_same_folder_elsewhere_gives_the_same_vectors(
    openvino: OpenVinoEncoder, linked_folder: Path
) -> None:
    copy = OpenVinoEncoder(linked_folder)
    assert copy.fingerprint == openvino.fingerprint
    assert np.array_equal(copy.encode_passages(TEXTS[:4]), openvino.encode_passages(TEXTS[:4]))


# What is imported.

_OPEN = """
import sys
from pathlib import Path
from rag.compose import open_service
from rag.settings import load_settings

service = open_service(load_settings(home=Path(sys.argv[1])))
print(service.runtime)
heavy = ("torch", "transformers", "sentence_transformers", "nncf")
print([name for name in heavy if name in sys.modules])
print(sys.modules.get("openvino_telemetry"))
"""


@pytest.mark.slow
def test_a_service_over_a_converted_model_needs_no_torch_and_tells_nobody(
    root: Path, model_folder: Path, converted_folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    for folder in (model_folder, converted_folder):
        (home / "models" / folder.name).symlink_to(folder)
    # A home folder of its own, where OpenVINO would note how often it was used.
    environment = os.environ | {"HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(home)],
        cwd=root, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["OpenVINO in 8 bits", "[]", "None"]
    assert list((home / "models").glob("calibration-*"))
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


# Batches.


@given(st.lists(st.integers(0, 60), max_size=60), st.integers(1, 120))
def test_batches_hold_every_text_once_and_keep_the_budget(lengths: list[int], budget: int) -> None:
    tokens = [[0] * length for length in lengths]
    batches = list(batches_by_length(tokens, budget))
    assert sorted(place for batch in batches for place in batch) == list(range(len(tokens)))
    for batch in batches:
        padded = len(batch) * _rounded(max(lengths[place] for place in batch))
        assert padded <= budget or len(batch) == 1
    for place, length in enumerate(lengths):
        if length > budget:
            assert [place] in batches


@given(st.lists(st.integers(1, 60), max_size=60), st.integers(1, 120))
def test_batches_are_of_like_length_and_as_full_as_may_be(lengths: list[int], budget: int) -> None:
    batches = list(batches_by_length([[0] * length for length in lengths], budget))
    in_order = [lengths[place] for batch in batches for place in batch]
    assert in_order == sorted(lengths)
    for batch, following in pairwise(batches):
        assert (len(batch) + 1) * _rounded(lengths[following[0]]) > budget


def _rounded(length: int) -> int:
    """Lengths are padded to multiples of four."""
    return -(-length // 4) * 4


def test_batches_of_no_texts_are_none() -> None:
    assert list(batches_by_length([], 10)) == []


@given(st.integers(1, 200), st.integers(1, 512))
def test_padding_is_to_few_lengths_and_begins_no_tile_for_nothing(texts: int, longest: int) -> None:
    length = padded_length(texts, longest)
    assert length % 4 == 0
    assert 0 <= length - longest < max(4, 16 / texts)


@pytest.mark.parametrize("texts", [1, 2, 4, 8, 16, 32])
def test_batches_of_a_power_of_two_fill_whole_tiles(texts: int) -> None:
    assert all(texts * padded_length(texts, longest) % 16 == 0 for longest in range(1, 513))


@pytest.mark.slow
def test_a_text_of_every_length_is_encoded_as_in_company(openvino: OpenVinoEncoder) -> None:
    texts = ["the canal " * n for n in range(1, 40)]
    together = openvino.encode_queries(texts)
    alone = np.concatenate([openvino.encode_queries([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > LEAST_COSINE_WITH_ITSELF
