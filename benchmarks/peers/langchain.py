"""LangChain with HuggingFaceEmbeddings and its FAISS store, as its documentation shows them."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.system import PASSAGE_PREFIX, QUERY_PREFIX, Texts


class LangChain:
    """Satisfies `System`. A document goes in whole, without a text splitter."""

    def __init__(self, model: Path, folder: Path) -> None:
        self._folder = folder
        embeddings = import_module("langchain_huggingface").HuggingFaceEmbeddings
        self._embeddings = embeddings(
            model_name=str(model),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"normalize_embeddings": True, "prompt": PASSAGE_PREFIX},
            query_encode_kwargs={"normalize_embeddings": True, "prompt": QUERY_PREFIX},
        )
        self._faiss = import_module("langchain_community.vectorstores").FAISS
        self._open: dict[str, Any] = {}

    def build(self, texts: Texts) -> None:
        for language, documents in texts.items():
            ids = [i for i, _ in documents]
            store = self._faiss.from_texts(
                [text for _, text in documents],
                self._embeddings,
                metadatas=[{"id": i} for i in ids],
                ids=ids,
            )
            store.save_local(str(self._folder / language))

    def open(self, languages: Sequence[str]) -> None:
        for language in languages:
            # It keeps its texts as a pickle; this one was written by `build`.
            self._open[language] = self._faiss.load_local(
                str(self._folder / language), self._embeddings, allow_dangerous_deserialization=True
            )

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        found = self._open[language].similarity_search(question, k=k)
        return [(document.metadata["id"], document.page_content) for document in found]


def make(model: Path, folder: Path) -> LangChain:
    return LangChain(model, folder)
