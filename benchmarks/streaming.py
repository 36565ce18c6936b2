"""Times what Dalil adds to a language model's stream.

`python -m benchmarks.streaming` lets a scripted model on the loopback address write answers
of four labelled sentences, a word every 20 ms, once to the client of `rag/llm` alone and
once through the whole service, in turns. What the service takes longer, search apart, is
what prompt, verification and events add. No sentence comes twice, for vectors are kept.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from evals.verification_cases import DATA, SEEDS, Case, load_articles, load_cases
from rag.compose import open_ingester, open_service
from rag.errors import DalilError
from rag.events import Done, PassagesFound, TextDelta
from rag.llm import Deadlines, Finished, LlmClient, Message, ModelConfig
from rag.service import Service
from rag.settings import load_settings
from tests.llm.replies import answer
from tests.llm.scripted import ScriptedLlm

_SENTENCES = 4
_PACE_SECONDS = 0.02
_ROUNDS = 20
_MODEL = "openai/scripted"


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds from asking the model, or from the passages on, to the first text and on."""

    first: float
    whole: float


async def _alone(client: LlmClient, question: str) -> Timing:
    start, first = perf_counter(), 0.0
    async with aclosing(client.stream([Message("user", question)])) as parts:
        async for part in parts:
            first = first or perf_counter()
            if isinstance(part, Finished):
                break
    return Timing((first - start) * 1000, (perf_counter() - start) * 1000)


async def _through(service: Service, question: str) -> Timing:
    start = first = 0.0
    async for event in service.stream(question):
        if isinstance(event, PassagesFound):
            start = perf_counter()
        elif isinstance(event, TextDelta):
            first = first or perf_counter()
        elif isinstance(event, Done):
            break
    return Timing((first - start) * 1000, (perf_counter() - start) * 1000)


def _answers() -> list[tuple[str, str]]:
    """Questions, and answers of four sentences that are true of the seeds and stand in no
    other answer; the question is put so that their passages are found."""
    cases = [case for case in load_cases(DATA, load_articles()) if case.supported]
    cases.sort(key=lambda case: (case.language, case.shown[0].article.id, case.id))
    groups = (cases[start : start + _SENTENCES] for start in range(0, len(cases), _SENTENCES))
    return [
        (_question(group), " ".join(f"{case.text} [1]" for case in group))
        for group in groups
        if len(group) == _SENTENCES and len({case.language for case in group}) == 1
    ]


def _question(group: Sequence[Case]) -> str:
    title = group[0].shown[0].article.title
    return f"ماذا يقول المقال عن {title}؟" if group[0].language == "ar" else f"What about {title}?"


async def _measure(service: Service, llm: ScriptedLlm) -> list[Timing]:
    """What the service takes beyond the model, by round."""
    config = ModelConfig(_MODEL, llm.url, None, 0.0, 256, None)
    client = LlmClient([config], Deadlines(60, 30, 30), 0)
    added = []
    for question, text in _answers()[: _ROUNDS + 1]:
        words = [f"{word} " for word in text.split()]
        llm.script(answer(*words, every=_PACE_SECONDS))
        alone = await _alone(client, question)
        through = await _through(service, question)
        added.append(Timing(through.first - alone.first, through.whole - alone.whole))
    await service.aclose()
    return added[1:]  # the first one warms up


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args(arguments)
    models = load_settings().home / "models"
    try:
        with tempfile.TemporaryDirectory(prefix="dalil-bench-") as name, ScriptedLlm() as llm:
            if models.is_dir():
                (Path(name) / "models").symlink_to(models.resolve())
            settings = load_settings(home=Path(name), llm=_MODEL, llm_base_url=llm.url)
            ingester = open_ingester(settings)
            ingester.ingest([str(SEEDS)])
            ingester.close()
            service = open_service(settings)
            service.prepare()
            added = asyncio.run(_measure(service, llm))
            service.close()
    except DalilError as error:
        Console(stderr=True).print(f"dalil: {error}", style="red")
        return 2
    title = f"added to the model's own time, {len(added)} answers of {_SENTENCES} sentences"
    table = Table("until", "median", "slowest", title=title)
    for name, values in (
        ("the first text", [timing.first for timing in added]),
        ("the verified end", [timing.whole for timing in added]),
    ):
        table.add_row(name, f"{statistics.median(values):.0f} ms", f"{max(values):.0f} ms")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
