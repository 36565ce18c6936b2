"""Takes all systems through the same rounds, in turns, and gathers their figures.

Processes are `processes.py`'s job, tables `tables.py`'s.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.figures import median_of, percentile
from benchmarks.peers.processes import run_worker
from evals.metrics import mean, reciprocal_rank
from evals.squad import SquadFile, SquadQuestion, is_development

Progress = Callable[[str], None]
Rounds: TypeAlias = dict[str, list[dict[str, float]]]


class Comparison:
    """The data of a comparison, and where its systems keep what they make of it."""

    def __init__(
        self,
        files: Sequence[SquadFile],
        model: Path,
        folder: Path,
        pythons: Mapping[str, Path],
        paragraphs: int | None = None,
    ) -> None:
        """`pythons` has the interpreter of each system, by name."""
        self._files = files
        self._model = model
        self._folder = folder
        self._pythons = pythons
        self._paragraphs = paragraphs

    def run(self, indexing: int, rounds: int, timed: int, progress: Progress) -> dict[str, Any]:
        """The medians over the rounds, by system, and MRR@10 by direction."""
        measured: Rounds = {name: [] for name in self._pythons}
        for number, name in self._turns(indexing):
            progress(f"{name}: indexing, round {number + 1} of {indexing}")
            measured[name].append(self._index(name))
        some = _spread_out(self._asked(), timed)
        for number, name in self._turns(rounds):
            progress(f"{name}: answering, round {number + 1} of {rounds}")
            measured[name].append(self._answer(name, some))
        ranks = {}
        for name in self._pythons:
            progress(f"{name}: ranking")
            ranks[name] = self._rank(name)
        systems = {
            name: {**median_of(figures), "mrr": ranks[name]} for name, figures in measured.items()
        }
        return {
            "paragraphs": sum(map(len, self._texts().values())),
            "questions": {name: len(asked) for name, asked in self._directions().items()},
            "timed_questions": len(some),
            "rounds": {"indexing": indexing, "answering": rounds},
            "systems": systems,
            "each_round": measured,
        }

    def _turns(self, rounds: int) -> list[tuple[int, str]]:
        """Every system once a round; each round begins with another."""
        names = list(self._pythons)
        return [
            (number, names[(number + place) % len(names)])
            for number in range(rounds)
            for place in range(len(names))
        ]

    def _index(self, name: str) -> dict[str, float]:
        place = self._place(name)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        texts = self._texts()
        told = run_worker(self._pythons[name], name, "index", self._task(name, texts=texts))
        paragraphs = sum(map(len, texts.values()))
        return {
            "articles_per_second": paragraphs / told.figures["seconds"],
            "indexing_cpu_ms": 1000 * told.figures["cpu_seconds"] / paragraphs,
            "indexing_peak_mib": told.figures["peak_mib"],
        }

    def _answer(self, name: str, asked: Sequence[tuple[str, str]]) -> dict[str, float]:
        task = self._task(name, questions=asked, languages=self._languages)
        told = run_worker(self._pythons[name], name, "answer", task)
        return {
            "p50_ms": percentile(told.figures["milliseconds"], 0.5),
            "p95_ms": percentile(told.figures["milliseconds"], 0.95),
            "cpu_ms": percentile(told.figures["cpu_milliseconds"], 0.5),
            "peak_mib": told.figures["peak_mib"],
            "cold_start_seconds": told.first_seconds,
        }

    def _rank(self, name: str) -> dict[str, float | None]:
        """MRR@10 by direction."""
        directions = self._directions()
        questions = [asked for all_asked in directions.values() for _, *asked in all_asked]
        task = self._task(name, questions=questions, languages=self._languages)
        found = iter(run_worker(self._pythons[name], name, "answer", task).figures["found"])
        return {
            direction: mean(
                [reciprocal_rank(list(dict.fromkeys(next(found))), gold) for gold, *_ in asked]
            )
            for direction, asked in directions.items()
        }

    def _directions(self) -> dict[str, list[tuple[str, str, str]]]:
        """By direction: the article that is wanted, the question, and the language to search."""
        return {
            f"{asked.language}→{found.language}": [
                (found.article_id(question.paragraph), question.text, found.language)
                for question in asked.questions
                if self._is_asked(question)
            ]
            for asked in self._files
            for found in self._files
        }

    def _asked(self) -> list[tuple[str, str]]:
        """Every question once, half of them in their own language and half in the other."""
        each = [
            [(question, language) for _, question, language in asked[place :: len(self._files)]]
            for place, asked in enumerate(self._directions().values())
        ]
        shortest = min(map(len, each))
        return [asked[i] for i in range(shortest) for asked in each]

    def _is_asked(self, question: SquadQuestion) -> bool:
        """Of the half that no weight was fitted on, and with its paragraph in the collection."""
        inside = self._paragraphs is None or question.paragraph < self._paragraphs
        return inside and not is_development(question)

    def _texts(self) -> dict[str, list[tuple[str, str]]]:
        return {
            file.language: [(a.id, a.text) for a in file.articles()[: self._paragraphs]]
            for file in self._files
        }

    @property
    def _languages(self) -> list[str]:
        return [file.language for file in self._files]

    def _place(self, name: str) -> Path:
        return self._folder / name

    def _task(self, name: str, **more: Any) -> Path:
        file = self._folder / "task.json"
        task = {"model": str(self._model), "folder": str(self._place(name)), **more}
        file.write_text(json.dumps(task, ensure_ascii=False), "utf-8")
        return file


def _spread_out(items: Sequence[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """`count` of the items, evenly spread, in an order that mixes the directions."""
    step = max(len(items) / count, 1.0) if count else 1.0
    return [items[int(i * step)] for i in range(min(count, len(items)))]
