"""Takes markers out of a stream of model text, never emitting half of anything.

However the text is cut, the pieces joined are the same: what could still become a marker
or a longer letter waits. Direction controls, tag characters and lone surrogates are
stripped, and marks piled on one letter are capped, so the work is linear.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from icu4py.breakers import CharacterBreaker

from rag.types import Language
from rag.verification.markers import (
    LONGEST_MARKER,
    OPENERS,
    SUPERSCRIPTS,
    MarkedSentence,
    Marker,
    assign_markers,
    read_marker,
    read_superscript,
)

_MOST_MARKS = 16
_LONGEST_CLUSTER = 64
_CONTEXT = 16
_LONGEST_SUPERSCRIPT = 9
_DOUBLE = "[["
_JOINERS = "\u200c\u200d"
_STRIPPED_CATEGORIES = frozenset({"Cs"})


def parse_markers(
    text: str, shown: Collection[int], language: Language
) -> tuple[MarkedSentence, ...]:
    """The sentences of a model's text without markers, and the passages that each cites."""
    stream = MarkerStream(shown)
    return assign_markers([*stream.feed(text), *stream.close()], language)


@dataclass(slots=True)
class _Cleaner:
    """Strips what may not be shown, one code point at a time."""

    marks: int = 0

    def clean(self, chunk: str) -> str:
        return "".join(char for char in chunk if self._keeps(char))

    def _keeps(self, char: str) -> bool:
        if char.isascii():
            self.marks = 0
            return char >= " " or char in "\n\t"
        if _is_control(char):
            return False
        if unicodedata.category(char) in ("Mn", "Me") or char in _JOINERS:
            self.marks += 1
            return self.marks <= _MOST_MARKS
        self.marks = 0
        return True


def _is_control(char: str) -> bool:
    """Direction controls (not the harmless marks U+200E and U+200F), tags, surrogates."""
    return (
        "\u202a" <= char <= "\u202e"
        or "\u2066" <= char <= "\u2069"
        or "\U000e0000" <= char <= "\U000e007f"
        or unicodedata.category(char) in _STRIPPED_CATEGORIES
    )


class MarkerStream:
    """Text in, text and markers out, in order.

    "See [1" + "]." → "See ", Marker(1), "."
    """

    def __init__(self, shown: Collection[int]) -> None:
        self._shown = frozenset(shown)
        self._cleaner = _Cleaner()
        self._waiting = ""
        """Text from the first place on that may yet be a marker."""
        self._text = ""
        """Text that is no marker, of which the last letter may yet grow."""
        self._before = ""
        self._after_marker = False

    def feed(self, chunk: str) -> list[str | Marker]:
        """What is settled by one more piece of text."""
        self._waiting += self._cleaner.clean(chunk)
        return self._scan(final=False)

    def close(self) -> list[str | Marker]:
        """What is left, now that nothing more comes."""
        return self._scan(final=True)

    def _scan(self, *, final: bool) -> list[str | Marker]:
        out: list[str | Marker] = []
        text, position, plain = self._waiting, 0, 0
        while position < len(text):
            char = text[position]
            if char not in OPENERS and char not in SUPERSCRIPTS:
                position += 1
                continue
            self._take(text[plain:position])
            plain = position
            end = _end(text, position, final=final)
            if end is None:
                break
            marker = self._read(text[position:end])
            if marker is None:
                # Only the bracket is known to be text; digits are as a whole.
                position = position + 1 if char in OPENERS else end
                continue
            self._emit(out, final=True)
            out.append(marker)
            self._after_marker = True
            position = plain = end
        else:
            self._take(text[plain:])
            plain = len(text)
        self._waiting = text[plain:]
        self._emit(out, final=final)
        return out

    def _read(self, candidate: str) -> Marker | None:
        if candidate[0] in SUPERSCRIPTS:
            return read_superscript(self._before, candidate, self._shown)
        if len(candidate) < 2 or candidate[-1] != OPENERS[candidate[0]]:
            return None
        inside = 2 if candidate.startswith(_DOUBLE) else 1
        return read_marker(candidate[0], candidate[inside:-inside], self._shown)

    def _take(self, text: str) -> None:
        if self._after_marker:
            # Marks that stood on the bracket have no letter any more.
            text = text.lstrip(_JOINERS)
            while text and unicodedata.category(text[0]) in ("Mn", "Me"):
                text = text[1:].lstrip(_JOINERS)
        if text:
            self._after_marker = False
            self._text += text
            self._before = (self._before + text)[-_CONTEXT:]

    def _emit(self, out: list[str | Marker], *, final: bool) -> None:
        settled = len(self._text) if final else _settled(self._text)
        if settled:
            out.append(self._text[:settled])
            self._text = self._text[settled:]


def _end(text: str, start: int, *, final: bool) -> int | None:
    """Where a possible marker ends, or None where more text has to be awaited.

    For what is certainly no marker it is the place after its first bracket.
    """
    if text[start] in SUPERSCRIPTS:
        end = start + 1
        while end < len(text) and text[end] in SUPERSCRIPTS and end - start < _LONGEST_SUPERSCRIPT:
            end += 1
        return end if final or end < len(text) or end - start == _LONGEST_SUPERSCRIPT else None
    double = text.startswith(_DOUBLE, start)
    closer = OPENERS[text[start]] * (2 if double else 1)
    limit = start + LONGEST_MARKER + 2
    for position in range(start + len(closer), min(limit, len(text))):
        char = text[position]
        if text.startswith(closer, position):
            return position + len(closer)
        if char in OPENERS or char == "\n":
            return start + 1
    return start + 1 if final or len(text) >= limit else None


def _settled(text: str) -> int:
    """How much of a text can no longer change: all but its last letter with its marks."""
    clusters = list(CharacterBreaker(text, "en")) if text else []
    last = clusters[-1] if clusters else ""
    return len(text) if len(last) > _LONGEST_CLUSTER else len(text) - len(last)
