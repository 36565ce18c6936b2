"""The one way to LiteLLM: loads it late, keeps it quiet, opens a stream, closes connections.

It retries nothing and has no deadline of its own; `call.py` and `client.py` do that.
"""

import asyncio
import importlib
import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

from rag.llm.types import Message, ModelConfig

# They write prompts at DEBUG, and at any level what a provider says, such as the wrong key.
_TALKATIVE = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx", "httpcore")
_NO_KEY = "no-key"

_loading = threading.Lock()
_loaded: list[Any] = []


def is_loaded() -> bool:
    """Whether `load` would return at once."""
    return bool(_loaded)


def load() -> Any:
    """The litellm module, imported and set up once; the first time takes seconds.

    It is imported by name, or mypy would read all of it.
    """
    if not _loaded:
        with _loading:
            if not _loaded:
                _loaded.append(_import())
    return _loaded[0]


def _import() -> Any:
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # or it fetches the price list
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # or it loads .env into the environment
    litellm: Any = importlib.import_module("litellm")
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    litellm.turn_off_message_logging = True
    litellm.redact_messages_in_exceptions = True
    litellm.disable_hf_tokenizer_download = True
    _silence()
    _rehearse(litellm)
    _silence()  # again, for the loggers of what has been loaded since
    return litellm


def _rehearse(litellm: Any) -> None:
    """A call to nobody, which loads what LiteLLM itself loads late: a second of its first call."""
    stream = litellm.completion(
        model="openai/nobody",
        messages=[{"role": "user", "content": "-"}],
        mock_response="-",
        api_key=_NO_KEY,
        stream=True,
    )
    for _ in stream:
        pass
    _ = importlib.import_module("openai").AsyncOpenAI(api_key=_NO_KEY).chat.completions
    litellm.token_counter(model="gpt-4o", text="-")
    litellm.token_counter(model="nobody", text="-")


def _silence() -> None:
    """Mute these loggers and all below them, those that will be made later included."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
    for name in [*_TALKATIVE, *logging.root.manager.loggerDict]:
        if name.split(".")[0] in _TALKATIVE:
            logging.getLogger(name).addFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


async def open_stream(config: ModelConfig, messages: Sequence[Message], timeout: float) -> Any:
    """Ask once; an async iterator of LiteLLM's chunks, to be closed with `close_stream`.

    `timeout` only guards against leaks: it must be longer than the caller's own deadlines, and
    always the same, since LiteLLM keeps one connection pool for each.
    """
    return await load().acompletion(
        model=config.model,
        messages=[{"role": message.role, "content": message.content} for message in messages],
        base_url=config.base_url,
        api_key=_key(config),
        temperature=config.temperature,
        max_tokens=config.max_output_tokens,
        stream=True,
        stream_options={"include_usage": True},
        timeout=timeout,
        num_retries=0,
        max_retries=0,
        caching=False,
    )


def _key(config: ModelConfig) -> str | None:
    # An empty key is none, or LiteLLM looks for another one, and sends it to this server.
    if config.api_key is not None and config.api_key.get_secret_value():
        return config.api_key.get_secret_value()
    own_server = config.base_url is not None and config.model.startswith("openai/")
    return _NO_KEY if own_server else None


async def close_stream(stream: Any) -> None:
    """Close the provider's connection, unless the stream was read to its end."""
    await stream.aclose()


async def close_connections() -> None:
    """Close the idle connections of this event loop, and forget their pools.

    LiteLLM keeps pools by event loop, and one more that some providers share; it makes them
    anew when they are missed. It has nothing to close those of one loop.
    """
    if not is_loaded():
        return
    litellm = load()
    pools = litellm.in_memory_llm_clients_cache.cache_dict
    loop = f"-{id(asyncio.get_running_loop())}"
    mine = [pools.pop(key) for key in list(pools) if key.endswith(loop)]
    shared = vars(litellm).pop("module_level_aclient", None)
    for pool in [*mine, shared]:
        close = getattr(pool, "aclose", None) or getattr(pool, "close", None)
        if close is not None:
            await close()
    await asyncio.sleep(0)  # a closed transport lets go of its socket in the next turn
