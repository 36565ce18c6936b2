"""Cuts a model's stream into text to show now and sentences to check now.

Letters are passed on at once. White space waits, and with it the marks that open a word (a
bullet, an item's number, a quotation mark), for only the letter after them tells whether a
new sentence begins; so does what follows a marker. Where a sentence ends is judged in
`sentence_ends.py`; reading markers out of raw text is `rag/verification`'s job; checking a
sentence and writing its markers, the consumer's.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.generative.sentence_ends import ends_before, may_open, words_of
from rag.types import Language
from rag.verification import Marker

_LONGEST_WAIT = 64

_SEPARATORS = ",،;؛"
_CLOSERS = _SEPARATORS + ".:!?؟…»”)]}"
_TOUCHING_CLOSERS = _CLOSERS + "\"'’*_"
_BETWEEN_MARKERS = frozenset(_SEPARATORS + "-–—&/+")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n){3,}")


@dataclass(frozen=True, slots=True)
class Emit:
    """Text to show now; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceEnd:
    """A whole sentence that has been shown, and the passages that it names, each once."""

    text: str
    cited: tuple[int, ...]


Step: TypeAlias = Emit | SentenceEnd


@dataclass(slots=True)
class _Sentence:
    """What has been shown of a sentence, and what its markers name."""

    pieces: list[str] = field(default_factory=list)
    cited: list[int] = field(default_factory=list)
    has_words: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.has_words = self.has_words or any(map(str.isalnum, text))


class SentenceStream:
    """Text and markers in, steps out: the same ones, however the text is cut.

    "It opened in 1869 ", Marker(1), ". It is" → Emit("It opened in 1869."),
    SentenceEnd("It opened in 1869.", (1,)), Emit(" It is")
    «افتُتحت عام 1869 », Marker(1), «. وهي» → Emit(«افتُتحت عام 1869.»),
    SentenceEnd(«افتُتحت عام 1869.», (1,)), Emit(« وهي»)

    The emitted text is the model's without its markers, the spaces before them and their own
    punctuation ("[1], [2]", "([1])", "[1]: …" at the beginning of a line). A full stop behind
    a marker comes before it. White space at either end is left out, and more than one blank
    line in a row; a marker that alone parts two words leaves a space.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._steps: list[Step] = []
        self._unmade: list[str] = []
        """What the next step emits."""
        self._begun = False
        self._sentence = _Sentence()
        self._waiting = ""
        """White space, and marks that open a word."""
        self._marked = False
        """A marker has come since the last letter."""
        self._touching = False
        """And nothing but punctuation after it."""
        self._held = ""
        """Punctuation at a marker that is text only if it turns out not to be the marker's."""
        self._opening: list[int] | None = None
        """What the markers on a line name as long as it has no text."""

    def feed(self, item: str | Marker) -> list[Step]:
        """The steps that one more piece of text, or one more marker, makes possible."""
        if isinstance(item, Marker):
            self._take_marker(item)
        else:
            for char in item:
                self._take(char)
        return self._made()

    @property
    def unfinished(self) -> str:
        """The sentence that has begun, as its end would give it if it came now."""
        return " ".join(words_of("".join(self._sentence.pieces), self._language))

    def close(self) -> list[Step]:
        """What is left when the model has stopped."""
        self._waiting = self._waiting.rstrip()
        if any(map(str.isalnum, self._waiting)):
            self._begin_word()
        self._settle_line()
        self._say(self._held + self._waiting)
        self._end()
        return self._made()

    def _take(self, char: str) -> None:
        if char.isspace():
            self._take_space(char)
        elif self._closes(char):
            self._take_closer(char)
        elif self._waiting or self._marked:
            self._touching = False
            self._waiting += char
            if len(self._waiting) >= _LONGEST_WAIT or not may_open(self._waiting):
                self._begin_word()
        else:
            self._say(char)

    def _closes(self, char: str) -> bool:
        """Whether a mark behind a marker or a space belongs to what is before it."""
        if self._opening is not None:
            return self._touching and char in _CLOSERS
        if self._touching:
            return char in _TOUCHING_CLOSERS
        return _is_gap(self._waiting) and char in _CLOSERS

    def _take_closer(self, char: str) -> None:
        if self._opening is not None:
            self._held += char
            return
        if not self._marked:
            self._say(self._waiting + char)
        elif char == ")" and self._held.lstrip() == "(":
            self._held = ""
        elif char in _SEPARATORS:
            self._held += char
        else:
            self._say(self._held + char)
            self._held = ""
        self._waiting = ""
        self._touching = self._marked

    def _take_space(self, char: str) -> None:
        self._touching = False
        if self._opening is not None:
            if char != "\n" and (not self._waiting or self._waiting[-1].isspace()):
                return
            if char == "\n":
                self._settle_line()
        self._settle_number(char)
        if char == "\n" or len(self._waiting) < _LONGEST_WAIT:
            self._waiting = _BLANK_LINES.sub("\n\n", self._waiting + char)

    def _take_marker(self, marker: Marker) -> None:
        self._settle_number("")
        inline = self._sentence.has_words and "\n" not in self._waiting
        if self._opening is None and not inline:
            self._say(self._held)
            self._opening, self._held = [], ""
        if self._opening is not None:
            self._opening.extend(marker.numbers)
        else:
            self._sentence.cited.extend(marker.numbers)
            self._put_aside()
        self._marked = self._touching = True

    def _put_aside(self) -> None:
        """Decide on what stands between words and a marker, or between two markers."""
        marks = self._waiting.strip()
        self._held = self._held.rstrip(_SEPARATORS)
        if marks == "(":
            self._say(self._held)
            self._held = self._waiting.rstrip()
        elif not (self._marked and _BETWEEN_MARKERS.issuperset(marks)):
            self._say(self._held + self._waiting.rstrip())
            self._held = ""
        self._waiting = ""

    def _settle_number(self, following: str) -> None:
        """Digits that turn out to number no item are a word."""
        waiting = self._waiting
        numbers_item = may_open(waiting + following) and not waiting[-1:].isalnum()
        if any(map(str.isalnum, waiting)) and not numbers_item:
            self._begin_word()

    def _settle_line(self) -> None:
        """Markers alone on their line belong to the sentence before it."""
        if self._opening is None:
            return
        self._sentence.cited.extend(self._opening)
        if self._sentence.has_words:
            self._say(self._held)
            self._waiting = self._waiting if self._waiting.strip() else ""
        self._opening, self._held = None, ""

    def _begin_word(self) -> None:
        """Show what has waited, now that a letter has come, maybe as a new sentence."""
        waiting = self._waiting
        if self._opening is not None:
            self._end()
            self._sentence.cited.extend(self._opening)
        else:
            self._say(self._held)
            if self._sentence.has_words and self._is_over(waiting):
                self._end()
        if self._marked and not waiting[0].isspace():
            waiting = " " + waiting
        self._say(waiting)
        self._waiting = self._held = ""
        self._marked, self._opening = False, None

    def _is_over(self, waiting: str) -> bool:
        return ends_before(self._sentence.text, waiting, self._language, marked=self._marked)

    def _end(self) -> None:
        words = words_of(self._sentence.text, self._language)
        if words:
            self._emit()
            cited = tuple(dict.fromkeys(self._sentence.cited))
            self._steps.append(SentenceEnd(" ".join(words), cited))
        self._sentence = _Sentence(cited=[] if words else self._sentence.cited)

    def _say(self, text: str) -> None:
        text = text if self._begun else text.lstrip()
        if text:
            self._begun = True
            self._unmade.append(text)
            self._sentence.add(text)

    def _emit(self) -> None:
        if self._unmade:
            self._steps.append(Emit("".join(self._unmade)))
            self._unmade.clear()

    def _made(self) -> list[Step]:
        self._emit()
        steps, self._steps = self._steps, []
        return steps


def _is_gap(waiting: str) -> bool:
    return waiting.isspace() and "\n" not in waiting
