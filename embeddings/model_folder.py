"""Finds the folder of a model, and tells one model from another without loading either."""

import hashlib
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

from embeddings.checked_json import read_checked, write_checked
from rag.errors import ModelError

_FINGERPRINTED = ("*.json", "*.txt", "*.model", "*.safetensors")
_NOT_WEIGHTS = ("*.bin", "*.onnx", "*.h5", "*.msgpack", "onnx/*", "openvino/*", "*.ot")


def find_model_folder(name_or_path: str) -> Path:
    """The folder of a model that is named by path, or by its name on the model hub.

    Raises ModelError if there is none.
    """
    try:
        folder = Path(name_or_path).expanduser()
    except RuntimeError as error:
        raise ModelError(f"{name_or_path}: no such model folder ({error})") from error
    if folder.is_dir():
        if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
            raise ModelError(
                f"{folder}: not a model folder (it has neither modules.json nor config.json)"
            )
        return folder
    if folder.exists() or name_or_path.startswith((".", "/", "~")):
        raise ModelError(f"{folder}: no such model folder")
    try:
        return Path(snapshot_download(name_or_path, ignore_patterns=list(_NOT_WEIGHTS)))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"{name_or_path}: no such folder, and the model hub did not give a model of that "
            f"name ({type(error).__name__}); give a folder, or 'bundled'"
        ) from error


def fingerprint_of(folder: Path) -> str:
    """SHA-256 over the names and contents of everything that shapes a vector."""
    digest = hashlib.sha256()
    for path in _shaping(folder):
        digest.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def noted_fingerprint(folder: Path, notes: Path) -> str:
    """The same, from a note in `notes` where no file has changed since it was written.

    A file is taken for unchanged if its size and time of change are: to read half a gigabyte
    at each start would be the larger part of it.
    """
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    files = {
        str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns]
        for path in _shaping(folder)
    }
    note = read_checked(notes / f"fingerprint-{name}.json")
    if note is not None and note["files"] == files:
        return str(note["fingerprint"])
    fingerprint = fingerprint_of(folder)
    write_checked(notes / f"fingerprint-{name}.json", {"files": files, "fingerprint": fingerprint})
    return fingerprint


def _shaping(folder: Path) -> list[Path]:
    return sorted({path for pattern in _FINGERPRINTED for path in folder.rglob(pattern)})
