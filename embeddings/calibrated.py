"""An encoder whose vectors can be compared across languages, and on a known scale.

A multilingual encoder puts the texts of each language around a centre of its own, and
questions around another than passages. Taking the centre away is what lets an Arabic
question meet an English passage (figures in `docs/retrieval.md`). The centres are those
of the same ordinary questions in each language, so they belong to the model alone: no
collection is too small for them, and adding an article moves nothing. Single words lie
around centres of their own: those of the questions' words.

The same questions tell how similar unrelated texts, and unrelated words, are.
Similarities are given in standard deviations of that, which makes weights learned with
one encoder fit another.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.checked_json import read_checked, write_checked
from embeddings.encoder import Encoder, Vectors
from embeddings.questions import QUESTIONS, questions
from rag.types import Language

CALIBRATED_LANGUAGES: tuple[Language, ...] = ("ar", "en")
_METHOD = 2
_VERSION = hashlib.sha256(f"{_METHOD} {QUESTIONS!r}".encode()).hexdigest()[:8]
"""Of the questions, and of what is measured on them: others give other vectors."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Centres float32 (dim,) by language, and the spreads of unrelated similarities."""

    query_centres: dict[Language, Vectors]
    passage_centres: dict[Language, Vectors]
    word_centres: dict[Language, Vectors]
    spread: float
    word_spread: float


class CalibratedEncoder:
    """Wraps an encoder; its vectors are centred by language and L2-normalised again."""

    def __init__(self, encoder: Encoder, calibration: Calibration) -> None:
        self._encoder = encoder
        self._calibration = calibration
        self.fingerprint = f"{encoder.fingerprint}-{_VERSION}"
        self.runtime = encoder.runtime
        self.dim = encoder.dim
        self.max_tokens = encoder.max_tokens

    @property
    def spread(self) -> float:
        """Standard deviation of the cosine of unrelated texts: the unit of similarity."""
        return self._calibration.spread

    @property
    def word_spread(self) -> float:
        """The same for single words."""
        return self._calibration.word_spread

    def encode_query(self, text: str, languages: Sequence[Language]) -> Vectors:
        """One unit vector, float32 (dim,). A mixed question is centred between its languages."""
        centres = [_centre(self._calibration.query_centres, language) for language in languages]
        centre = np.mean(centres or [_centre(self._calibration.query_centres, "und")], axis=0)
        vector: Vectors = _unit(self._encoder.encode_queries([text]) - centre)[0]
        return vector

    def encode_passages(self, texts: Sequence[str], language: Language) -> Vectors:
        """Unit vectors, float32 (n, dim), of texts in one language."""
        centre = _centre(self._calibration.passage_centres, language)
        return _unit(self._encoder.encode_passages(texts) - centre)

    def encode_words(self, words: Sequence[str], languages: Sequence[Language]) -> Vectors:
        """Unit vectors, float32 (n, dim), of single words, each with its language."""
        if not words:
            return np.empty((0, self.dim), dtype=np.float32)
        centres = [_centre(self._calibration.word_centres, language) for language in languages]
        return _unit(self._encoder.encode_words(words) - np.stack(centres))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)


def calibrate(encoder: Encoder, folder: Path) -> CalibratedEncoder:
    """Wrap an encoder, reading its calibration from `folder` or making it there."""
    path = folder / f"calibration-{encoder.fingerprint}-{_VERSION}.json"
    calibration = _read(path)
    if calibration is None:
        calibration = measure(encoder)
        _write(path, calibration)
    return CalibratedEncoder(encoder, calibration)


def measure(encoder: Encoder) -> Calibration:
    """Encode the ordinary questions, and take centres and spread from them."""
    as_queries = {
        language: encoder.encode_queries(questions(language)) for language in CALIBRATED_LANGUAGES
    }
    as_passages = {
        language: encoder.encode_passages(questions(language)) for language in CALIBRATED_LANGUAGES
    }
    as_words = {
        language: encoder.encode_words(_words(language)) for language in CALIBRATED_LANGUAGES
    }
    word_centres = {language: v.mean(axis=0) for language, v in as_words.items()}
    query_centres = {language: v.mean(axis=0) for language, v in as_queries.items()}
    passage_centres = {language: v.mean(axis=0) for language, v in as_passages.items()}
    spreads = [
        _unrelated_spread(
            _unit(as_queries[asked] - query_centres[asked]),
            _unit(as_passages[found] - passage_centres[found]),
        )
        for asked in CALIBRATED_LANGUAGES
        for found in CALIBRATED_LANGUAGES
    ]
    word_spreads = [
        float((_unit(v - word_centres[k]) @ _unit(v - word_centres[k]).T).std())
        for k, v in as_words.items()
    ]
    return Calibration(
        query_centres,
        passage_centres,
        word_centres,
        float(np.mean(spreads)),
        float(np.mean(word_spreads)),
    )


def _words(language: Language) -> list[str]:
    """The words of the ordinary questions, each once."""
    found = (word for text in questions(language) for word in _WORD.findall(text.casefold()))
    return list(dict.fromkeys(found))


def _unrelated_spread(queries: Vectors, passages: Vectors) -> float:
    """Standard deviation of the cosines of questions with the *other* questions."""
    cosines = queries @ passages.T
    unrelated = cosines[~np.eye(len(cosines), dtype=bool)]
    return float(unrelated.std())


def _centre(centres: dict[Language, Vectors], language: Language) -> Vectors:
    """A language without questions of its own sits between those that have them."""
    if language in centres:
        return centres[language]
    middle: Vectors = np.mean(list(centres.values()), axis=0)
    return middle


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit


def _read(path: Path) -> Calibration | None:
    """The calibration, or None where there is none that can be trusted."""
    data = read_checked(path)
    if data is None:
        return None
    return Calibration(
        _centres(data["query_centres"]),
        _centres(data["passage_centres"]),
        _centres(data["word_centres"]),
        data["spread"],
        data["word_spread"],
    )


def _centres(data: dict[str, list[float]]) -> dict[Language, Vectors]:
    return {language: np.array(values, dtype=np.float32) for language, values in data.items()}


def _write(path: Path, calibration: Calibration) -> None:
    write_checked(
        path,
        {
            "query_centres": {k: v.tolist() for k, v in calibration.query_centres.items()},
            "passage_centres": {k: v.tolist() for k, v in calibration.passage_centres.items()},
            "word_centres": {k: v.tolist() for k, v in calibration.word_centres.items()},
            "spread": calibration.spread,
            "word_spread": calibration.word_spread,
        },
    )
