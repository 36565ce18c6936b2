"""Every exception that a caller of Dalil may catch.

Each message is one line that says what is wrong and what to do next; the CLI prints
it as it is, and the server puts it into its error shape with the class's `code`.
"""

from pathlib import Path


class DalilError(Exception):
    """The root of all errors that Dalil raises on purpose."""

    code = "error"


class SettingsError(DalilError):
    """A setting is unknown, malformed or out of its bounds."""

    code = "bad_setting"


class LoadError(DalilError):
    """A file cannot be read as an article. The other files of the batch go on."""

    code = "unreadable_article"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ModelError(DalilError):
    """A model folder or its packages are missing, damaged or not what they claim to be."""

    code = "bad_model"


class InputError(DalilError):
    """A path or an argument that was given cannot be used."""

    code = "bad_input"


class QuestionError(DalilError):
    """A question is empty, too long, or holds nothing that can be searched for."""

    code = "bad_question"


class ArticleNotFoundError(DalilError):
    """No article has this id."""

    code = "article_not_found"


class EmptyIndexError(DalilError):
    """There is nothing to search yet."""

    code = "index_empty"


class ModelChangedError(DalilError):
    """The collection was embedded with another model or chunked in another way."""

    code = "model_changed"


class StoreError(DalilError):
    """The store cannot be opened, read or written: damaged, locked, full, or too new."""

    code = "store_unusable"


class OverloadedError(DalilError):
    """As many questions are being searched as may be; come again in `retry_after` seconds."""

    code = "overloaded"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LlmError(DalilError):
    """A language model did not give a usable answer."""

    code = "llm_failed"


class LlmTimeoutError(LlmError):
    """The model kept silent past a deadline: the first token's, a stall's, or the total."""

    code = "llm_timeout"


class LlmRefusedError(LlmError):
    """The provider refused the call: key, permission, unknown model, or the request itself."""

    code = "llm_refused"


class LlmRateLimitedError(LlmError):
    """The provider asks to slow down; `retry_after` is in seconds where it says how long."""

    code = "llm_rate_limited"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LlmUnavailableError(LlmError):
    """The provider cannot be reached, or fails on its side."""

    code = "llm_unavailable"


class LlmBadResponseError(LlmError):
    """The provider answered with nothing, or with something that is not an answer."""

    code = "llm_bad_response"


class LlmInterruptedError(LlmError):
    """The stream broke off after text had come; that text must not be repeated."""

    code = "llm_interrupted"
