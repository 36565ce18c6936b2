"""Converts a sentence-transformers folder into one that `openvino.py` runs: 8-bit, once.

The whole model is traced as sentence-transformers runs it, pooling and all, so whatever it
is made of comes along. Weights and activations are quantised after training, on ordinary
questions as calibration (the method is NNCF's: smooth quantisation and bias correction).
Then the result is compared with the original on other questions; one that drifts is
refused. Which encoder is used is decided in `fastest.py`.
"""

import io
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from embeddings.checked_json import write_checked
from embeddings.encoder import Encoder, Vectors
from embeddings.openvino import (
    GRAPH,
    INPUTS,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    OpenVinoEncoder,
    sha256_of,
)
from embeddings.questions import questions

LEAST_COSINE = 0.97
LEAST_MEAN_COSINE = 0.99
LEAST_MEAN_COSINE_OF_WORDS = 0.98
"""Between the 8-bit vector and the original. multilingual-e5-small has 0.994, 0.998 and 0.994,
and then its figures in `docs/retrieval.md` stay within half a point."""

_LANGUAGES = ("ar", "en")

_ONE_AT_A_TIME = Lock()
"""Tracing, warnings and standard output are the whole process's, and a conversion changes them."""

Progress = Callable[[str, float], None]


class ConversionError(Exception):
    """The model cannot be converted, or drifts; the reason is the message."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Cosines between the vectors before and after: the lowest and the mean of a sample of
    questions and passages, and the mean of single words."""

    lowest: float
    mean: float
    words: float

    @property
    def acceptable(self) -> bool:
        return (
            self.lowest >= LEAST_COSINE
            and self.mean >= LEAST_MEAN_COSINE
            and self.words >= LEAST_MEAN_COSINE_OF_WORDS
        )

    def __str__(self) -> str:
        return (
            f"cosine {self.lowest:.3f} at worst, {self.mean:.3f} on average, "
            f"{self.words:.3f} of single words"
        )


def convert(
    source: Path, fingerprint: str, target: Path, progress: Progress | None = None
) -> Drift:
    """Convert the model in `source` into the folder `target`, which appears whole or not at all.

    `fingerprint` becomes that of the converted model. Raises ConversionError, and ModelError
    if `source` holds no model.
    """
    report = progress or (lambda _what, _share: None)
    # torch and its companions take seconds to import, and only a conversion needs them.
    from embeddings.sentence_transformer import SentenceTransformerEncoder

    report("converting the model, once", 0.0)
    original = SentenceTransformerEncoder(str(source))
    if not (source / TOKENIZER).is_file():
        raise ConversionError(f"it has no {TOKENIZER}")
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with _ONE_AT_A_TIME:
            _write_graph(original.model, staging, report)
        shutil.copyfile(source / TOKENIZER, staging / TOKENIZER)
        _write_manifest(original, fingerprint, staging)
        report("comparing it with the original", 0.9)
        drift = drift_between(original, OpenVinoEncoder(staging))
        if not drift.acceptable:
            raise ConversionError(f"in 8 bits its vectors drift: {drift}")
        _move_into_place(staging, target)
    except ConversionError:
        raise
    except Exception as error:
        # A model of a kind that they do not know makes the libraries raise nearly anything.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConversionError(reason) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    report("converting the model, once", 1.0)
    return drift


def _move_into_place(staging: Path, target: Path) -> None:
    """Rename the finished folder; where another process was faster, keep its copy."""
    try:
        staging.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def drift_between(original: Encoder, converted: Encoder) -> Drift:
    """Compare the two on questions that the conversion was not calibrated on."""
    sample = _sample(of_calibration=False)
    words = _words(sample)
    texts = np.concatenate(
        [
            _cosines(original.encode_queries(sample), converted.encode_queries(sample)),
            _cosines(original.encode_passages(sample), converted.encode_passages(sample)),
        ]
    )
    of_words = _cosines(original.encode_words(words), converted.encode_words(words))
    return Drift(float(texts.min()), float(texts.mean()), float(of_words.mean()))


def _cosines(one: Vectors, other: Vectors) -> Vectors:
    cosines: Vectors = (one * other).sum(axis=1)
    return cosines


def _sample(*, of_calibration: bool) -> list[str]:
    """Three in four questions calibrate; every fourth is kept for the comparison."""
    return [
        text
        for language in _LANGUAGES
        for place, text in enumerate(questions(language))
        if (place % 4 != 0) == of_calibration
    ]


def _words(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word for text in texts for word in text.split()))


def _write_graph(model: Any, folder: Path, report: Progress) -> None:
    import nncf
    import openvino
    import torch

    from embeddings.sentence_transformer import quiet

    class Whole(torch.nn.Module):
        """The model as a function of token ids and mask, giving unit vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    example = {name: torch.ones(2, 8, dtype=torch.long) for name in INPUTS}
    with torch.inference_mode(), warnings.catch_warnings(), quiet():
        # Tracing warns of each size that it takes for fixed; the comparison would show one.
        warnings.simplefilter("ignore")
        graph = openvino.convert_model(Whole().eval(), example_input=example)
    report("quantising the model, once", 0.2)
    inputs = [_tokens(model, text) for text in _calibration_texts(list(model.prompts.values()))]
    # Its log and progress bars go to standard output, which is for the command's own result.
    logging.getLogger("nncf").setLevel(logging.CRITICAL)
    with redirect_stdout(io.StringIO()):
        quantised = nncf.quantize(
            graph,
            nncf.Dataset(inputs),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(inputs),
        )
    _gather_before_unpacking(quantised)
    openvino.save_model(quantised, folder / GRAPH)


def _gather_before_unpacking(graph: Any) -> None:
    """Look up 8-bit rows of the embedding tables and make them float32, not the whole tables.

    Gather(Convert(table) * scale) becomes Convert(Gather(table)) * Gather(scale): the same
    numbers, without tables in float32 that take most of the memory.
    """
    from openvino import opset13 as ops

    for gather in [op for op in graph.get_ops() if op.get_type_name() == "Gather"]:
        unpacked = gather.input_value(0).get_node()
        if unpacked.get_type_name() != "Multiply":
            continue
        converted, scale = unpacked.input_value(0).get_node(), unpacked.input_value(1)
        if converted.get_type_name() != "Convert":
            continue
        table, rows, axis = converted.input_value(0), gather.input_value(1), gather.input_value(2)
        if scale.get_shape()[:1] != table.get_shape()[:1]:
            continue
        found = ops.convert(ops.gather(table, rows, axis), "f32")
        result = ops.multiply(found, ops.gather(scale, rows, axis))
        for target in gather.output(0).get_target_inputs():
            target.replace_source_output(result.output(0))
    graph.validate_nodes_and_infer_types()


def _calibration_texts(prompts: Sequence[str]) -> list[str]:
    """What will be encoded, in all its lengths: single words, sentences, several sentences."""
    sentences = _sample(of_calibration=True)
    together = [" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)]
    prompted = [prompt + text for prompt in prompts for text in (*sentences, *together)]
    return [*prompted, *_words(sentences)[::3]]


def _tokens(model: Any, text: str) -> dict[str, np.ndarray]:
    encoded = model.tokenizer([text], truncation=True, return_tensors="np")
    return {name: encoded[name] for name in INPUTS}


def _write_manifest(original: Any, fingerprint: str, folder: Path) -> None:
    write_checked(
        folder / MANIFEST,
        {
            "fingerprint": fingerprint,
            "dim": original.dim,
            "longest": original.longest,
            "query_prompt": original.query_prompt,
            "passage_prompt": original.passage_prompt,
            "padding": original.model.tokenizer.pad_token_id,
            "files": {name: sha256_of(folder / name) for name in (GRAPH, WEIGHTS, TOKENIZER)},
        },
    )
