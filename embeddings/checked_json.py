"""Small JSON files that are either as they were written, or not there at all.

A file carries the SHA-256 of its own content, is written beside its place and renamed.
One that is missing, cut short or changed by a single bit reads as None, so whoever keeps
something that can be made again never has to guess.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def read_checked(path: Path) -> dict[str, Any] | None:
    """The content as it was written, or None if it cannot be trusted."""
    try:
        envelope = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    if not isinstance(envelope, dict) or envelope.keys() != {"sha256", "content"}:
        return None
    content = envelope["content"]
    trusted = isinstance(content, dict) and envelope["sha256"] == _digest(content)
    return content if trusted else None


def write_checked(path: Path, content: dict[str, Any]) -> None:
    """Put a file in place atomically, on disk before it takes the place of another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"sha256": _digest(content), "content": content}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
