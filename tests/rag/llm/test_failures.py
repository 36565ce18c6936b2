"""What the caller is told: the class, a hint, and nothing of the provider's own words."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag.errors import (
    LlmBadResponseError,
    LlmError,
    LlmRateLimitedError,
    LlmRefusedError,
    LlmUnavailableError,
)
from rag.llm.failures import diagnose
from tests.llm.replies import Raw, Reply, cut_after, failure, malformed
from tests.llm.scripted import ScriptedLlm
from tests.rag.llm.conftest import ask, client, config


@pytest.mark.parametrize(
    ("reply", "kind", "hint"),
    [
        (failure(400), LlmRefusedError, "model's name and settings"),
        (failure(401), LlmRefusedError, "API key"),
        (failure(402), LlmRefusedError, "credit"),
        (failure(403), LlmRefusedError, "API key may do"),
        (failure(404), LlmRefusedError, "base URL"),
        (failure(413), LlmRefusedError, "fewer passages"),
        (failure(422), LlmRefusedError, "settings"),
        (failure(429), LlmRateLimitedError, "try again later"),
        (failure(429, retry_after="7"), LlmRateLimitedError, "try again in 7 s"),
        (failure(500), LlmUnavailableError, "try again later"),
        (failure(503), LlmUnavailableError, "try again later"),
        (failure(504), LlmUnavailableError, "try again later"),
        (cut_after(), LlmUnavailableError, "network"),
        (malformed(), LlmBadResponseError, "base URL"),
        (Reply(body="<html>Welcome</html>"), LlmBadResponseError, "base URL"),
        (Reply((Raw(b"data: [1, 2]\n\n"),)), LlmBadResponseError, "base URL"),
    ],
)
def test_each_failure_has_its_class_and_says_what_to_do(
    llm: ScriptedLlm, reply: Reply, kind: type[LlmError], hint: str
) -> None:
    llm.script(reply)
    error = ask(client(llm)).error
    assert type(error) is kind
    assert str(error).startswith("openai/scripted: ")
    assert hint in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
@pytest.mark.parametrize(
    "message",
    ["rate limit exceeded", "invalid_request_error", "context length", "Request timed out"],
)
def test_no_words_of_a_provider_reach_the_error(
    llm: ScriptedLlm, status: int, message: str
) -> None:
    llm.script(failure(status, message=f"canary-words: {message}"))
    error = ask(client(llm)).error
    assert error is not None
    assert "canary" not in str(error)
    assert message not in str(error)


def test_an_error_carries_no_exception_of_the_provider(llm: ScriptedLlm) -> None:
    llm.script(failure(401))
    error = ask(client(llm)).error
    assert error is not None
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize("host", ["http://127.0.0.1:9/v1", "http://no-such-host.invalid/v1"])
def test_a_provider_that_is_not_there_is_unavailable(host: str) -> None:
    error = ask(client(config(base_url=host))).error
    assert type(error) is LlmUnavailableError
    assert host not in str(error)


def test_a_provider_that_litellm_does_not_know_is_refused() -> None:
    error = ask(client(config(model="nobody/knows-me"), retries=3)).error
    assert type(error) is LlmRefusedError


def test_a_missing_key_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    error = ask(client(config(model="openai/gpt-4.1-mini", api_key=None), retries=3)).error
    assert type(error) is LlmRefusedError


def test_a_provider_whose_package_is_missing_is_refused() -> None:
    assert type(diagnose(ImportError("boto3"), "bedrock/x").error) is LlmRefusedError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("12", 12.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    llm: ScriptedLlm, header: str, seconds: float | None
) -> None:
    llm.script(failure(429, retry_after=header))
    error = ask(client(llm)).error
    assert isinstance(error, LlmRateLimitedError)
    assert error.retry_after == seconds


def test_retry_after_may_be_a_date(llm: ScriptedLlm) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    llm.script(failure(429, retry_after=date))
    error = ask(client(llm)).error
    assert isinstance(error, LlmRateLimitedError)
    assert error.retry_after == pytest.approx(90, abs=5)


def test_a_chain_of_causes_that_closes_on_itself_ends() -> None:
    error = ValueError("a")
    error.__cause__ = error
    assert type(diagnose(error, "m").error) is LlmBadResponseError
