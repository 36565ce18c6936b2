"""Which of our errors a provider's exception is, and whether asking again may help.

Decided by type and status, never by what a message says. Neither an exception nor its text
goes into our errors, for providers repeat keys and prompts in theirs.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rag.errors import (
    LlmBadResponseError,
    LlmError,
    LlmRateLimitedError,
    LlmRefusedError,
    LlmUnavailableError,
)

_REFUSALS = {
    400: "check the model's name and settings, and that the prompt fits into its context",
    401: "check its API key",
    402: "check the account's credit",
    403: "check what its API key may do",
    404: "check the model's name and base URL",
    413: "use fewer passages, or a model with a larger context",
}
_BUSY = {408, 409, 425}
# What reading a reply raises that is not what it should be.
_MISREAD = (ValueError, TypeError, AttributeError, LookupError)


class CallFailedError(Exception):
    """A call gave no answer: `error` for the caller; `again` if the same model may be asked."""

    def __init__(self, error: LlmError, *, again: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again


def diagnose(raised: Exception, model: str) -> CallFailedError:
    """The failure that an exception from LiteLLM stands for."""
    causes = list(_causes(raised))
    status = _status(causes)
    if status == 429:
        wait = _retry_after(causes)
        hint = "try again later" if wait is None else f"try again in {math.ceil(wait)} s"
        limited = LlmRateLimitedError(f"{model}: too many requests (429); {hint}", wait)
        return CallFailedError(limited, again=True)
    if status is not None and status < 500 and status not in _BUSY:
        hint = _REFUSALS.get(status, "check the model's name and settings")
        return CallFailedError(LlmRefusedError(f"{model}: refused ({status}); {hint}"))
    if status is not None:
        failed = f"{model}: the provider failed ({status}); try again later"
        return CallFailedError(LlmUnavailableError(failed), again=True)
    if any(isinstance(cause, ImportError) for cause in causes):
        return CallFailedError(
            LlmRefusedError(f"{model}: a package for this provider is missing; install it")
        )
    if any(_is_unconfigured(cause) for cause in causes):
        return CallFailedError(LlmRefusedError(f"{model}: has no API key; set one"))
    if not any(isinstance(cause, OSError) for cause in causes) and any(
        isinstance(cause, _MISREAD) for cause in causes
    ):
        return CallFailedError(bad_response(model, "something that is not an answer"))
    lost = f"{model}: no connection, or a broken one; check the network and the base URL"
    return CallFailedError(LlmUnavailableError(lost), again=True)


def bad_response(model: str, what: str) -> LlmBadResponseError:
    """An answer that is none."""
    return LlmBadResponseError(f"{model}: sent {what}; check the base URL, or try another model")


def _causes(raised: BaseException) -> Iterator[BaseException]:
    """The exception and all that led to it, outermost first."""
    seen: set[int] = set()
    error: BaseException | None = raised
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "original_exception", None) or error.__cause__ or error.__context__


def _status(causes: Sequence[BaseException]) -> int | None:
    """The HTTP status that the provider sent, 400 or more, or None.

    LiteLLM gives 500 to all that has none: a refused connection, broken JSON, a bug. So a 500
    counts only where an HTTP reply is known to be behind it.
    """
    replied = any(type(cause).__name__ == "HTTPStatusError" for cause in causes)
    for cause in causes:
        status = getattr(cause, "status_code", None)
        if isinstance(status, int) and status >= 400 and (status != 500 or replied):
            return status
    return None


def _is_unconfigured(cause: BaseException) -> bool:
    """Whether OpenAI's client could not be made; all its other errors are of derived classes."""
    kind = type(cause)
    return kind.__name__ == "OpenAIError" and kind.__module__.split(".")[0] == "openai"


def _retry_after(causes: Sequence[BaseException]) -> float | None:
    """Seconds to wait, where a header says so: as a number, or as a date."""
    for cause in causes:
        headers = getattr(cause, "litellm_response_headers", None) or {}
        if value := headers.get("retry-after"):
            return _seconds(value)
    return None


def _seconds(value: str) -> float | None:
    """
    "1.5" -> 1.5, "Wed, 21 Oct 2015 07:28:00 GMT" -> 0.0 (it is past), "soon" -> None
    """
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
