"""What is known about models beforehand: context size, tokens in a text, price of a call.

All of it comes from LiteLLM's own tables, which are on disk; nothing is asked over the
network, as `litellm.get_model_info` would for some providers.
"""

import importlib
import math
from collections.abc import Iterable
from typing import Any

from rag.llm.gateway import load
from rag.llm.types import ModelConfig

DEFAULT_CONTEXT_TOKENS = 8192
"""Assumed where neither the setting nor LiteLLM knows: what small models of today have."""

_UNKNOWN_TOKENIZER = 1.4
"""cl100k_base times this is an upper bound for the tokenizers of other models.

Measured on Dalil's seed articles: SmolLM2, whose 49,000 tokens are nearly all English, spends
1.30 to 1.37 times as many tokens on Arabic and up to 1.16 times on English. Multilingual
tokenizers spend fewer than cl100k_base on Arabic, o200k_base about half.
"""


def smallest_context(configs: Iterable[ModelConfig]) -> int:
    """Tokens that prompt and answer may take in any of these models."""
    return min(_context(config) for config in configs)


def _context(config: ModelConfig) -> int:
    if config.context_tokens is not None:
        return config.context_tokens
    entry = _entry(config.model)
    size = entry.get("max_input_tokens") or entry.get("max_tokens")
    return size if isinstance(size, int) else DEFAULT_CONTEXT_TOKENS


def most_tokens(configs: Iterable[ModelConfig], text: str) -> int:
    """Tokens of this text in the model that spends most; an over-estimate where unknown."""
    litellm = load()
    tiktoken = importlib.import_module("tiktoken")
    counts: list[int] = []
    for config in configs:
        # With its provider's prefix, LiteLLM does not recognise the tokenizer of a model.
        name = config.model.rsplit("/", 1)[-1]
        try:
            tiktoken.encoding_name_for_model(name)
            factor = 1.0
        except KeyError:
            name, factor = "unknown", _UNKNOWN_TOKENIZER
        counts.append(math.ceil(litellm.token_counter(model=name, text=text) * factor))
    return max(counts)


def price(model: str, usage: Any) -> float | None:
    """US dollars for one call with LiteLLM's usage object, or None if it has no price for it."""
    if "input_cost_per_token" not in _entry(model):
        return None
    try:
        prompt, completion = load().cost_per_token(model=model, usage_object=usage)
    except Exception:  # A gap in the price list is no reason to lose an answer.
        return None
    return float(prompt + completion)


def _entry(model: str) -> dict[str, Any]:
    """What LiteLLM's table says; it lists some models with their provider, and some without."""
    table: dict[str, dict[str, Any]] = load().model_cost
    return table.get(model) or table.get(model.split("/", 1)[-1]) or {}
