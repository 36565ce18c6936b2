"""LlamaIndex with HuggingFaceEmbedding and its FAISS store, as its documentation shows them."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.system import PASSAGE_PREFIX, QUERY_PREFIX, Texts


class LlamaIndex:
    """Satisfies `System`. A document is one node, without a splitter."""

    def __init__(self, model: Path, folder: Path) -> None:
        self._folder = folder
        self._core = import_module("llama_index.core")
        self._schema = import_module("llama_index.core.schema")
        self._store = import_module("llama_index.vector_stores.faiss").FaissVectorStore
        self._faiss = import_module("faiss")
        embedding = import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding
        self._embedding = embedding(
            model_name=str(model),
            device="cpu",
            query_instruction=QUERY_PREFIX,
            text_instruction=PASSAGE_PREFIX,
        )
        self._open: dict[str, Any] = {}

    def build(self, texts: Texts) -> None:
        dim = len(self._embedding.get_query_embedding("dim"))
        for language, documents in texts.items():
            store = self._store(faiss_index=self._faiss.IndexFlatIP(dim))
            storage = self._core.StorageContext.from_defaults(vector_store=store)
            nodes = [self._schema.TextNode(id_=i, text=text) for i, text in documents]
            index = self._core.VectorStoreIndex(
                nodes, storage_context=storage, embed_model=self._embedding
            )
            index.storage_context.persist(persist_dir=str(self._folder / language))

    def open(self, languages: Sequence[str]) -> None:
        for language in languages:
            place = str(self._folder / language)
            store = self._store.from_persist_dir(place)
            storage = self._core.StorageContext.from_defaults(vector_store=store, persist_dir=place)
            index = self._core.load_index_from_storage(storage, embed_model=self._embedding)
            self._open[language] = index

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        found = self._open[language].as_retriever(similarity_top_k=k).retrieve(question)
        return [(item.node.node_id, item.node.get_content()) for item in found]


def make(model: Path, folder: Path) -> LlamaIndex:
    return LlamaIndex(model, folder)
