"""Takes links out of a model's streamed text, so that none can carry off what a reader asked.

HTML tags, Markdown targets (`targets.py`) and addresses go. Each stage reads what the
one before lets through, one code point at a time, so it does not matter how the text is
cut. Markers come out as they are; reading them is `rag/verification/stream.py`'s. Names
of hosts without "www." are text.
"""

import re

from rag.generative.targets import TargetStage

# What `MarkerStream` strips would otherwise part an address here, and not any more there.
_STRIPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TAG_STARTS = _LETTERS | frozenset("/!")
_WORD_STARTS = _LETTERS | frozenset("0123456789")
_WORD = _WORD_STARTS | frozenset("+.-")
_LONGEST_START, _LONGEST_WORD = 36, 72
_START = re.compile(
    r"(?:[a-z][a-z0-9+-]{0,30}://|(?<![a-z0-9])(?:www\.|(?:mailto|javascript|vbscript|data):))$",
    re.IGNORECASE,
)
_ENDS = frozenset('<>"“”„«»‹›،؛؟[【［⁰¹²³⁴⁵⁶⁷⁸⁹')
"""What ends an address besides white space; markers may follow it without a space."""

_TRAILING = ".,;:!?)]}'’*_`~|…۔"
_MARK = f"[{re.escape(_TRAILING)}]"
_ADDRESS = re.compile(
    rf"[a-z][a-z0-9+-]*://|www\.|(?:mailto|javascript|vbscript):{_MARK}*(?!{_MARK})."
    r"|data:(?=.*(?:[/:;,]|www\.)).*\w",
    re.IGNORECASE | re.DOTALL,
)
_ORIGIN = re.compile(r"(?:[^/]*//)?[^/?#]*")


def without_links(text: str, allowed: str) -> str:
    """A whole text without its links.

    "See https://evil.example/?q=x." → "See ." · «انظر [هنا](//evil.example)» → «انظر [هنا]»
    """
    links = LinkFilter(allowed)
    return links.feed(text) + links.close()


class LinkFilter:
    """Text in, text without links out; addresses that stand in `allowed` are kept.

    `allowed` is what the model was shown. Of an address there, its origin is kept too. What
    is not text for certain waits: a word in ASCII, and what follows "]", "<" or "!".

    "![x](https://evil.example" + "/?q=1) [1]" → "", "[x] [1]"
    """

    def __init__(self, allowed: str) -> None:
        # What is left of an address can make another target: "[a]http://x: //evil.example".
        self._stages = (
            _TagStage(), TargetStage(), _AddressStage(_addresses_in(allowed)), TargetStage()
        )  # fmt: skip

    def feed(self, chunk: str) -> str:
        """What is settled by one more piece of text."""
        text = _STRIPPED.sub("", chunk)
        for stage in self._stages:
            text = stage.feed(text)
        return text

    def close(self) -> str:
        """What is left, now that nothing more comes."""
        text = ""
        for stage in self._stages:
            text = stage.feed(text) + stage.close()
        return text


class _TagStage:
    """Drops `<` with an ASCII letter, "/" or "!" right after it, through the next `>`."""

    def __init__(self) -> None:
        self._held = ""
        self._last = ""
        self._inside = False

    def feed(self, text: str) -> str:
        out: list[str] = []
        for char in text:
            if self._inside:
                self._inside = char != ">"
            elif char in _TAG_STARTS and (self._held or self._last == "<"):
                # The `<` may also have gone out, with a dropped tag after it.
                self._held, self._inside = "", True
            else:
                settled = self._held if char == "<" else self._held + char
                self._held = "<" if char == "<" else ""
                self._last = settled[-1:] or self._last
                out.append(settled)
        return "".join(out)

    def close(self) -> str:
        return self._held


class _AddressStage:
    """Drops addresses but those that are `kept`; `dropped` lists the others."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        self._word = ""
        """A word in ASCII that may yet be the start of an address."""
        self._address: list[str] = []
        self.dropped: list[str] = []

    def feed(self, text: str) -> str:
        out: list[str] = []
        for char in text:
            self._step(char, out)
        return "".join(out)

    def close(self) -> str:
        return self._word + self._finish()

    def _step(self, char: str, out: list[str]) -> None:
        if self._address:
            if not char.isspace() and char not in _ENDS:
                self._address.append(char)
                return
            out.append(self._finish())
        if char in (_WORD if self._word else _WORD_STARTS):
            if self._word.endswith((":", "/")):
                out.append(self._word)
                self._word = ""
        elif not self._goes_on(char):
            out.append(self._word + char)
            self._word = ""
            return
        self._word += char
        self._begin(out)

    def _goes_on(self, char: str) -> bool:
        """Whether a word may become an address with a colon or a slash: "http" + ":"."""
        if char == ":":
            return self._word[-1:] in _WORD
        return char == "/" and self._word.endswith((":", ":/"))

    def _begin(self, out: list[str]) -> None:
        """See whether the word has become an address, or is too long to become one."""
        start = _START.search(self._word) if self._word[-1] in ".:/" else None
        if start is not None:
            out.append(self._word[: start.start()])
            self._address, self._word = list(start[0]), ""
        elif len(self._word) > _LONGEST_WORD:
            out.append(self._word[:-_LONGEST_START])
            self._word = self._word[-_LONGEST_START:]

    def _finish(self) -> str:
        """What remains of an address that has ended."""
        run = "".join(self._address)
        self._address = []
        address = run.rstrip(_TRAILING)
        if not _ADDRESS.match(run) or address.rstrip("/") in self._kept:
            return run
        self.dropped.append(address)
        return run[len(address) :]


def _addresses_in(text: str) -> frozenset[str]:
    """The addresses that stand in a text, and their origins, also without "https://"."""
    reader = _AddressStage(frozenset())
    reader.feed(text)
    reader.close()
    found: set[str] = set()
    for address in reader.dropped:
        origin = _ORIGIN.match(address)
        for form in (address, origin[0] if origin else address):
            bare = form.partition("://")[2]
            found |= {form.rstrip("/"), bare.rstrip("/") if bare.startswith("www.") else ""}
    return frozenset(found)
