"""Undo a wrong decoding that somebody saved: "Ø§Ù„Ù‚Ù…Ø©", "ط§ظ„ظ‚ظ…ط©", "ÇáÞãÉ" → "القمة".

It works on decoded text. It repairs only without loss; where letters are lost for good
it refuses, because a quote of the rest would not be what the author wrote.
"""

import re

from rag.loading.document import UnreadableError
from rag.loading.evidence import plausibility

_ROUNDS = 2
_CLEAR = 0.8
_HOPELESS = 0.3
_LOST_SHARE = 0.2
_LOST_PAIRS = 3


def _char_to_byte(codec: str) -> dict[str, int]:
    """The inverse of a Windows table; bytes that it leaves empty stand for themselves."""
    table = {chr(byte): byte for byte in range(256)}
    for byte in range(256):
        decoded = bytes([byte]).decode(codec, "ignore")
        if decoded:
            table[decoded] = byte
    return table


_WESTERN = _char_to_byte("cp1252")
_ARABIC = _char_to_byte("cp1256")


def _tails(table: dict[str, int], but: str = "") -> str:
    tails = (char for char, byte in table.items() if 0x80 <= byte <= 0xBF and char not in but)
    return re.escape("".join(tails))


# UTF-8 writes an Arabic letter as D8–DB and one byte of 80–BF, a Latin accent or a curly
# quote as C2–E2 and such bytes. Sound Arabic has ط or ظ before these punctuation marks.
_PAIR = re.compile(f"[ÂÃâØÙÚÛ][{_tails(_WESTERN)}]|[طظ][{_tails(_ARABIC, but='،؛؟«»“”‘’…–—-')}]")


def repair(text: str) -> str:
    """The text with every wrong decoding undone; sound text comes back as it is.

    Raises:
        UnreadableError: it was decoded wrongly, and some of its letters are lost.
    """
    if text.isascii():
        return text
    for _ in range(_ROUNDS):
        text = _undo_double_encoding(text)
    text = _undo_wrong_table(text)
    if _is_garbled(text):
        raise UnreadableError(
            "its letters were garbled by a wrong encoding before it was saved, and some are "
            "lost; get the original file or save it again as UTF-8"
        )
    return text


def _undo_double_encoding(text: str) -> str:
    if _PAIR.search(text) is None:
        return text
    whole = _as_utf8(text)
    if whole is not None:
        return whole
    # A page may join garbled lines (comments, captions) to sound ones.
    lines = (_as_utf8(line) or line if _PAIR.search(line) else line for line in text.split("\n"))
    return "\n".join(lines)


def _as_utf8(text: str) -> str | None:
    """The text read as UTF-8 bytes that were shown with a Windows table, if it can be.

    Prose written on purpose does not survive this: its letters are no UTF-8 sequences.
    """
    for table in (_WESTERN, _ARABIC):
        codes = [table.get(char) for char in text]
        data = bytes(code for code in codes if code is not None)
        if len(data) < len(text):
            continue
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _undo_wrong_table(text: str) -> str:
    """Windows-1256 that was read as Windows-1252: "ÇáÓáÇã Úáíßã" → "السلام عليكم"."""
    if plausibility(text) > _HOPELESS:
        return text
    codes = [_WESTERN.get(char) for char in text]
    if None in codes:
        return text
    candidate = bytes(code for code in codes if code is not None).decode("cp1256")
    return candidate if plausibility(candidate) >= _CLEAR else text


def _is_garbled(text: str) -> bool:
    pairs = len(_PAIR.findall(text))
    if pairs < _LOST_PAIRS:
        return False
    return 2 * pairs > _LOST_SHARE * sum(not char.isascii() for char in text)
