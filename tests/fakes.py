"""An encoder whose vectors can be worked out by hand, and small collections made with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from embeddings.calibrated import CalibratedEncoder, Calibration
from embeddings.encoder import Vectors
from rag.admission import Admission
from rag.answering import Answerer
from rag.extractive_answerer import ExtractiveAnswerer
from rag.features import PassageEvidence
from rag.index import SearchIndex
from rag.indexing import IndexedBatch, Indexer
from rag.ingest import Ingester
from rag.query import Query, analyse_query
from rag.retrieval import Retriever
from rag.service import Service, ServiceConfig
from rag.store import ChunkRow, NewVectors, Store
from rag.terms import tokenise
from rag.text import fold
from rag.types import Article, Language
from rag.weights import ByPair, Linear, Weights

DIM = 64
WORD_SPREAD = 0.25
MANY = 1000
NOTHING_NEW = NewVectors({}, {})
NO_WORDS = np.array([], dtype=np.int32)


class FakeEncoder:
    """Each word adds 1 to the component that its code points' sum, modulo `dim`, names.

    "ab ba c" → a 97, b 98, c 99 → component 195 % 64 = 3 twice, 99 % 64 = 35 once
    → (…, 2, …, 1, …) / √5. A `shift` moves all components: another model.
    """

    max_tokens = 64
    runtime = "arithmetic"

    def __init__(self, name: str = "fake", dim: int = DIM, shift: int = 0) -> None:
        self.fingerprint = name
        self.dim = dim
        self.shift = shift
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return np.stack([self.vector(text) for text in texts])

    def encode_words(self, words: Sequence[str]) -> Vectors:
        return np.stack([self.vector(word) for word in words])

    def vector(self, text: str) -> Vectors:
        counts = np.zeros(self.dim, dtype=np.float32)
        for token in tokenise(text):
            counts[(sum(map(ord, fold(token))) + self.shift) % self.dim] += 1
        if not counts.any():
            counts[0] = 1
        unit: Vectors = counts / np.linalg.norm(counts)
        return unit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def fake_encoder(name: str = "fake", shift: int = 0, dim: int = DIM) -> CalibratedEncoder:
    """A fake encoder around centres of zero: what it gives is what is stored."""
    return calibrated(FakeEncoder(name, dim, shift))


def calibrated(encoder: FakeEncoder) -> CalibratedEncoder:
    zero = np.zeros(encoder.dim, dtype=np.float32)
    return CalibratedEncoder(
        encoder, Calibration({"ar": zero}, {"ar": zero}, {"ar": zero}, 0.25, WORD_SPREAD)
    )


def article(
    article_id: str,
    text: str,
    language: Language = "en",
    *,
    title: str = "",
    url: str | None = None,
    published: date | None = None,
    source: str | None = None,
    metadata: Mapping[str, str] | None = None,
    origin: str | None = None,
) -> Article:
    return Article(
        article_id, title, text, language, url, published, source, metadata or {}, origin
    )


ARTICLES = (
    article(
        "suez-ar",
        "افتُتحت قناة السويس في 17 نوفمبر 1869. ويبلغ طول القناة اليوم 193 كيلومترًا.",
        "ar",
        title="قناة السويس",
        published=date(2021, 4, 5),
        source="سانا",
    ),
    article(
        "petra-ar",
        "البتراء مدينة أثرية في جنوب الأردن. وقد أُدرجت في قائمة التراث العالمي عام 1985.",
        "ar",
        title="البتراء",
        published=date(2019, 1, 31),
        source="سبوتنيك",
    ),
    article(
        "suez-en",
        "The Suez Canal was opened on 17 November 1869. It is 193 km long today.",
        title="The Suez Canal",
        published=date(2021, 4, 6),
        source="Reuters",
    ),
    article(
        "aral-en",
        "The Aral Sea was once the fourth largest lake. Putin spoke of it in Astana in 2018.",
        title="The Aral Sea",
    ),
)


def plain_weights() -> Weights:
    """Weights that can be followed by hand: similarity and shared terms count alike."""
    passage = Linear((1.0, 1.0, 1.0, 1.0, 0.0, 0.0))
    sentence = Linear((1.0, 0.0, 1.0, *[0.0] * 9))
    confidence = Linear((0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0), -4.0)
    return Weights(
        ByPair(passage, passage),
        ByPair(sentence, sentence),
        ByPair(confidence, confidence),
        {"made": "by hand"},
    )


def bare_evidence(
    chunk: ChunkRow,
    features: tuple[float, ...] = (),
    *,
    same: bool = True,
    coverage: float = 0.0,
    near_words: float = 0.0,
) -> PassageEvidence:
    """Evidence of a passage whose sentences have nothing in common with the question."""
    count = len(chunk.sentences)
    return PassageEvidence(
        chunk, same, features, coverage, near_words,
        np.zeros(count, np.float32), np.zeros((count, 0), np.bool_), np.zeros((count, 0)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """All parts of a collection in one folder, with one encoder."""

    folder: Path
    store: Store
    index: SearchIndex
    encoder: CalibratedEncoder
    indexer: Indexer
    ingester: Ingester

    def service(
        self,
        *,
        top_k: int = 5,
        min_confidence: float = 0.5,
        answerer: Answerer | None = None,
        admission: Admission | None = None,
    ) -> Service:
        """A service of its own, as another process would open it."""
        config = ServiceConfig(self.folder, "fake", self.indexer.pipeline, top_k, 2000)
        index = SearchIndex(self.folder / "index", self.encoder.dim)
        weights = plain_weights()
        answerer = answerer or ExtractiveAnswerer(weights, min_confidence)
        admission = admission or Admission(MANY)
        path = self.store.path
        return Service(path, index, self.encoder, weights, answerer, config, admission)

    def retriever(self, weights: Weights | None = None) -> Retriever:
        return Retriever(self.index, self.encoder, weights or plain_weights())

    def query(self, text: str) -> Query:
        return analyse_query(text, self.encoder, 2000)


def open_engine(
    folder: Path, encoder: CalibratedEncoder | None = None, *, tokens: int = 24, overlap: int = 1
) -> Engine:
    encoder = encoder or fake_encoder()
    store = Store(folder / "dalil.db", create=True)
    index = SearchIndex(folder / "index", encoder.dim)
    indexer = Indexer(encoder, tokens, overlap)
    return Engine(folder, store, index, encoder, indexer, Ingester(store, index, indexer))


def indexed(*articles: Article, encoder: CalibratedEncoder | None = None) -> IndexedBatch:
    """Articles made ready for the store, with every vector new."""
    indexer = Indexer(encoder or fake_encoder(), 24, 1)
    return indexer.index(articles, lambda _hashes: {}, lambda _words: set())


def write_articles(folder: Path, texts: Mapping[str, str]) -> None:
    """Text files, each named after its article's id."""
    folder.mkdir(parents=True, exist_ok=True)
    for article_id, text in texts.items():
        (folder / f"{article_id}.txt").write_text(text, "utf-8")
