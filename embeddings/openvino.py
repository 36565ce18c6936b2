"""Encodes with a model that `conversion.py` has made for OpenVINO: 8-bit, without torch.

A folder holds the graph, the tokenizer and a manifest. Short of OpenVINO, of the
processor's instructions or of a converted model, `fastest.py` takes another encoder.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np
import openvino
from tokenizers import Tokenizer

from embeddings.checked_json import read_checked
from embeddings.encoder import Vectors
from rag.errors import ModelError

MANIFEST = "converted.json"
GRAPH = "model.xml"
WEIGHTS = "model.bin"
TOKENIZER = "tokenizer.json"
INPUTS = ("input_ids", "attention_mask")

_TOKENS_A_BATCH = 1024
"""Padding included. Larger batches are no faster, and take memory."""

_LENGTH_STEP = 4
"""Lengths are rounded up to multiples of this: for each shape of a batch that OpenVINO meets it
keeps some megabytes, and the fewer there are, the faster it is."""

_ROWS_A_TILE = 16
"""Of the matrices that the processor's 8-bit products take; a started tile costs as a whole."""

_SHORT = 2 * _ROWS_A_TILE
"""Tokens of one text, most questions' among them, for which the graph is compiled once more: a
quarter of its time would go into finding out the shapes of everything in it."""

_COMPILED_FOR = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
"""All cores for each inference: somebody waits for a question, and large batches are as fast as
with a core for each. What is not 8-bit stays float32, for with bfloat16 vectors would differ
between processors."""


class OpenVinoEncoder:
    """A converted model on the CPU. Satisfies `Encoder`.

    The tokenizer is never changed after the start, so threads may share it; each inference
    has a request of its own.
    """

    def __init__(self, folder: Path) -> None:
        """Raises ModelError if the folder does not hold what `conversion.py` wrote, to the bit."""
        manifest = _whole_manifest(folder)
        if manifest is None:
            raise ModelError(f"{folder}: not a whole converted model; delete the folder")
        self.runtime = "OpenVINO in 8 bits"
        self.fingerprint: str = manifest["fingerprint"]
        self.dim: int = manifest["dim"]
        self._query_prompt: str = manifest["query_prompt"]
        self._passage_prompt: str = manifest["passage_prompt"]
        self._padding: int = manifest["padding"]
        self._longest: int = manifest["longest"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._specials = self._tokenizer.num_special_tokens_to_add(False)
        prompts = (self._query_prompt, self._passage_prompt)
        self.max_tokens: int = self._longest - max(self.count_tokens(prompts)) - self._specials
        core = openvino.Core()
        self._model = core.compile_model(folder / GRAPH, "CPU", _COMPILED_FOR)
        self._requests = _Requests(self._model)
        self._short_length = min(_SHORT, self._longest)
        short = core.read_model(folder / GRAPH)
        short.reshape({name: [1, self._short_length] for name in INPUTS})
        self._short = _Requests(core.compile_model(short, "CPU", _COMPILED_FOR))
        self._bulk = Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._query_prompt + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._passage_prompt + text for text in texts])

    def encode_words(self, words: Sequence[str]) -> Vectors:
        return self._encode(words)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        tokens = self._tokens(texts)
        if len(tokens) == 1 and len(tokens[0]) <= self._short_length:
            return self._short.infer(self._filled([0], tokens, self._short_length))
        vectors = np.empty((len(tokens), self.dim), dtype=np.float32)
        batches = list(batches_by_length(tokens, _TOKENS_A_BATCH))
        if len(batches) > 1:
            self._encode_many(batches, tokens, vectors)
        else:
            for places in batches:
                vectors[places] = self._requests.infer(self._padded(places, tokens))
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids, cut to the model's longest input, with its special tokens."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for encoding in encodings:
            encoding.truncate(self._longest - self._specials)
        return [self._tokenizer.post_process(encoding).ids for encoding in encodings]

    def _encode_many(
        self, batches: list[list[int]], tokens: Sequence[list[int]], vectors: Vectors
    ) -> None:
        """Several batches at a time, for one caller at a time."""

        def keep(request: openvino.InferRequest, places: list[int]) -> None:
            vectors[places] = request.get_output_tensor().data

        with self._bulk:
            queue = openvino.AsyncInferQueue(self._model)
            queue.set_callback(keep)
            for places in batches:
                queue.start_async(self._padded(places, tokens), places)
            queue.wait_all()

    def _padded(self, places: list[int], tokens: Sequence[list[int]]) -> dict[str, np.ndarray]:
        longest = max(len(tokens[place]) for place in places)
        # Past the model's longest input it has no positions.
        length = min(padded_length(len(places), longest), self._longest)
        return self._filled(places, tokens, length)

    def _filled(
        self, places: list[int], tokens: Sequence[list[int]], length: int
    ) -> dict[str, np.ndarray]:
        ids = np.full((len(places), length), self._padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, place in enumerate(places):
            ids[row, : len(tokens[place])] = tokens[place]
            mask[row, : len(tokens[place])] = 1
        return dict(zip(INPUTS, (ids, mask), strict=True))


class _Requests:
    """Inference requests that threads take and give back."""

    def __init__(self, model: openvino.CompiledModel) -> None:
        self._free: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        for _ in range(model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")):
            self._free.put(model.create_infer_request())

    def infer(self, inputs: dict[str, np.ndarray]) -> Vectors:
        request = self._free.get()
        try:
            request.infer(inputs)
            vectors: Vectors = request.get_output_tensor().data.copy()
            return vectors
        finally:
            self._free.put(request)


def batches_by_length(tokens: Sequence[Sequence[int]], budget: int) -> Iterator[list[int]]:
    """Places of texts of like length, together at most `budget` tokens with their padding.

    A text that is longer than the budget is a batch by itself.
    """
    batch: list[int] = []
    for place in sorted(range(len(tokens)), key=lambda place: len(tokens[place])):
        if batch and (len(batch) + 1) * _rounded(len(tokens[place]), _LENGTH_STEP) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def padded_length(texts: int, longest: int) -> int:
    """The length to which a batch is padded: tokens nearly fill whole tiles of rows, and few
    lengths occur.

    (1 text, 21 tokens) → 32; (2, 21) → 24; (3, 21) → 24; (16, 21) → 24
    """
    filling = 1 << (max(_ROWS_A_TILE // texts, 1).bit_length() - 1)
    return _rounded(longest, max(filling, _LENGTH_STEP))


def _rounded(length: int, step: int) -> int:
    return -(-length // step) * step


def is_whole(folder: Path) -> bool:
    """Whether a folder holds what `conversion.py` wrote, to the bit."""
    return _whole_manifest(folder) is not None


def _whole_manifest(folder: Path) -> dict[str, Any] | None:
    manifest = read_checked(folder / MANIFEST)
    if manifest is None:
        return None
    files: dict[str, str] = manifest["files"]
    whole = all(
        (folder / name).is_file() and sha256_of(folder / name) == digest
        for name, digest in files.items()
    )
    return manifest if whole else None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
