"""Measures the 8-bit encoder against float32, and against what the processor can do at all.

`python -m benchmarks.encoder` encodes the same texts with both, in turns: how far the vectors
drift, milliseconds a question, tokens a second in bulk. The operations that a token takes are
counted in the converted graph; how many the processor can do is in `matmul_peak.py`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.figures import markdown, median_of, percentile, shown
from benchmarks.machine import write_figures
from benchmarks.matmul_peak import matmul_operations, measure_peaks
from benchmarks.questions import SEEDS, eval_questions
from embeddings.bundled import ensure_bundled_model
from embeddings.encoder import Encoder
from embeddings.fastest import open_fastest
from embeddings.openvino import GRAPH
from embeddings.sentence_transformer import SentenceTransformerEncoder
from evals.questions import load_articles
from rag.compose import model_folder
from rag.errors import DalilError, ModelError
from rag.sentences import split_sentences
from rag.settings import load_settings

_ROUNDS = 5
_QUESTIONS = 100
_SENTENCES = 512
_SPECIAL_TOKENS = 2


def seed_sentences(count: int) -> list[str]:
    """Sentences of the seeds, in both languages, as ingestion would encode them."""
    sentences = [
        span.of(article.text)
        for article in load_articles([SEEDS]).values()
        for span in split_sentences(article.text, article.language)
    ]
    return sentences[:: max(len(sentences) // count, 1)][:count]


def _speed(
    encoder: Encoder, questions: Sequence[str], sentences: Sequence[str]
) -> dict[str, float]:
    """Of one round: milliseconds a question, one at a time, and tokens a second in bulk."""
    milliseconds = []
    for question in questions:
        start = perf_counter()
        encoder.encode_queries([question])
        milliseconds.append((perf_counter() - start) * 1000)
    tokens = sum(encoder.count_tokens(sentences)) + _SPECIAL_TOKENS * len(sentences)
    start = perf_counter()
    encoder.encode_passages(sentences)
    seconds = perf_counter() - start
    return {
        "question_p50_ms": percentile(milliseconds, 0.5),
        "question_p95_ms": percentile(milliseconds, 0.95),
        "tokens_per_second": tokens / seconds,
    }


def _drift(one: Encoder, other: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Cosines between the vectors of the two: the lowest, the 1st percentile, the median."""
    cosines = (one.encode_passages(texts) * other.encode_passages(texts)).sum(axis=1)
    low, first, middle = (float(np.quantile(cosines, share)) for share in (0, 0.01, 0.5))
    return {"lowest": low, "percentile_1": first, "median": middle, "texts": len(texts)}


def measure(model: Path, cache: Path, rounds: int) -> dict[str, Any]:
    """All figures. Raises ModelError where the model cannot run in 8 bits."""
    encoders: dict[str, Encoder] = {
        "openvino_int8": open_fastest(model, cache, "openvino"),
        "torch_float32": SentenceTransformerEncoder(str(model)),
    }
    questions, sentences = eval_questions()[:_QUESTIONS], seed_sentences(_SENTENCES)
    for encoder in encoders.values():
        _speed(encoder, questions[:5], sentences[:64])
    speeds: dict[str, list[dict[str, float]]] = {name: [] for name in encoders}
    for _ in range(rounds):
        for name, encoder in encoders.items():
            speeds[name].append(_speed(encoder, questions, sentences))
    fast = encoders["openvino_int8"]
    tokens = fast.count_tokens(sentences)
    graph = cache / f"openvino-{fast.fingerprint}" / GRAPH
    return {
        "rounds": rounds,
        "drift": _drift(fast, encoders["torch_float32"], sentences),
        "speed": {name: median_of(found) for name, found in speeds.items()},
        "tokens_a_sentence": median(tokens),
        "operations_per_token": matmul_operations(graph, round(median(tokens)) + _SPECIAL_TOKENS),
        "peaks": measure_peaks(rounds),
    }


def encoder_tables(figures: dict[str, Any]) -> str:
    """Two tables in Markdown: the two runtimes, and 8 bits against the processor."""
    speed, drift = figures["speed"], figures["drift"]
    runtimes = markdown(
        ("runtime", "a question, p50 ms", "p95 ms", "tokens/s in bulk"),
        [
            [name, *(shown(found[key]) for key in ("question_p50_ms", "question_p95_ms",
                                                  "tokens_per_second"))]
            for name, found in speed.items()
        ],
    )  # fmt: skip
    operations = figures["operations_per_token"]
    done = operations["in_8_bits"] * speed["openvino_int8"]["tokens_per_second"]
    peaks = [
        [f"8-bit matmul {name}", shown(peak / 1e9), f"{100 * done / peak:.0f} %"]
        for name, peak in figures["peaks"].items()
    ]
    rows = [["the encoder, in bulk", shown(done / 1e9), ""], *peaks]
    limits = markdown(("", "10⁹ operations/s", "of which the encoder does"), rows)
    return (
        f"{runtimes}\n\nCosine of the two vectors of a sentence: median {drift['median']:.4f}, "
        f"1st percentile {drift['percentile_1']:.4f}, lowest {drift['lowest']:.4f} "
        f"({drift['texts']} sentences).\n\nA token takes {operations['in_8_bits'] / 1e6:.1f} "
        f"million operations in 8 bits and {operations['in_float'] / 1e6:.1f} in float32."
        f"\n\n{limits}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parsed = parser.parse_args(arguments)
    try:
        settings = load_settings()
        model = ensure_bundled_model(model_folder(settings))
        figures = measure(model, settings.home / "models", parsed.rounds)
    except (DalilError, ModelError) as error:
        Console(stderr=True).print(f"dalil: {error}", style="red")
        return 2
    print(encoder_tables(figures))
    if parsed.json is not None:
        write_figures(parsed.json, "encoder", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
