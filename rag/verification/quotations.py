"""Finds quotations of an answer that stand in no source, whatever the sentence says otherwise.

What stands between quotation marks claims to be literal: the words are compared, not
their sense. Whether the sentence is borne out is `verify.py`'s.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.language import detect_language
from rag.terms import tokenise
from rag.text import fold
from rag.types import Span
from rag.verification.sources import Source

_FEWEST_WORDS = 3
"""Of a quotation; what is shorter is a name, a title or a word held at a distance."""

_SURELY_QUOTED_WORDS = 6
"""In a language that no source has, fewer may be a title that was translated."""

_GROUPS = {mark: group for group in ("«»", "‹›", '"“”„‟') for mark in group}
_DIRECTED = {"«": 1, "‹": 1, "»": -1, "›": -1}
_BEFORE_OPENING = "([{:"

# All in the folded form.
_ELLIPSIS = re.compile(r"\.(?:\s?\.)+")
_TRANSLATED = re.compile(r"[(\[][^()\[\]]{0,40}(?:ترجم|translat(?:ion|ed))[^()\[\]]{0,40}[)\]]")
_CONJUNCTIONS = ("", "و", "ف")
"""What a source may have written onto the first word that is quoted."""

_INSIDE_WORDS = str.maketrans("", "", ",'’")


def fabricated_quotation(text: str, sources: Sequence[Source]) -> str | None:
    """The first quotation of a sentence that no source has, or None.

    Marks, letter forms and punctuation do not matter, an ellipsis parts what may stand
    apart in an article, and a quotation in another language than its source has to be
    labelled: «(ترجمة)», "(translation)".

    From "It has no locks.": 'It "has no locks"' → None, 'It "has many locks"' → "has many locks"
    من «ولا أهوسة فيها.»: «قال إنه "لا أهوسة فيها".» → None
    """
    for span in _quotations(text):
        quotation = span.of(text)
        if _is_fabricated(quotation, text[span.end :], sources):
            return quotation.strip()
    return None


def _is_fabricated(quotation: str, after: str, sources: Sequence[Source]) -> bool:
    words = sum(any(map(str.isalnum, word)) for word in quotation.split())
    if words < _FEWEST_WORDS or _stands(quotation, sources):
        return False
    language = detect_language(quotation)
    if _TRANSLATED.search(fold(after)) and any(s.language != language for s in sources):
        return False
    return words >= _SURELY_QUOTED_WORDS or any(s.language == language for s in sources)


def _stands(quotation: str, sources: Sequence[Source]) -> bool:
    """Whether all parts of a quotation stand in the passages of one article."""
    parts = [run for part in _ELLIPSIS.split(fold(quotation)) if (run := _run(part))]
    articles: dict[str, str] = {}
    for source in sources:
        passage = source.passage.span.of(source.article.text)
        known = articles.get(source.article.id, f" {_run(source.article.title)} |")
        articles[source.article.id] = f"{known} {_run(passage)} |"
    return any(
        all(any(f" {first}{part} " in words for first in _CONJUNCTIONS) for part in parts)
        for words in articles.values()
    )


@lru_cache(maxsize=256)
def _run(text: str) -> str:
    """The words of a text, one space between them.

    «"الأُمَمُ المتّحدة"، ٢٠٢١» → "الامم المتحده 2021" · "Putin’s 1,190 men" → "putins 1190 men"
    """
    return " ".join(tokenise(fold(text))).translate(_INSIDE_WORDS)


def _quotations(text: str) -> Iterator[Span]:
    """What stands between quotation marks, outermost ones only.

    A quotation of several sentences is cut with them, so one may lack its mark: it goes
    from the start of the text, or to the end.
    """
    group, start, depth, orphan = "", 0, 0, True
    for place, mark in enumerate(text):
        if mark not in (group or _GROUPS):
            continue
        if group:
            depth += _DIRECTED.get(mark, -1)
            if not depth:
                yield Span(start, place)
                group = ""
        elif _opens(text, place):
            group, start, depth, orphan = _GROUPS[mark], place + 1, 1, False
        elif orphan and _closes(text, place):
            yield Span(0, place)
            orphan = False
    if group:
        yield Span(start, len(text))


def _opens(text: str, place: int) -> bool:
    """Whether a mark outside a quotation opens one. «و"القناة» → True, 'a 5" pipe' → False"""
    if text[place] in _DIRECTED:
        return _DIRECTED[text[place]] > 0
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    return after.isalnum() or not before or before.isspace() or before in _BEFORE_OPENING


def _closes(text: str, place: int) -> bool:
    """Whether a mark outside a quotation closes one, and is not a sign of inches."""
    before = text[place - 1 : place]
    return not before.isspace() and not (text[place] == '"' and before.isdigit())
