"""One file → one `Article`, or a `LoadError` that says what to do.

It picks the reader by the file's extension, and works out what the file does not state.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from rag.errors import LoadError
from rag.language import detect_language
from rag.loading.boilerplate import strip_boilerplate
from rag.loading.clean import clean, clean_line
from rag.loading.dates import drop_date_lines, find_published
from rag.loading.discover import SUPPORTED
from rag.loading.document import Document, UnreadableError
from rag.loading.docx import read_docx
from rag.loading.frontmatter import ID_PATTERN
from rag.loading.html import read_html
from rag.loading.markdown import read_markdown
from rag.loading.pdf import read_pdf
from rag.loading.plain import read_plain
from rag.loading.titles import drop_title, split_title
from rag.types import Article

LARGEST_FILE = 50 * 2**20
_ENOUGH_TO_TELL = 100_000

_READERS: Mapping[str, Callable[[bytes], Document]] = MappingProxyType(
    {
        ".txt": read_plain,
        ".md": read_markdown,
        ".markdown": read_markdown,
        ".html": read_html,
        ".htm": read_html,
        ".pdf": read_pdf,
        ".docx": read_docx,
    }
)
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")


def load_article(path: Path, *, root: Path | None = None) -> Article:
    """Read one file.

    With `root`, a file outside that folder is refused, whatever links lead to it.

    Raises:
        LoadError: the file cannot be read as an article; the reason is one line.
    """
    try:
        resolved = _resolve(path, root)
        reader = _READERS.get(resolved.suffix.lower()) or _READERS.get(path.suffix.lower())
        if reader is None:
            kind = path.suffix or "a file without an extension"
            raise UnreadableError(f"{kind} cannot be read; supported are {', '.join(SUPPORTED)}")
        return _to_article(reader(_read(resolved)), resolved, path.name)
    except UnreadableError as error:
        raise LoadError(path, str(error)) from error


def _resolve(path: Path, root: Path | None) -> Path:
    try:
        resolved = path.resolve(strict=True)
        if not resolved.is_file():
            raise UnreadableError("it is not a regular file; name a file, or pass the folder whole")
        if root is not None and not resolved.is_relative_to(root.resolve()):
            raise UnreadableError(f"it leads out of {root}; copy the file itself into the folder")
        return resolved
    except FileNotFoundError as error:
        raise UnreadableError("no such file; check the spelling of the path") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableError(f"it cannot be opened: {_reason(error)}") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableError(f"it cannot be opened: {_reason(error)}") from error
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 2**20
        raise UnreadableError(f"it is larger than {limit} MB; split it into separate articles")
    if not data.strip():
        raise UnreadableError("it is empty")
    return data


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _to_article(document: Document, path: Path, name: str) -> Article:
    stripped = strip_boilerplate(clean(document.text))
    published = document.published or find_published(stripped.text)
    text = drop_date_lines(stripped.text, published)
    title = clean_line(document.title or "")
    if title:
        text = drop_title(text, title)
    else:
        title, text = split_title(text)
    if not any(char.isalnum() for char in text):
        raise UnreadableError("there is no text in it besides markup and page furniture")
    return Article(
        id=document.id or default_id(name),
        title=title,
        text=text,
        language=document.language or detect_language(text[:_ENOUGH_TO_TELL]),
        url=document.url,
        published=published,
        source=document.source or stripped.source,
        metadata={**stripped.metadata, **document.metadata},
        origin=str(path),
    )


def default_id(name: str) -> str:
    """An id for a file that states none, from its name alone.

    "Summit report.pdf" → "Summit-report" · "قمة 2021.txt" → "article-" and 8 hex digits:
    what Latin letters remain of such a name would be the same for many files.
    """
    name = unicodedata.normalize("NFC", name)
    stem = Path(name).stem
    slug = _NOT_IN_ID.sub("-", stem).strip("-._")[:128]
    if stem.isascii() and ID_PATTERN.fullmatch(slug):
        return slug
    return f"article-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
