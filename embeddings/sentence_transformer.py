"""Any sentence-transformers model, by folder or by name, with that model's own prompts.

Loads safetensors only, and never runs code that comes with a model.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Vectors
from embeddings.model_folder import find_model_folder, fingerprint_of
from rag.errors import ModelError

_BATCH_SIZE = 32
_WORDS_BATCH_SIZE = 128
_SPECIAL_TOKENS = 2


class SentenceTransformerEncoder:
    """Encodes with sentence-transformers on the CPU. Satisfies `Encoder`.

    One lock guards the model: fast tokenizers silently return other threads' tokens when
    they are shared.
    """

    def __init__(self, name_or_path: str, why: str = "") -> None:
        """`why` tells why no faster runtime is used, if one could be.

        Raises ModelError if there is no such model, or the folder is not one.
        """
        folder = find_model_folder(name_or_path)
        self.name = name_or_path
        self.runtime = (
            f"sentence-transformers in float32 ({why})" if why else "sentence-transformers"
        )
        self.fingerprint = fingerprint_of(folder)
        self._lock = threading.Lock()
        self.model = _load(folder)
        dim = self.model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"{name_or_path}: the model does not say how long its vectors are")
        self.dim = dim
        self.longest = self.model.max_seq_length or 512
        longest_prompt = max(self._count([self.query_prompt, self.passage_prompt]))
        self.max_tokens = self.longest - longest_prompt - _SPECIAL_TOKENS

    @property
    def query_prompt(self) -> str:
        """What the model wants before a question; "" if nothing."""
        return self.model.prompts.get("query") or ""

    @property
    def passage_prompt(self) -> str:
        """The same for a passage, under the names that sentence-transformers looks for."""
        names = ("document", "passage", "corpus")
        return next((self.model.prompts[n] for n in names if n in self.model.prompts), "") or ""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self.model.encode_query(
                    list(texts),
                    batch_size=_BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ),
            )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self.model.encode_document(
                    list(texts),
                    batch_size=_BATCH_SIZE,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ),
            )

    def encode_words(self, words: Sequence[str]) -> Vectors:
        with self._lock:
            return self._as_vectors(
                self.model.encode(
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
        encoded = self.model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _as_vectors(self, vectors: object) -> Vectors:
        return np.asarray(vectors, dtype=np.float32).reshape(-1, self.dim)


def _load(folder: Path) -> SentenceTransformer:
    try:
        with quiet():
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
def quiet() -> Iterator[None]:
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
