"""Computes everything that the store keeps of an article, before it is written.

Article → sentences → terms, keys and vectors → chunks. Nothing is stored here, and a
vector that is known already is not computed again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.calibrated import CalibratedEncoder
from embeddings.encoder import Vectors
from rag.chunking import SentenceRun, fit_sentences, group_sentences
from rag.sentences import split_sentences
from rag.store import IndexedArticle, NewChunk, NewSentence, NewVectors, NewWord
from rag.terms import analyse
from rag.transliteration import name_keys
from rag.types import Article, Language, Span
from rag.words import content_words, word_language

TEXT_VERSION = 3
"""Raise it when terms, keys, words or sentences of the same text come out differently."""

_TITLE_WEIGHT = 0.25
_BATCH = 256

KnownVectors = Callable[[Sequence[bytes]], Mapping[bytes, Vectors]]
KnownWords = Callable[[Iterable[str]], set[str]]
EmbedProgress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article cut up, with its vectors still missing."""

    article: Article
    sentences: tuple[Span, ...]
    runs: tuple[SentenceRun, ...]
    hashes: tuple[bytes, ...]
    title_hash: bytes | None


@dataclass(frozen=True, slots=True)
class IndexedBatch:
    """Articles ready to be stored, and the vectors that the store does not know yet."""

    articles: tuple[IndexedArticle, ...]
    new: NewVectors


class Indexer:
    """Turns articles into rows for the store, with one encoder and one way of chunking."""

    def __init__(self, encoder: CalibratedEncoder, chunk_tokens: int, overlap: int) -> None:
        self._encoder = encoder
        self._chunk_tokens = min(chunk_tokens, encoder.max_tokens)
        self._overlap = overlap
        self.fingerprint = encoder.fingerprint
        self.pipeline = f"{encoder.fingerprint}/{self._chunk_tokens}+{overlap}/t{TEXT_VERSION}"

    def index(
        self,
        articles: Sequence[Article],
        known: KnownVectors,
        known_words: KnownWords,
        progress: EmbedProgress | None = None,
    ) -> IndexedBatch:
        """Cut up and embed a batch of articles; `progress` is told how many are embedded."""
        drafts = [self._cut(article) for article in articles]
        texts = _texts_by_hash(drafts)
        vectors = dict(known(list(texts)))
        new = self._embed({h: text for h, text in texts.items() if h not in vectors}, progress)
        vectors.update(new)
        assembled = tuple(_assemble(draft, vectors) for draft in drafts)
        words = {word for item in assembled for s in item.sentences for word in s.words}
        return IndexedBatch(
            assembled, NewVectors(new, self._embed_words(words - known_words(words)))
        )

    def _cut(self, article: Article) -> _Draft:
        proposed = split_sentences(article.text, article.language)
        sentences, tokens = fit_sentences(
            article.text, proposed, self._encoder.count_tokens, self._chunk_tokens
        )
        runs = group_sentences(tokens, self._chunk_tokens, self._overlap)
        hashes = tuple(_hash(article.language, span.of(article.text)) for span in sentences)
        title = article.title.strip()
        title_hash = _hash(article.language, title) if title else None
        return _Draft(article, tuple(sentences), tuple(runs), hashes, title_hash)

    def _embed(
        self, texts: Mapping[bytes, tuple[Language, str]], progress: EmbedProgress | None
    ) -> dict[bytes, Vectors]:
        """Embed texts by hash; sorted by length, for a batch costs as much as its longest."""
        vectors: dict[bytes, Vectors] = {}
        for language in dict.fromkeys(language for language, _ in texts.values()):
            hashes = [h for h, (text_language, _) in texts.items() if text_language == language]
            hashes.sort(key=lambda h: len(texts[h][1]))
            for start in range(0, len(hashes), _BATCH):
                batch = hashes[start : start + _BATCH]
                encoded = self._encoder.encode_passages([texts[h][1] for h in batch], language)
                vectors.update(zip(batch, encoded, strict=True))
                if progress is not None:
                    progress(len(vectors))
        return vectors

    def _embed_words(self, words: set[str]) -> dict[str, NewWord]:
        ordered = sorted(words, key=lambda word: (len(word), word))
        languages = [word_language(word) for word in ordered]
        vectors = self._encoder.encode_words(ordered, languages)
        return {
            word: NewWord(language, vector)
            for word, language, vector in zip(ordered, languages, vectors, strict=True)
        }


def content_hash(article: Article) -> str:
    """SHA-256 over all that an article says; where it was read from is no part of it."""
    fields = [
        article.id,
        article.title,
        article.text,
        article.language,
        article.url,
        article.published.isoformat() if article.published else None,
        article.source,
        sorted(article.metadata.items()),
    ]
    encoded = json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(encoded).hexdigest()


def _hash(language: Language, text: str) -> bytes:
    return hashlib.sha256(f"{language}\0{text}".encode()).digest()


def _texts_by_hash(drafts: Sequence[_Draft]) -> dict[bytes, tuple[Language, str]]:
    texts: dict[bytes, tuple[Language, str]] = {}
    for draft in drafts:
        article = draft.article
        for value, span in zip(draft.hashes, draft.sentences, strict=True):
            texts[value] = (article.language, span.of(article.text))
        if draft.title_hash is not None:
            texts[draft.title_hash] = (article.language, article.title.strip())
    return texts


def _assemble(draft: _Draft, vectors: Mapping[bytes, Vectors]) -> IndexedArticle:
    text = draft.article.text
    title = vectors[draft.title_hash] if draft.title_hash is not None else None
    sentences = tuple(
        _sentence(span, span.of(text), value)
        for span, value in zip(draft.sentences, draft.hashes, strict=True)
    )
    chunks = tuple(
        NewChunk(
            Span(draft.sentences[run.first].start, draft.sentences[run.last].end),
            run.first,
            run.last,
            _chunk_vector([vectors[h] for h in draft.hashes[run.first : run.last + 1]], title),
        )
        for run in draft.runs
    )
    title_terms = (*analyse(draft.article.title), *name_keys(draft.article.title))
    return IndexedArticle(
        draft.article, content_hash(draft.article), title_terms, sentences, chunks
    )


def _sentence(span: Span, text: str, vector_hash: bytes) -> NewSentence:
    return NewSentence(
        span, tuple(analyse(text)), tuple(name_keys(text)), content_words(text), vector_hash
    )


def _chunk_vector(sentences: Sequence[Vectors], title: Vectors | None) -> Vectors:
    """The mean of the sentences' vectors, leaning towards the title, as a unit vector."""
    total = np.mean(sentences, axis=0)
    if title is not None:
        total = total + _TITLE_WEIGHT * title
    vector: Vectors = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return vector
