"""Any sentence-transformers model, by folder or by name, with that model's own prompts.

Loads safetensors only, and never runs code that comes with a model.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Vectors
from rag.errors import ModelError

_BATCH_SIZE = 32
_WORDS_BATCH_SIZE = 128
_SPECIAL_TOKENS = 2
_FINGERPRINTED = ("*.json", "*.txt", "*.model", "*.safetensors")
_NOT_WEIGHTS = ("*.bin", "*.onnx", "*.h5", "*.msgpack", "onnx/*", "openvino/*", "*.ot")


class SentenceTransformerEncoder:
    """Encodes with sentence-transformers on the CPU. Satisfies `Encoder`.

    One lock guards the model: fast tokenizers silently return other threads' tokens when
    they are shared.
    """

    def __init__(self, name_or_path: str) -> None:
        """Raises ModelError if there is no such model, or the folder is not one."""
        folder = _model_folder(name_or_path)
        self.name = name_or_path
        self.fingerprint = _fingerprint(folder)
        self._lock = threading.Lock()
        self._model = _load(folder)
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"{name_or_path}: the model does not say how long its vectors are")
        self.dim = dim
        prompts = [prompt for prompt in self._model.prompts.values() if prompt]
        longest_prompt = max(self._count(prompts), default=0)
        self.max_tokens = (self._model.max_seq_length or 512) - longest_prompt - _SPECIAL_TOKENS

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self._model.encode_query(
                    list(texts),
                    batch_size=_BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ),
            )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self._model.encode_document(
                    list(texts),
                    batch_size=_BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ),
            )

    def encode_words(self, words: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self._model.encode(
                    list(words),
                    prompt="",
                    batch_size=_WORDS_BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ),
            )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        with self._lock:
            return self._count(texts)

    def _count(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _as_vectors(self, vectors: object) -> Vectors:
        return np.asarray(vectors, dtype=np.float32).reshape(-1, self.dim)


def _model_folder(name_or_path: str) -> Path:
    folder = Path(name_or_path).expanduser()
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


def _fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of everything that shapes a vector."""
    paths = sorted({path for pattern in _FINGERPRINTED for path in folder.rglob(pattern)})
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def _load(folder: Path) -> SentenceTransformer:
    try:
        with _quiet():
            return SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
    except Exception as error:
        # A folder that is not a model makes the libraries raise nearly anything.
        raise ModelError(f"{folder}: cannot be loaded as a model: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's own progress bars and load reports off the terminal.

    Two of its functions have no types, hence the ignores.
    """
    verbosity = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
