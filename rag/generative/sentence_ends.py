"""Judges where the sentences of a stream end, when no more is known than a word's first letter.

`rag/sentences.py` knows where sentences end in a whole text, and is asked here with a guess at
what follows. Markers tell more. A sentence ends

- where `split_sentences` ends it;
- after a marker, if the text before it ends a sentence whatever follows; if its line ends
  there; or, in English, if the next word is capitalised and follows three words or more, the
  last of them without a comma, colon or dash. Arabic has no capitals, so there it goes on;
- at the next word, once it has 1,000 code points.

A marker that opens a line is `sentences.py`'s business.
"""

import re

from rag.sentences import split_sentences
from rag.types import Language

_LONGEST_SENTENCE = 1000
_CAPITAL_WORDS = 3
_GOES_ON = tuple(",،;؛:-–—/(«“")
_EMPHASIS = "*_"
"""ICU takes it for the beginning of the next sentence: "It **opened.** Then"."""
_PAIRS = (("«", "»"), ("“", "”"), ("(", ")"))
_LEAD = re.compile(r"[\W_]*(?:\n[^\S\n]*\d{1,3}(?:[.)](?:\s[\W_]*)?)?)?")

# The next word's second letter, which is not known yet. With "x", "A" is not the article.
# A strong one is neither upper nor lower case, so that no full stop before it is passed over.
_STRONG_LETTER = "ا"
_SECOND_LETTER = {"ar": _STRONG_LETTER, "en": "x"}


def may_open(waiting: str) -> bool:
    """Whether white space and marks leave it open which word they open, if any.

    " " → True · "\\n- " → True · "\\n2. " → True · " «" → True · " 2" → False · " «ا" → False
    """
    return _LEAD.fullmatch(waiting) is not None


def ends_before(text: str, opening: str, language: Language, *, marked: bool) -> bool:
    """Whether a sentence's text ends before the white space, marks and first letter of a word.

    `marked` tells that a marker stands between them. A short quotation that is open is taken
    to be closed soon, and is not cut.

    "It opened.", " I" → True · "He met Dr.", " S" → False · "The canal", " o" → False
    «افتُتحت.», « و» → True · «قال د.», « أ» → False
    With a marker: "It opened in 1869", " I" → True · "The canal", " o" → False
    """
    if len(text) >= _LONGEST_SENTENCE:
        return True
    if not marked:
        return _splits(text, opening + _SECOND_LETTER.get(language, "x"), language)
    if "\n" in opening or _splits(text, f" {opening.upper()}{_STRONG_LETTER}", language):
        return True
    capital = language == "en" and opening[-1].isupper()
    return capital and len(text.split()) >= _CAPITAL_WORDS and not text.endswith(_GOES_ON)


def _splits(text: str, following: str, language: Language) -> bool:
    text = text.rstrip(_EMPHASIS)
    closing = "".join(end for start, end in _PAIRS if text.count(start) > text.count(end))
    spans = split_sentences(text + following + closing, language)
    return len(spans) > 1 and spans[-1].start >= len(text)


def words_of(text: str, language: Language) -> list[str]:
    """The words of a sentence without bullets and item numbers; empty if it says nothing.

    "2. It is **long**." → ["It", "is", "**long**."] · «\\n- » → [] · "1869." → ["1869."]
    """
    words = [word for span in split_sentences(text, language) for word in span.of(text).split()]
    return words if words or not any(map(str.isalnum, text)) else text.split()
