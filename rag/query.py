"""A question made ready for search: its languages, terms, keys, kind and vectors."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.calibrated import CALIBRATED_LANGUAGES, CalibratedEncoder
from rag.errors import QuestionError
from rag.language import LanguageProfile, profile_language
from rag.question import Question, analyse_question
from rag.terms import analyse, without_marks
from rag.transliteration import name_keys
from rag.types import Language
from rag.words import content_words

_FALLBACK_LANGUAGE = "en"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as every later step sees it.

    `terms` match passages in the question's own languages; in other languages only
    numbers, words kept in their own script, and the `keys` of names can match. `vector` is
    a unit vector (dim,), `words` are its telling words.
    """

    text: str
    profile: LanguageProfile
    terms: tuple[str, ...]
    keys: tuple[str, ...]
    question: Question
    vector: npt.NDArray[np.float32]
    words: tuple[str, ...]

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return self.profile.language

    def shares_language(self, language: Language) -> bool:
        return language in self.profile.languages

    def terms_for(self, language: Language) -> tuple[str, ...]:
        """The terms and keys that can match a passage in a language."""
        return self.terms if self.shares_language(language) else self.terms + self.keys


def analyse_query(text: str, encoder: CalibratedEncoder, max_chars: int) -> Query:
    """Check a question and analyse it.

    Raises:
        QuestionError: it is empty, too long, not text, or holds no letter and no digit.
    """
    checked = check_question(text, max_chars)
    profile = profile_language(checked)
    if profile.language == "und":
        profile = LanguageProfile(_FALLBACK_LANGUAGE, CALIBRATED_LANGUAGES)
    terms = tuple(dict.fromkeys(analyse(checked)))
    keys = tuple(dict.fromkeys(name_keys(checked)))
    # A question that is fully vowelled would lie far from articles, which hardly ever are.
    vector = encoder.encode_query(without_marks(checked), profile.languages)
    kind = analyse_question(checked)
    return Query(checked, profile, terms, keys, kind, vector, content_words(checked))


def check_question(text: str, max_chars: int) -> str:
    """The question in one line, control characters taken for spaces. Raises QuestionError."""
    checked = " ".join(_CONTROLS.sub(" ", text).split())
    if not checked:
        raise QuestionError("the question is empty: ask something, in Arabic or English")
    if len(checked) > max_chars:
        raise QuestionError(
            f"the question has {len(checked)} characters; at most {max_chars} are allowed"
        )
    if any(unicodedata.category(char) == "Cs" for char in checked):
        raise QuestionError("the question is not valid text (unpaired surrogates)")
    if not any(char.isalnum() for char in checked):
        raise QuestionError("the question has no letters or digits: ask it in words")
    return checked
