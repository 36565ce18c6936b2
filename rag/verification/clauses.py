"""Cuts a sentence into clauses, and takes the denial out of one.

Both serve comparisons: which clause of a source speaks of the same thing, and whether a
sentence fits its source better without its "not".
"""

import re
from functools import lru_cache

from rag.text import fold

_CUT = re.compile(
    r"[,،;؛:—–()«»\"“”\n]+"
    r"|\s+(?=(?:and|but|while|when|because|which|who|where|although|until|before|after)\s)"
    r"|\s+(?=(?:لكن|ولكن|لأن|حيث|بينما|التي|الذي|عندما|حين|بعد|قبل|بعدما|إلى أن|حتى)\s)"
)
_FEWEST_WORDS = 3
_MOST_CLAUSES = 12
_WINDOW = 3

_MARKS = re.compile(r"[\u0640\u064b-\u0652\u0670]")
# Denials that deny nothing: "not only", «غير أن» (however), «ما زال» (still).
_NEUTRAL = re.compile(
    r"\b(?:not (?:only|just|merely|least)|no (?:doubt|sooner)|none other|whether or not)\b"
    r"|(?<!\w)(?:غير أن\w*|غير مرة|لا سيما|ولا سيما|لا يزال|لا تزال|لم يزل|لا شك|لا بد|"
    r"حال دون|حالت دون|لم يكتف\w*|لم تكتف\w*|لا يكتفي|لا (?:ي|ت)قتصر|لم (?:ي|ت)قتصر)(?!\w)",
    re.IGNORECASE,
)
_NEGATOR = re.compile(
    r"\b(?:(?:did|does|do) not|not|never|nor|neither|without|cannot|none of|none|nothing|"
    r"nobody|no|den(?:y|ies|ied)|refus(?:e|es|ed)|reject(?:s|ed)?)\b|n['’]t\b"
    r"|(?<!\w)[وف]?(?:لم|لن|لا|ليس|ليست|ليسوا|ليسا|غير|دون|بدون|بلا|من غير|من دون|"
    r"نفى|نفت|نفوا|ينفي|تنفي|أنكر|أنكرت|رفض|رفضت|رفضوا|يرفض|ترفض)(?!\w)",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"(?<!\w)(?:إلا|سوى|only|but|except|until)(?!\w)", re.IGNORECASE)


def clauses_of(text: str) -> tuple[str, ...]:
    """The clauses of a sentence, at most twelve, none of fewer than three words if it can be.

    "The lake split in two, and one part dried up" → "The lake split in two", "and one part …"
    """
    pieces: list[list[int]] = []
    start = 0
    for match in [*_CUT.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            short = len(text[start:end].split()) < _FEWEST_WORDS
            if pieces and (short or len(text[slice(*pieces[-1])].split()) < _FEWEST_WORDS):
                pieces[-1][1] = end
            else:
                pieces.append([start, end])
        start = match.end() if match else end
    if len(pieces) > _MOST_CLAUSES:
        pieces[_MOST_CLAUSES - 1 :] = [[pieces[_MOST_CLAUSES - 1][0], pieces[-1][1]]]
    return tuple(text[first:last].strip() for first, last in pieces)


@lru_cache(maxsize=20_000)
def windows_of(text: str) -> tuple[str, ...]:
    """Every run of up to three neighbouring clauses."""
    clauses = clauses_of(text)
    return tuple(
        " ".join(clauses[first:last])
        for first in range(len(clauses))
        for last in range(first + 1, min(first + _WINDOW, len(clauses)) + 1)
    )


def without_neutral(text: str) -> str:
    """A text without the phrases that only look like denials, and without vowel marks."""
    return _NEUTRAL.sub(" ", _MARKS.sub("", text))


@lru_cache(maxsize=20_000)
def undenied(text: str) -> str | None:
    """A text with its denials taken out, or None if it denies nothing.

    "It did not help" → "It help" · «لم تتوقف الملاحة» → «تتوقف الملاحة» · "not only" → None
    """
    plain = without_neutral(text)
    if _EXCEPTION.search(plain) and not fold(text).startswith(("nor ", "neither ")):
        return None
    bare = _NEGATOR.sub(" ", plain)
    return None if bare == plain else " ".join(bare.split())
