"""Makes a collection of any size in a store, without an encoder.

Its sentences are those of `seeds/`, each in many variants in which some words have another
ending, so that the vocabulary grows with the collection as it does in real text. What is
computed of a sentence is computed by the code that ingests; only vectors are made.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.made_encoder import made_encoder
from benchmarks.vectors import ClusteredVectors, Vectors
from rag.loading import load_article
from rag.sentences import split_sentences
from rag.store import IndexedArticle, NewChunk, NewSentence, NewVectors, NewWord, Store
from rag.terms import analyse, tokenise
from rag.transliteration import name_keys
from rag.types import Article, Language, Span
from rag.words import content_words, word_language

SEEDS = Path(__file__).parent.parent / "seeds"
PIPELINE = "made"
CHUNKS_PER_ARTICLE = 5
SOURCES = tuple(f"source {number}" for number in range(8))
FIRST_DAY, DAYS = date(2000, 1, 1), 9000

_SENTENCES_PER_CHUNK = 3
_VARIANTS = 20
_CHANGED = 0.35
_ENDINGS = {
    "ar": [a + b for a in "بتحدرسعفكلمن" for b in "ايون"],
    "en": [a + b for a in "bdfklmnprstv" for b in "aiou"],
}
_ARTICLES_PER_WRITE = 2000


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    row: NewSentence


def titles() -> list[tuple[str, Language]]:
    """What the articles of `seeds/` are called, to ask about."""
    articles = [load_article(path) for path in sorted(SEEDS.glob("??/*.md"))]
    return [(article.title, article.language) for article in articles]


def fill(store: Store, chunks: int) -> None:
    """Write a collection of so many chunks, half in Arabic and half in English."""
    generator = np.random.default_rng(0)
    pool = _pool(generator)
    fingerprint = made_encoder(chunks).fingerprint
    vectors = (vector for block in ClusteredVectors(chunks).blocks() for vector in block)
    spare = _endless(ClusteredVectors(20_000, seed=1).all())
    known: set[bytes | str] = set()
    articles = chunks // CHUNKS_PER_ARTICLE
    for start in range(0, articles, _ARTICLES_PER_WRITE):
        numbers = range(start, min(start + _ARTICLES_PER_WRITE, articles))
        batch = [_article(number, pool, vectors, generator) for number in numbers]
        sentences = [sentence for item in batch for sentence in item.sentences]
        new = NewVectors(
            {h: next(spare) for h in sorted({s.vector_hash for s in sentences} - known)},
            {
                word: NewWord(word_language(word), next(spare))
                for word in sorted({w for s in sentences for w in s.words} - known)
            },
        )
        known |= new.texts.keys() | new.words.keys()
        store.write(batch, [], new, fingerprint=fingerprint, pipeline=PIPELINE)


def _pool(generator: np.random.Generator) -> dict[Language, list[_Sentence]]:
    pool: dict[Language, list[_Sentence]] = {}
    for path in sorted(SEEDS.glob("??/*.md")):
        article = load_article(path)
        for span in split_sentences(article.text, article.language):
            text = span.of(article.text)
            variants = [
                text,
                *(_variant(text, article.language, generator) for _ in range(_VARIANTS)),
            ]
            pool.setdefault(article.language, []).extend(map(_analysed, variants))
    return pool


def _variant(text: str, language: Language, generator: np.random.Generator) -> str:
    endings = _ENDINGS[language]
    words = [
        word + endings[int(generator.integers(len(endings)))]
        if len(word) > 3 and word[-1].isalpha() and generator.random() < _CHANGED
        else word
        for word in text.split()
    ]
    return " ".join(words)


def _analysed(text: str) -> _Sentence:
    vector_hash = hashlib.sha256(text.encode()).digest()
    row = NewSentence(
        Span(0, len(text)),
        tuple(analyse(text)),
        tuple(name_keys(text)),
        content_words(text),
        vector_hash,
    )
    return _Sentence(text, row)


def _article(
    number: int,
    pool: dict[Language, list[_Sentence]],
    vectors: Iterator[Vectors],
    generator: np.random.Generator,
) -> IndexedArticle:
    language: Language = "ar" if number % 2 else "en"
    count = CHUNKS_PER_ARTICLE * _SENTENCES_PER_CHUNK
    places = generator.integers(len(pool[language]), size=count)
    chosen = [pool[language][place] for place in places]
    text = " ".join(sentence.text for sentence in chosen)
    rows, start = [], 0
    for sentence in chosen:
        span = Span(start, start + len(sentence.text))
        row = sentence.row
        rows.append(NewSentence(span, row.terms, row.keys, row.words, row.vector_hash))
        start = span.end + 1
    firsts = range(0, count, _SENTENCES_PER_CHUNK)
    chunks = tuple(
        NewChunk(
            Span(rows[first].span.start, rows[first + _SENTENCES_PER_CHUNK - 1].span.end),
            first,
            first + _SENTENCES_PER_CHUNK - 1,
            next(vectors),
        )
        for first in firsts
    )
    title = " ".join(tokenise(chosen[0].text)[:5])
    article = Article(
        id=f"{number:07d}-{language}",
        title=title,
        text=text,
        language=language,
        url=None,
        published=FIRST_DAY + timedelta(days=int(generator.integers(DAYS))),
        source=SOURCES[number % len(SOURCES)],
        metadata={},
        origin=None,
    )
    return IndexedArticle(article, str(number), tuple(analyse(title)), tuple(rows), chunks)


def _endless(vectors: Vectors) -> Iterator[Vectors]:
    """The vectors, and from then on each with its components moved: other ones, as long."""
    moved = 0
    while True:
        yield from np.roll(vectors, moved, axis=1)
        moved += 1
