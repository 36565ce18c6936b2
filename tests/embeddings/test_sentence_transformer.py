"""Loading a model, or saying why not; and encoding from many threads.

Finding its folder is tested in `test_model_folder.py`.
"""

import json
import random
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.errors import ModelError

pytestmark = pytest.mark.slow


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        SentenceTransformerEncoder("./nowhere")


@pytest.fixture
def small_copy(model_folder: Path, tmp_path: Path) -> Path:
    """The model's folder without its weights."""
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


def _no_weights(folder: Path) -> None:
    """Leave it without any."""


def _cut_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")


def _pickled_weights(folder: Path) -> None:
    # Pickle that would run a command, were it ever loaded.
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")


def _bad_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def _bad_modules(folder: Path) -> None:
    (folder / "modules.json").write_text("[]")


def _bad_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


@pytest.mark.parametrize(
    "damage",
    [_no_weights, _cut_weights, _pickled_weights, _bad_config, _bad_modules, _bad_tokenizer],
)
def test_a_folder_that_cannot_be_loaded_is_refused_in_one_line(
    small_copy: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_copy.parent)
    damage(small_copy)
    with pytest.raises(ModelError) as caught:
        SentenceTransformerEncoder(str(small_copy))
    assert "\n" not in str(caught.value)
    assert not (small_copy.parent / "pwned").exists()


def test_code_that_comes_with_a_model_is_not_run(small_copy: Path) -> None:
    marker = small_copy / "was-run"
    (small_copy / "evil.py").write_text(f"open({str(marker)!r}, 'w')\nclass Evil: ...")
    modules = json.loads((small_copy / "modules.json").read_text())
    modules[0]["type"] = "evil.Evil"
    (small_copy / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError):
        SentenceTransformerEncoder(str(small_copy))
    assert not marker.exists()


def test_vectors_are_float32_units(transformer: SentenceTransformerEncoder) -> None:
    for encode in (transformer.encode_queries, transformer.encode_passages):
        vectors = encode(["قمة", "a summit", ""])
        assert vectors.dtype == np.float32
        assert vectors.shape == (3, 384)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
        assert encode([]).shape == (0, 384)


def test_a_question_and_a_passage_have_prompts_of_their_own(
    transformer: SentenceTransformerEncoder,
) -> None:
    (query,), (passage,) = transformer.encode_queries(["قمة"]), transformer.encode_passages(["قمة"])
    assert float(query @ passage) < 0.999


def test_vectors_keep_the_order_of_their_texts(transformer: SentenceTransformerEncoder) -> None:
    texts = ["word " * n for n in (30, 1, 90, 2, 60)]
    together = transformer.encode_passages(texts)
    alone = np.concatenate([transformer.encode_passages([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-3


def test_translations_are_nearer_than_strangers(transformer: SentenceTransformerEncoder) -> None:
    (question,) = transformer.encode_queries(["متى افتُتحت قناة السويس؟"])
    same, other = transformer.encode_passages(
        ["The Suez Canal was opened in 1869.", "The recipe needs two ripe bananas."]
    )
    assert float(question @ same) > float(question @ other)


def test_tokens_are_counted_without_prompt_and_special_tokens(
    transformer: SentenceTransformerEncoder,
) -> None:
    assert transformer.count_tokens(["", "a"]) == [0, 1]
    assert transformer.count_tokens([]) == []
    (one, two) = transformer.count_tokens(["summit", "summit summit"])
    assert two == 2 * one


def test_a_text_of_the_greatest_length_is_read_to_its_last_word(
    transformer: SentenceTransformerEncoder,
) -> None:
    assert 400 < transformer.max_tokens < 512
    longest = [f"{'a ' * (transformer.max_tokens - 1)}{last}" for last in ("1", "7")]
    assert transformer.count_tokens(longest) == [transformer.max_tokens] * 2
    one, other = transformer.encode_passages(longest)
    assert np.abs(one - other).max() > 1e-4
    one, other = transformer.encode_passages([f"{'a ' * 9}{text}" for text in longest])
    assert np.abs(one - other).max() < 1e-6


def _texts(n: int) -> list[str]:
    dice = random.Random(7)
    words = "قمة سوتشي summit canal ﷺ 2013 مُحَمَّد treaty بحر lake".split()
    return [" ".join(dice.choices(words, k=dice.choice([1, 2, 5, 12, 40]))) for _ in range(n)]


def test_many_threads_encode_as_one_does(transformer: SentenceTransformerEncoder) -> None:
    texts = _texts(16)
    serial = [transformer.encode_queries([text]) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(lambda text: transformer.encode_queries([text]), texts * 2))
    for found, expected in zip(parallel, serial * 2, strict=True):
        assert np.abs(found - expected).max() < 1e-5


def test_many_threads_count_tokens_as_one_does(transformer: SentenceTransformerEncoder) -> None:
    texts = _texts(4000)
    serial = [transformer.count_tokens([text]) for text in texts]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda text: transformer.count_tokens([text]), texts)) == serial


def test_the_fingerprint_is_of_what_shapes_a_vector(
    small_copy: Path, model_folder: Path, transformer: SentenceTransformerEncoder
) -> None:
    (small_copy / "model.safetensors").symlink_to(model_folder / "model.safetensors")
    (small_copy / "README.md").write_text("A description.")
    assert SentenceTransformerEncoder(str(small_copy)).fingerprint == transformer.fingerprint
    prompts = small_copy / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text().replace("query: ", "ask: "))
    assert SentenceTransformerEncoder(str(small_copy)).fingerprint != transformer.fingerprint
