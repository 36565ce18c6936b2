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
