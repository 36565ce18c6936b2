"""Asking a language model, within deadlines, with retries and fallbacks.

`client.py` decides whom to ask and when to give up, `call.py` holds one call to its
deadlines, `failures.py` names what went wrong, `models.py` knows sizes and prices, and
`gateway.py` alone touches LiteLLM. What to say to the model is `rag/prompt.py`'s business.
"""

from rag.llm.client import LlmClient
from rag.llm.types import Deadlines, Finished, Message, ModelConfig, TextDelta

__all__ = ["Deadlines", "Finished", "LlmClient", "Message", "ModelConfig", "TextDelta"]
