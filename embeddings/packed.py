"""Reads the packed file of the bundled model: its shape, and its tensors as float32.

The file is 4-bit blocks after a table of tensors (`e5.c` in the package documents it).
Names come out as BERT's, as transformers expects them.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
_FLOAT32, _Q4 = 0, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

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


def read_packed(path: Path) -> tuple[Shape, list[str], Iterator[npt.NDArray[np.float32]]]:
    """The encoder's shape, its tensors' names, and their values in the same order.

    Raises:
        ModelError: it is not such a file.
    """
    with path.open("rb") as file:
        shape, tensors = _read_directory(file)
    named = [_bert_name(tensor.name, shape) for tensor in tensors]
    data = np.memmap(path, dtype=np.uint8, mode="r")
    values = (
        _dequantise(data, tensor).reshape(dims)
        for tensor, (_name, dims) in zip(tensors, named, strict=True)
    )
    return shape, [name for name, _dims in named], values


def _read_directory(file: BinaryIO) -> tuple[Shape, list[_Tensor]]:
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
    # The layout gives seven sizes, which the checker cannot count.
    shape = Shape(*sizes, eps)  # type: ignore[call-arg]
    return shape, [_read_tensor(file) for _ in range(count)]


def _read_tensor(file: BinaryIO) -> _Tensor:
    (length,) = _unpack(file, "<H")
    name = file.read(length).decode("ascii")
    dtype, _rows, offset, n_bytes = _unpack(file, "<BIQQ")
    return _Tensor(name, dtype == _Q4, offset, n_bytes)


def _unpack(file: BinaryIO, layout: str) -> tuple[Any, ...]:
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


def _bert_name(packed: str, shape: Shape) -> tuple[str, tuple[int, ...]]:
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
