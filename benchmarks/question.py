"""Profiles one question, stage by stage: medians over different questions on `seeds/`.

`python -m benchmarks.question` asks a warm service in process, one question at a time, each
question once. What is timed as which stage is in `stages.py`.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.figures import latencies, markdown, shown
from benchmarks.machine import write_figures
from benchmarks.questions import SEEDS, eval_questions
from benchmarks.stages import REST, STAGES, StageWatch, watching
from evals.collection import open_collection
from evals.config import RunConfig
from rag.errors import DalilError
from rag.reading import read_answer
from rag.service import Service

_QUESTIONS = 200
_WARMING = 10


async def _ask(
    service: Service, questions: Sequence[str], watch: StageWatch
) -> list[dict[str, float]]:
    """Milliseconds by stage of each question, in the loop of a server."""
    asked = []
    for question in questions:
        with watch.measuring(REST):
            await read_answer(service.stream(question, live=False))
        asked.append(watch.take())
    await service.aclose()
    return asked


def profile(articles: Path, questions: Sequence[str]) -> dict[str, object]:
    """The medians of each stage, and the latencies of the whole, both in milliseconds.

    The first questions warm up and are not counted. Raises DalilError.
    """
    with open_collection(RunConfig(articles=(articles,))) as (service, _settings):
        service.prepare()
        with watching() as watch:
            asked = asyncio.run(_ask(service, questions, watch))
    counted = asked[min(_WARMING, len(asked) - 1) :]
    whole = latencies([sum(stages.values()) for stages in counted])
    medians = {
        stage: median(stages.get(stage, 0.0) for stages in counted) for stage in (*STAGES, REST)
    }
    return {
        "questions": whole.count,
        "p50_ms": whole.p50,
        "p95_ms": whole.p95,
        "stages_ms": medians,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SEEDS)
    parser.add_argument("--questions", type=int, default=_QUESTIONS)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parsed = parser.parse_args(arguments)
    try:
        questions = eval_questions()[: parsed.questions + _WARMING]
        figures = profile(parsed.folder, questions)
    except DalilError as error:
        Console(stderr=True).print(f"dalil: {error}", style="red")
        return 2
    print(stage_table(figures))
    if parsed.json is not None:
        write_figures(parsed.json, "question", figures)
    return 0


def stage_table(figures: dict[str, object]) -> str:
    """The stages in their order, and their share of the sum of the medians."""
    stages = figures["stages_ms"]
    assert isinstance(stages, dict)
    total = sum(stages.values())
    rows = [
        [stage, shown(value), f"{100 * value / total:.0f} %"] for stage, value in stages.items()
    ]
    whole = f"{shown(float(str(figures['p50_ms'])))} (p95 {shown(float(str(figures['p95_ms'])))})"
    return markdown(("stage", "ms", "share"), [*rows, ["the whole question", whole, "100 %"]])


if __name__ == "__main__":
    sys.exit(main())
