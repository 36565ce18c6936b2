"""Takes the targets of Markdown links, images and definitions out of a stream of text.

A target stands after `](` or `]:`. It looks like an address, and nothing but a title
comes after it; other text in parentheses or after a colon stays: `[1](see below)`,
«[1]: القناة». Addresses in plain text are `links.py`'s.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

_SPACES = " \t\n\r\f\v"
"""What ends a target; other white space is part of it."""

_TITLE_STARTS = "\"'("
_ADDRESS = re.compile(r"[/\\#&<]|[.:][^\s.,:;!?؟،]|^[A-Za-z][A-Za-z0-9+.-]*:")
_NEVER_TEXT = re.compile(r"\s*(?:<|[/\\]{2})")
_NUMBER = re.compile(r"\d[\d.,:/%٫٬٪–-]*")
_LONGEST_ALT = 200


class _Verdict(Enum):
    """What a candidate is. The code point that brought it is part of it if it is `CLOSED`."""

    TEXT = auto()
    TARGET = auto()
    CLOSED = auto()


@dataclass(slots=True)
class _Candidate:
    """What follows `](` or `]:`, until it is known whether it is a target."""

    opener: str
    held: list[str] = field(default_factory=list)
    depth: int = 0
    began: bool = False
    ended: bool = False
    title: bool = False
    sure: bool = False

    def take(self, char: str) -> _Verdict | None:
        """The verdict that one more code point brings; None while it may be either."""
        in_parentheses = self.opener == "("
        if char == ")" and in_parentheses and not self.depth:
            return _Verdict.CLOSED if self._is_target() else _Verdict.TEXT
        if char == "\n" and (self.title or not in_parentheses):
            if self.began or "\n" in self.held:
                return self.verdict()
        elif self.title:
            self.depth -= char == ")" and self.depth > 0
            return None
        elif self.ended and char not in _SPACES:
            return self._after_address(char)
        elif char in "(:" and self.held[-1:] == ["]"] and not self.sure:
            # Another one begins: this one is harmless text, or goes whatever follows.
            if not self._is_target():
                return _Verdict.TEXT
            self.sure = True
        self._hold(char)
        return None

    def verdict(self) -> _Verdict:
        """What it is if it ends here."""
        return _Verdict.TARGET if self._is_target() else _Verdict.TEXT

    def _hold(self, char: str) -> None:
        self.held.append(char)
        if char in _SPACES or (char.isspace() and not self.began):
            self.ended = self.began
            return
        self.began = True
        self.depth += (char == "(") - (char == ")" and self.depth > 0)

    def _after_address(self, char: str) -> _Verdict | None:
        if char in _TITLE_STARTS and self._is_target():
            self.title, self.depth = True, int(char == "(")
            return None
        never_text = self.sure or _NEVER_TEXT.match("".join(self.held))
        return _Verdict.TARGET if never_text else _Verdict.TEXT

    def _is_target(self) -> bool:
        if self.title or self.sure:
            return True
        address = "".join(self.held).strip()
        return _ADDRESS.search(address) is not None and not _NUMBER.fullmatch(address)


class TargetStage:
    """Text in, text without targets out, and without the `!` of an image.

    '![خريطة](https://evil.example "x") [1]' → "[خريطة] [1]" · "[a]: //evil.example" → "[a]"
    """

    def __init__(self) -> None:
        self._last = ""
        """The last code point that went out, which a target may follow."""
        self._image = ""
        """An image from `!` to `]` as far as it goes: whether it is one shows after that."""
        self._candidate: _Candidate | None = None

    def feed(self, text: str) -> str:
        """What is settled by one more piece of text."""
        out: list[str] = []
        for char in text:
            self._step(char, out)
        return "".join(out)

    def close(self) -> str:
        """What is left, now that nothing more comes. An open target is one all the same."""
        out: list[str] = []
        if self._candidate is not None:
            self._decide(self._candidate, self._candidate.verdict(), out)
        self._emit(self._image, out)
        self._image = ""
        return "".join(out)

    def _step(self, char: str, out: list[str]) -> None:
        if self._candidate is not None:
            verdict = self._candidate.take(char)
            if verdict is None:
                return
            self._decide(self._candidate, verdict, out)
            if verdict is _Verdict.CLOSED:
                return
        if char in "(:" and (self._image or self._last).endswith("]"):
            self._candidate = _Candidate(char)
        elif self._image and self._is_image_still(char):
            self._image += char
        else:
            self._emit(self._image, out)
            self._image = "!" if char == "!" else ""
            self._emit("" if char == "!" else char, out)

    def _is_image_still(self, char: str) -> bool:
        if self._image == "!":
            return char == "["
        # A marker may follow an exclamation mark: what waits for an image is short.
        return char not in "[\n" and self._image[-1] != "]" and len(self._image) < _LONGEST_ALT

    def _decide(self, candidate: _Candidate, verdict: _Verdict, out: list[str]) -> None:
        """Let a candidate out if it is text. Of a definition the colon goes as well.

        With the colon left, the next line would be its target.
        """
        self._candidate = None
        if verdict is _Verdict.TEXT:
            self._emit(self._image + candidate.opener + "".join(candidate.held), out)
        else:
            self._emit(self._image[1:], out)
        self._image = ""

    def _emit(self, text: str, out: list[str]) -> None:
        if text:
            out.append(text)
            self._last = text[-1]
