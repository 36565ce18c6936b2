"""Opens a model with the fastest runtime that keeps its quality.

That is OpenVINO in 8 bits where it is installed, the processor can do it, and the
conversion, which happens once, did not drift; otherwise sentence-transformers, with the
reason in the encoder's `runtime`. A refusal is remembered beside the models.
"""

import hashlib
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from embeddings.checked_json import read_checked, write_checked
from embeddings.encoder import Encoder
from embeddings.model_folder import noted_fingerprint
from rag.errors import ModelError

Runtime = Literal["auto", "openvino", "torch"]
Progress = Callable[[str, float], None]

_PACKAGES = ("openvino", "nncf")


def open_fastest(
    folder: Path, cache: Path, runtime: Runtime = "auto", progress: Progress | None = None
) -> Encoder:
    """The model in `folder`; what is converted is kept in `cache`.

    Raises ModelError if there is no model, or "openvino" was asked for and cannot be had.
    """
    if runtime == "torch":
        return _with_torch(folder, "as it is set")
    obstacle = _obstacle()
    if obstacle is None:
        fingerprint = _converted_fingerprint(folder, cache)
        obstacle = _convert_once(folder, fingerprint, cache, progress)
    if obstacle is None:
        from embeddings.openvino import OpenVinoEncoder

        return OpenVinoEncoder(_converted(cache, fingerprint))
    if runtime == "openvino":
        raise ModelError(f"{folder}: cannot run with OpenVINO: {obstacle}")
    return _with_torch(folder, obstacle)


def _with_torch(folder: Path, why: str) -> Encoder:
    from embeddings.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(str(folder), why)


def _obstacle() -> str | None:
    """Why nothing can be converted here, whatever the model."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    import openvino

    if "INT8" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        return "the processor has no 8-bit instructions"
    return None


def _converted_fingerprint(folder: Path, cache: Path) -> str:
    """Of the converted model: the original's, and how it was converted."""
    from embeddings.recipe import recipe

    source = noted_fingerprint(folder, cache)
    return hashlib.sha256(f"{source} {recipe()}".encode()).hexdigest()[:32]


def _converted(cache: Path, fingerprint: str) -> Path:
    return cache / f"openvino-{fingerprint}"


def _convert_once(
    folder: Path, fingerprint: str, cache: Path, progress: Progress | None
) -> str | None:
    """Convert unless it was done before, or tried; the reason if it failed, now or then."""
    from embeddings.openvino import is_whole

    target = _converted(cache, fingerprint)
    if is_whole(target):
        return None
    shutil.rmtree(target, ignore_errors=True)
    note = cache / f"refused-{fingerprint}.json"
    refused = read_checked(note)
    if refused is not None:
        return str(refused["reason"])
    from embeddings.conversion import ConversionError, convert

    try:
        convert(folder, fingerprint, target, progress)
    except ConversionError as error:
        # A full disk or memory says nothing of the model, and may have room the next time.
        if not isinstance(error.__cause__, OSError | MemoryError):
            write_checked(note, {"reason": str(error)})
        return str(error)
    return None
