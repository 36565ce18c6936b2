"""Which files a list of files, folders and globs stands for.

It looks at names only; whether a file can be read is `load.py`'s to say.
"""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import LoadError

SUPPORTED = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx")

# Files that describe a folder of articles without being one of them.
_ABOUT_THE_FOLDER = ("readme.", "sources.", "license", "licence")


def discover(inputs: Sequence[str]) -> tuple[Path, ...]:
    """Every article file that the inputs stand for, sorted, each once, resolved.

    ["articles", "news/**/*.txt", "one.pdf"] → (Path("/…/articles/a.md"), …)

    A folder is searched with its subfolders, without hidden files, without files about
    the folder itself and without links that lead out of it. A file that is named
    outright is always returned, so that loading it can say what is wrong with it.

    Raises:
        LoadError: an input does not exist, or a glob matches nothing.
    """
    found = {path for item in inputs for path in _expand(item)}
    return tuple(sorted(found))


def is_supported(path: Path) -> bool:
    """Whether a file's extension is one that can be read. "A.PDF" → True, "a.doc" → False."""
    return path.suffix.lower() in SUPPORTED


def _expand(item: str) -> Iterator[Path]:
    path = Path(item).expanduser()
    # A file may really be called "[draft].txt", so existence comes before glob syntax.
    if _exists(path):
        yield from _walk(path) if path.is_dir() else (path.resolve(),)
    elif glob.has_magic(item):
        yield from _match(path)
    else:
        raise LoadError(path, "no such file or folder; check the spelling of the path")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        raise LoadError(path, f"is not a usable path ({error}); check its spelling") from error


def _match(pattern: Path) -> Iterator[Path]:
    matches = [Path(name) for name in glob.glob(str(pattern), recursive=True)]
    files = [path.resolve() for path in matches if path.is_file() and _is_article(path)]
    # With "**" every folder on the way matches too, and its files already do: a folder
    # is opened only where the pattern names nothing but folders.
    folders = [] if files else [path for path in matches if path.is_dir()]
    files.extend(file for folder in folders for file in _walk(folder))
    if not files:
        raise LoadError(pattern, f"matches no file with one of {', '.join(SUPPORTED)}")
    yield from files


def _walk(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for parent, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            target = path.resolve()
            if _is_article(path) and target.is_file() and target.is_relative_to(root):
                yield target


def _is_article(path: Path) -> bool:
    name = path.name.lower()
    return is_supported(path) and not name.startswith((".", *_ABOUT_THE_FOLDER))
