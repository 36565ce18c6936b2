"""The manifest that makes a derived file trustworthy, or disposable.

A derived index is loaded only if its manifest names the store's pipeline and the SHA-256
of every file matches: FAISS, for one, loads flipped bits without a word. Anything else
is thrown away and rebuilt from the store.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.checked_json import read_checked, write_checked


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a derived index was made from, and its files' checksums by relative name."""

    generation: int
    pipeline: str
    count: int
    files: Mapping[str, str]


def read_manifest(path: Path) -> Manifest | None:
    """The manifest, or None where there is none that can be trusted."""
    data = read_checked(path)
    if data is None:
        return None
    return Manifest(data["generation"], data["pipeline"], data["count"], data["files"])


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Put the manifest in place atomically; its files must be on disk before."""
    write_checked(path, asdict(manifest))


def checksums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of files by name relative to the folder."""
    found = {}
    for name in sorted(names):
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def files_match(folder: Path, manifest: Manifest) -> bool:
    """Whether every file that the manifest names is there with the content it had."""
    try:
        return checksums(folder, manifest.files) == dict(manifest.files)
    except OSError:
        return False
