"""OpenAI's shapes: models, completions, chunks and errors, from Dalil's values.

Pure functions. Which of its requests are taken is `openai_schemas.py`'s job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope

from rag.types import Answer
from rag.wire import answer_to_dict, sources_text
from server.problem import Problem

_ADDRESSES = ("/v1/chat/completions", "/v1/models")
_EXTENSION = ("citations", "status", "confidence", "rewritten")


def is_openai_address(scope: Scope) -> bool:
    """Whether a client of OpenAI's asks, who cannot read our shape of errors."""
    path = str(scope.get("path", ""))
    return any(path == address or path.startswith(f"{address}/") for address in _ADDRESSES)


def openai_status(problem: Problem) -> int:
    """OpenAI has no 422: what is wrong with a request is a 400."""
    return 400 if problem.status == 422 else problem.status


def openai_error(problem: Problem, message: str) -> dict[str, Any]:
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return {
        "error": {"message": message, "type": kind, "code": problem.code, "param": problem.field}
    }


def models_to_dict(names: Sequence[str]) -> dict[str, Any]:
    return {"object": "list", "data": [model_to_dict(name) for name in names]}


def model_to_dict(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "dalil"}


@dataclass(frozen=True, slots=True)
class Head:
    """What all parts of one completion repeat; `created` is in seconds since 1970."""

    id: str
    created: int
    model: str

    def completion(self, answer: Answer) -> dict[str, Any]:
        """The whole answer, its sources below it, and the evidence in `dalil`."""
        message = {
            "role": "assistant",
            "content": answer.answer + sources_text(answer.citations),
            "refusal": None,
            "dalil": extension(answer),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._part("chat.completion", [choice]) | {"usage": usage(answer)}

    def chunk(
        self, delta: Mapping[str, Any], *, finish_reason: str | None = None
    ) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._part("chat.completion.chunk", [choice])

    def usage_chunk(self, answer: Answer) -> dict[str, Any]:
        return self._part("chat.completion.chunk", []) | {"usage": usage(answer)}

    def _part(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }


def extension(answer: Answer) -> dict[str, Any]:
    """The evidence, which OpenAI's shape has no place for."""
    whole = answer_to_dict(answer)
    return {name: whole[name] for name in _EXTENSION}


def usage(answer: Answer) -> dict[str, int]:
    """Tokens of the language model's; none where none was asked, or the provider did not say."""
    prompt = (answer.usage and answer.usage.prompt_tokens) or 0
    completion = (answer.usage and answer.usage.completion_tokens) or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
