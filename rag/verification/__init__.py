"""Verifies the citations of an answer that a language model wrote."""

from rag.verification.markers import MarkedSentence, Marker
from rag.verification.stream import MarkerStream, parse_markers
from rag.verification.values import (
    CheckedSentence,
    Evidence,
    ShownPassage,
    SourceSentence,
)
from rag.verification.verify import Verifier, verify_answer, verify_sentence

__all__ = [
    "CheckedSentence",
    "Evidence",
    "MarkedSentence",
    "Marker",
    "MarkerStream",
    "ShownPassage",
    "SourceSentence",
    "Verifier",
    "parse_markers",
    "verify_answer",
    "verify_sentence",
]
