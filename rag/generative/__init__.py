"""Answers written by a language model, of which nothing unchecked is cited."""

from rag.generative.answerer import GenerativeAnswerer, WhenUnsupported, WritingConfig

__all__ = ["GenerativeAnswerer", "WhenUnsupported", "WritingConfig"]
