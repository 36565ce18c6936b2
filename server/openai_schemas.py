"""What OpenAI's clients may send, and what Dalil makes of it.

The fields are those that OpenAI documents, and no others. Those that steer a language
model are taken and have no effect, for here the articles decide what is said.
"""

from typing import Any, Literal

from pydantic import Field

from rag.errors import QuestionError
from rag.types import Turn
from rag.wire import without_sources
from rag.wire_models import LONGEST_TEXT, MOST_TURNS, Strict

_MOST_MESSAGES = 1_000


class TextPart(Strict):
    type: Literal["text"]
    text: str
    prompt_cache_breakpoint: Any = None


class ChatMessage(Strict):
    """Only what the user and the assistant said in words counts; the rest is passed over."""

    role: Literal["user", "assistant", "system", "developer", "tool", "function"]
    content: str | list[TextPart] | None = None
    name: str | None = None
    refusal: Any = None
    audio: Any = None
    annotations: Any = None
    tool_calls: Any = None
    tool_call_id: Any = None
    function_call: Any = None
    dalil: Any = Field(default=None, description="an earlier answer may be sent back as it came")

    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(Strict):
    include_usage: bool = False
    include_obfuscation: Any = None


class ChatRequest(Strict):
    model: str = Field(min_length=1, max_length=200, examples=["dalil"])
    messages: list[ChatMessage] = Field(
        min_length=1,
        max_length=_MOST_MESSAGES,
        description="the last of the user's is the question, those before it the conversation",
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None

    audio: Any = None
    frequency_penalty: Any = None
    function_call: Any = None
    functions: Any = None
    logit_bias: Any = None
    logprobs: Any = None
    max_completion_tokens: Any = None
    max_tokens: Any = None
    metadata: Any = None
    modalities: Any = None
    moderation: Any = None
    parallel_tool_calls: Any = None
    prediction: Any = None
    presence_penalty: Any = None
    prompt_cache_key: Any = None
    prompt_cache_options: Any = None
    prompt_cache_retention: Any = None
    reasoning_effort: Any = None
    response_format: Any = None
    safety_identifier: Any = None
    seed: Any = None
    service_tier: Any = None
    stop: Any = None
    store: Any = None
    temperature: Any = None
    tool_choice: Any = None
    tools: Any = None
    top_logprobs: Any = None
    top_p: Any = None
    user: Any = None
    verbosity: Any = None
    web_search_options: Any = None

    @property
    def wants_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    def conversation(self) -> tuple[str, tuple[Turn, ...]]:
        """The question, and the last twenty turns before it, without their lists of sources.

        Raises QuestionError if the user has said nothing.
        """
        asked = [at for at, message in enumerate(self.messages) if message.role == "user"]
        if not asked:
            raise QuestionError("there is no message of the user's to answer")
        turns = [turn for turn in map(_turn, self.messages[: asked[-1]]) if turn and turn.content]
        return self.messages[asked[-1]].text(), tuple(turns[-MOST_TURNS:])


def _turn(message: ChatMessage) -> Turn | None:
    if message.role == "user":
        return Turn("user", _cut(message.text()))
    if message.role == "assistant":
        return Turn("assistant", _cut(without_sources(message.text())))
    return None


def _cut(text: str) -> str:
    """A conversation only gives context, so what is too long is cut, between words."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rpartition(" ")[0]


class OpenAIErrorDetail(Strict):
    message: str
    type: str
    code: str | None
    param: str | None


class OpenAIErrorOut(Strict):
    """OpenAI's shape of errors."""

    error: OpenAIErrorDetail
