"""sentence-transformers and FAISS by themselves, as both document it: the least one can write."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peers.system import PASSAGE_PREFIX, QUERY_PREFIX, Texts


class Plain:
    """Satisfies `System`: unit vectors in an exact index by inner product."""

    def __init__(self, model: Path, folder: Path) -> None:
        self._folder = folder
        self._model = SentenceTransformer(str(model), device="cpu")
        self._open: dict[str, tuple[Any, list[tuple[str, str]]]] = {}

    def build(self, texts: Texts) -> None:
        for language, documents in texts.items():
            vectors = self._model.encode(
                [text for _, text in documents], prompt=PASSAGE_PREFIX, normalize_embeddings=True
            )
            index = faiss.IndexFlatIP(vectors.shape[1])
            index.add(vectors)
            faiss.write_index(index, str(self._folder / f"{language}.faiss"))
            (self._folder / f"{language}.json").write_text(json.dumps(list(documents)), "utf-8")

    def open(self, languages: Sequence[str]) -> None:
        for language in languages:
            documents = json.loads((self._folder / f"{language}.json").read_text("utf-8"))
            self._open[language] = (
                faiss.read_index(str(self._folder / f"{language}.faiss")),
                [(i, text) for i, text in documents],
            )

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        index, documents = self._open[language]
        vector = self._model.encode([question], prompt=QUERY_PREFIX, normalize_embeddings=True)
        _scores, places = index.search(vector, k)
        return [documents[place] for place in places[0] if place >= 0]


def make(model: Path, folder: Path) -> Plain:
    return Plain(model, folder)
