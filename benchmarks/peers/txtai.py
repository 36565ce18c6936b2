"""txtai with its hybrid of vectors and BM25, and content stored, as its documentation shows it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.system import PASSAGE_PREFIX, QUERY_PREFIX, Texts


class Txtai:
    """Satisfies `System`."""

    def __init__(self, model: Path, folder: Path) -> None:
        self._folder = folder
        self._embeddings = import_module("txtai").Embeddings
        self._models: dict[str, Any] = {}
        self._settings = {
            "path": str(model),
            "instructions": {"query": QUERY_PREFIX, "data": PASSAGE_PREFIX},
            "hybrid": True,
            "content": True,
            "gpu": False,
        }
        self._open: dict[str, Any] = {}

    def build(self, texts: Texts) -> None:
        for language, documents in texts.items():
            # Two indexes of one process share a model that they are given.
            embeddings = self._embeddings(self._settings, models=self._models)
            embeddings.index([(i, text, None) for i, text in documents])
            embeddings.save(str(self._folder / language))
            embeddings.close()

    def open(self, languages: Sequence[str]) -> None:
        for language in languages:
            embeddings = self._embeddings(models=self._models)
            embeddings.load(str(self._folder / language))
            self._open[language] = embeddings

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        found = self._open[language].search(question, k)
        return [(item["id"], item["text"]) for item in found]


def make(model: Path, folder: Path) -> Txtai:
    return Txtai(model, folder)
