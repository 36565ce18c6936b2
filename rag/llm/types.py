"""What goes into a language model and what comes out: plain values, no behaviour."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """One model that may be asked.

    Attributes:
        model: LiteLLM's name, "provider/model", such as "openai/gpt-4.1-mini".
        base_url: where it is served; None is the provider's own address.
        api_key: None leaves the key to the provider's own variable, such as ANTHROPIC_API_KEY,
            except that "openai/…" at a `base_url` of one's own is then asked without a key:
            OpenAI's key is nothing to tell to another server.
        temperature: dropped where the model does not take one.
        max_output_tokens: the longest answer, the model's thinking included.
        context_tokens: what prompt and answer may take together; None looks it up.
    """

    model: str
    base_url: str | None
    api_key: SecretStr | None
    temperature: float
    max_output_tokens: int
    context_tokens: int | None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long to wait, in seconds.

    Attributes:
        total: for everything, from the question to the last word, with all retries, waits and
            fallbacks, and with the time that the reader takes.
        first_token: of each call, from its start to the first text.
        stall: between two signs of life after the first text.
    """

    total: float
    first_token: float
    stall: float


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation that the model continues."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer, and what it took.

    Attributes:
        model: the configured name of the model that answered.
        prompt_tokens, completion_tokens: as the provider counted them for the call that
            answered; None if it did not say.
        cost_usd: of the call that answered, by LiteLLM's price list; None where unknown.
        calls: how many calls were made, the failed ones included.
    """

    model: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None
    calls: int
