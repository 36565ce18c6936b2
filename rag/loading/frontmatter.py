"""YAML front matter: the block between two "---" lines at the top of a text.

It reads what the block states; what it leaves out, others work out from the text.
"""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

import yaml

from rag.loading.clean import clean_line
from rag.loading.dates import parse_date
from rag.loading.document import Document, UnreadableError

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")

# A rule of dashes also opens some plain texts; a block begins with a key, too.
_BLOCK = re.compile(
    r"---[ \t]*\n(?P<yaml>(?:[ \t]*(?:#.*)?\n)*[\w-]+[ \t]*:(?:.*\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_LONGEST_BLOCK = 65_536
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_OWN_KEYS = frozenset({"id", "title", "language", "published", "source", "url"})


def read_front_matter(text: str) -> Document:
    """The text without its front matter, and what the front matter states.

    "---\\ntitle: قمة\\nid: a1\\n---\\nنص" → Document("نص", title="قمة", id="a1")

    Other keys with a single value, or a flat list of them, become metadata.

    Raises:
        UnreadableError: the block is not YAML, or a key has a value that it cannot have.
    """
    match = _BLOCK.match(text[:_LONGEST_BLOCK])
    if match is None:
        return Document(text)
    values = _parse(match["yaml"])
    return Document(
        text=text[match.end() :],
        title=values.get("title"),
        published=_date(values.get("published")),
        source=values.get("source"),
        url=_url(values.get("url")),
        language=_language(values.get("language")),
        id=_id(values.get("id")),
        metadata={key: value for key, value in values.items() if key not in _OWN_KEYS},
    )


def _parse(block: str) -> dict[str, str]:
    try:
        # BaseLoader is SafeLoader without guessing types: "id: 007" stays "007", and
        # "title: no" does not become False.
        loaded = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise UnreadableError(
            f"its front matter is not YAML at line {line}: {error.problem or 'malformed'}"
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableError(f"its front matter is not YAML: {clean_line(str(error))}") from error
    if not isinstance(loaded, Mapping):
        raise UnreadableError("its front matter is not a list of keys and values")
    flat = ((clean_line(str(key)).lower(), _scalar(value)) for key, value in loaded.items())
    return {key: value for key, value in flat if value}


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(clean_line(item) for item in value)
    return ""


def _date(value: str | None) -> date | None:
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        raise UnreadableError(
            f"published is {value!r}, which is no full date; write it as 2021-09-15"
        )
    return day


def _url(value: str | None) -> str | None:
    if value is None or is_web_url(value):
        return value
    raise UnreadableError(
        f"url is {value!r}; write an address that begins with https:// or http://"
    )


def _language(value: str | None) -> str | None:
    if value is None:
        return None
    match = _LANGUAGE.fullmatch(value)
    if match is None:
        raise UnreadableError(f"language is {value!r}; write a two-letter code such as ar or en")
    return match[1].lower()


def _id(value: str | None) -> str | None:
    if value is None or ID_PATTERN.fullmatch(value):
        return value
    raise UnreadableError(
        f"id is {value!r}; use up to 128 Latin letters, digits, dots, dashes and underscores, "
        "and begin with a letter or digit"
    )


def is_web_url(value: str) -> bool:
    """Whether a string is an http or https address: "javascript:alert(1)" → False."""
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in value
    except ValueError:
        return False
