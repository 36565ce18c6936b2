"""Bytes → str, by evidence: a mark at the start, UTF-8, UTF-16 by its pattern, then the
single-byte tables of Arabic and Western texts.

Text that no table explains is refused with the reason; it is never guessed at. Control
characters and spaces are `clean.py`'s.
"""

import codecs
import re

from rag.loading.document import UnreadableError
from rag.loading.evidence import plausibility
from rag.loading.mojibake import repair

# UTF-32's mark begins with UTF-16's, so it comes first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_TABLES = ("cp1256", "iso8859-6", "cp1252")
_CONTROL_BYTES = bytes({*range(0x09), *range(0x0E, 0x20)} - {0x1B})
_BINARY_SHARE = 0.02
_WIDE_SHARE = 0.97
_ACCEPTED = 0.5
# Python also knows codecs that are no character tables ("hex", "idna", "unicode_escape").
_CHARSET = re.compile(
    r"(?i)(windows|cp|iso|mac|koi8|gb|big5|shift|sjis|euc|utf|latin|tis|us-ascii)[\w-]*"
)
_ORDINARY = re.compile(
    "[\t\n\r -~\u00a0-\u024f\u0600-\u06ff\u0750-\u077f\u200b-\u203a\ufb50-\ufefc]"
)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text that the bytes spell, without its byte-order mark.

    `declared` is what the file says of itself (an HTML charset). It is tried after UTF-8,
    for pages often declare an encoding that they once had.

    Raises:
        UnreadableError: the bytes are binary, broken, garbled, or in no known encoding.
    """
    marked = _decode_marked(data)
    if marked is not None:
        return repair(_refuse_nul(marked))
    if _control_share(data) > _BINARY_SHARE:
        return _decode_wide(data)
    return repair(_refuse_nul(_decode_narrow(data, declared)))


def _decode_marked(data: bytes) -> str | None:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(codec)
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"it begins as {name}, but byte {error.start + len(mark)} is not {name}; "
                    "save it again as UTF-8"
                ) from error
    return None


def _control_share(data: bytes) -> float:
    kept = data.translate(None, _CONTROL_BYTES)
    return 1 - len(kept) / len(data) if data else 0.0


def _decode_wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: Arabic letters have 06 for their high byte."""
    candidates = [text for codec in _WIDE if (text := _try(data, codec))]
    best = max(candidates, key=_ordinary_share, default="")
    if not best or _ordinary_share(best) < _WIDE_SHARE:
        what = "NUL bytes" if b"\0" in data else "control bytes"
        raise UnreadableError(f"it has {what}, so it is a binary file and not text")
    return best


def _ordinary_share(text: str) -> float:
    return len(_ORDINARY.findall(text)) / len(text)


def _decode_narrow(data: bytes, declared: str | None) -> str:
    text = _try(data, "utf-8")
    if text is not None:
        return text
    declared = declared if declared and _CHARSET.fullmatch(declared) else None
    by_declaration = _try(data, declared) if declared else None
    if by_declaration is not None and plausibility(by_declaration) >= _ACCEPTED:
        return by_declaration
    candidates = [text for codec in _TABLES if (text := _try(data, codec)) is not None]
    best = max(candidates, key=plausibility, default="")
    if plausibility(best) >= _ACCEPTED:
        return best
    # A script that plausibility cannot judge (Cyrillic, Chinese): the page's word counts.
    if by_declaration is not None and declared and _is_foreign(declared):
        return by_declaration
    raise UnreadableError(
        "its encoding cannot be told (not UTF-8, UTF-16, Windows-1256, ISO-8859-6 or "
        "Windows-1252); save it again as UTF-8"
    )


def _is_foreign(declared: str) -> bool:
    known = {codecs.lookup(codec).name for codec in (*_TABLES, "latin-1", "utf-8")}
    return codecs.lookup(declared).name not in known


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    # LookupError: a declared charset that does not exist.
    except (UnicodeError, LookupError):
        return None


def _refuse_nul(text: str) -> str:
    if "\0" in text:
        raise UnreadableError("it has NUL bytes, so it is a binary file and not text")
    return text
