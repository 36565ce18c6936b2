"""The title of a text that has none stated, and titles that a program made up.

It looks at the first line and the first sentence; removing lines that are no part of the
article, so that the first line is the article's, is `boilerplate.py`'s.
"""

import re

from rag.loading.clean import clean_line
from rag.text import fold

_LONGEST_TITLE_LINE = 160
_LONGEST_EXCERPT = 90
_LONGEST_STATED = 300
_NARROWEST_WRAP = 50

_SENTENCE_END = re.compile(r"[.!?؟…][\"»”’)\]]*(?=\s|$)")
_UNFINISHED = re.compile(r"[.…،,؛;:][\"»”’)\]]*$|[!?؟][\"»”’)\]]*$")
_QUESTION = re.compile(r"[!?؟][\"»”’)\]]*$")
_LIST_ITEM = re.compile(r"[-*•–]\s|\d+[.)]\s")
_WORD_CHARS = re.compile(r"\w+")
_JUNK = re.compile(
    r"(microsoft (word|powerpoint|excel)\b.*|(untitled|document|doc|مستند|المستند|بدون عنوان)"
    r"[\s_-]*\d*|word document|slide \d+|powerpoint presentation|layout \d+|\S+\.(docx?|pdf|pptx?|"
    r"indd|qxp|rtf|odt|html?|txt)|\W*|[\d\W]+)"
)


def split_title(text: str) -> tuple[str, str]:
    """The title of a text and the text without the line that was the title.

    "عنوان الخبر\\n\\nنص الخبر." → ("عنوان الخبر", "نص الخبر.")
    "بدأ الاجتماع. ثم انتهى." → ("بدأ الاجتماع", the whole text)
    """
    first, _, rest = text.partition("\n")
    if _is_title_line(first, rest):
        return first, rest.lstrip("\n")
    return _excerpt(first, rest), text


def drop_title(text: str, title: str) -> str:
    """The text without the title at its top, if it is repeated there.

    Only whole lines are dropped, and never the only ones.
    """
    wanted = _key(title)
    first, _, rest = text.partition("\n")
    while wanted and _key(first) == wanted and rest.strip():
        text = rest.lstrip("\n")
        first, _, rest = text.partition("\n")
    return text


def stated_title(value: str | None) -> str | None:
    """A title from a file's own fields, or None where a program filled it in.

    "قمة  عربية" → "قمة عربية" · "Microsoft Word - draft3.docx" → None · "Untitled" → None
    """
    title = clean_line(value or "")
    if _JUNK.fullmatch(fold(title)):
        return None
    return shorten(title, _LONGEST_STATED)


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut between words: ("one two three", 9) → "one two…"."""
    if len(text) <= length:
        return text
    cut = text[:length]
    head, space, _ = cut.rpartition(" ")
    return (head if space else cut[:-1]).rstrip(' ،,؛;:-–—("«“') + "…"


def same_line(one: str, other: str) -> bool:
    """Whether two lines say the same but for spelling, marks and punctuation."""
    return bool(_key(one)) and _key(one) == _key(other)


def _key(line: str) -> str:
    return " ".join(_WORD_CHARS.findall(fold(line)))


def _is_title_line(first: str, rest: str) -> bool:
    if not rest.strip() or len(first) > _LONGEST_TITLE_LINE or _LIST_ITEM.match(first):
        return False
    alone = rest.startswith("\n")
    # A headline may be a question, but then only a blank line tells it from a sentence.
    if _UNFINISHED.search(first):
        return alone and _QUESTION.search(first) is not None
    return alone or not _is_wrapped(first, rest)


def _is_wrapped(first: str, rest: str) -> bool:
    """Whether the first line ends only because the margin was reached.

    Then the next line's first word would not have fitted on it.
    """
    if len(first) < _NARROWEST_WRAP:
        return False
    paragraph = rest.partition("\n\n")[0].split("\n")
    width = max(len(line) for line in (first, *paragraph))
    next_word = paragraph[0].partition(" ")[0]
    return len(first) + 1 + len(next_word) > width


def _excerpt(first: str, rest: str) -> str:
    paragraph = clean_line(f"{first}\n{rest.partition(chr(10) * 2)[0]}"[:2000])
    end = _SENTENCE_END.search(paragraph)
    sentence = paragraph[: end.start()] if end else paragraph
    return shorten(sentence.strip() or paragraph, _LONGEST_EXCERPT)
