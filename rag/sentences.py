"""Cuts a text into sentences with code-point offsets, in Arabic and in English.

ICU's rules (UAX #29) propose the breaks; what they do not know is mended here:
abbreviations, initials, short quotations, wrapped lines, and long Arabic sentences
whose parts are set off by «؛».
"""

import re
from collections.abc import Iterator

from icu4py.breakers import SentenceBreaker

from rag.types import Language, Span

_LATIN_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof st gen col lt sgt capt cpt maj sen rep gov rev hon pres vs cf "
    "e.g i.e fig figs p pp vol vols ch sec art approx ca est mt ft inc ltd co corp al".split()
)
_BEFORE_NUMBER = frozenset("no nos nr jan feb mar apr jun jul aug sep sept oct nov dec".split())
# Words that open a sentence so often that an acronym's last full stop also ends one.
_OPENERS = frozenset(
    "the a an in on at it he she they we this that these those but and as after before when "
    "while however its his her their there for by from with if since although during".split()
)
_ARABIC_ABBREVIATIONS = frozenset("د أ م ص ج ت ط ق هـ أ.د د.م ق.م".split())

_ERAS = frozenset("م هـ".split())

_LAST_WORD = re.compile(r"(\S+)\.\s*$")
_LEADING_MARKS = "«“‘\"'([{-–—•"
_FIRST_WORD = re.compile(r"[\s«“‘\"'(\[{\-–—•*]*(\S+)")
_ACRONYM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_TERMINAL = tuple('.!?؟۔…:؛;»”")')
_CLOSING = '»”")'
_BULLET = re.compile(r"\s*(?:[-–—•*▪●]|\d{1,3}[.)])\s+")
_SEMICOLON = re.compile(r"؛\s+")
_QUOTE_PAIRS = (("«", "»"), ("“", "”"), ("(", ")"))

_WRAPPED_LINE_CHARS = 60
_SHORT_QUOTE_CHARS = 160
_LONG_SENTENCE_WORDS = 40
_CLAUSE_WORDS = 6
_HEADING_WORDS = 10


def split_sentences(text: str, language: Language) -> tuple[Span, ...]:
    """Sentences of a text, in order, without the white space, bullets and item numbers around.

    They never overlap, and together they cover every letter of the text, and every digit
    but those that number the items of a list.

    "قال د. أحمد ذلك. هل عاد؟" → «قال د. أحمد ذلك.» «هل عاد؟»
    "The U.S. Army left. It was 3.5 km away." → "The U.S. Army left." "It was 3.5 km away."
    """
    pieces = _split_long(_merge(_proposed(text, language), text), text)
    trimmed = (_trim(span, text) for span in pieces)
    return tuple(span for span in trimmed if _has_content(span.of(text)))


def _proposed(text: str, language: Language) -> Iterator[Span]:
    start = 0
    # ICU counts UTF-16 units; its pieces, added up, give code points.
    for piece in SentenceBreaker(text, "ar" if language == "ar" else "en"):
        yield Span(start, start + len(piece))
        start += len(piece)


def _merge(spans: Iterator[Span], text: str) -> Iterator[Span]:
    """Join each proposed sentence to the one before, where the break is a false one."""
    current: Span | None = None
    for span in spans:
        if current is None:
            current = span
        elif not _has_content(span.of(text)) or _is_false_break(current.of(text), text, span):
            current = Span(current.start, span.end)
        else:
            yield current
            current = span
    if current is not None:
        yield current


def _is_false_break(before: str, text: str, after: Span) -> bool:
    following = after.of(text)
    if before.endswith("\n"):
        return _is_wrapped_line(before, following)
    return _ends_in_abbreviation(before, following) or _is_inside_quote(before, text, after)


def _is_wrapped_line(before: str, following: str) -> bool:
    line = before.rstrip("\n")
    if before.endswith("\n\n") or line.rstrip().endswith(_TERMINAL) or _BULLET.match(following):
        return False
    last_line = line.rpartition("\n")[2]
    return following[:1].islower() or len(last_line) >= _WRAPPED_LINE_CHARS


def _ends_in_abbreviation(before: str, following: str) -> bool:
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last[1].lstrip(_LEADING_MARKS)
    first = _FIRST_WORD.match(following)
    next_word = first[1] if first else ""
    if _ACRONYM.fullmatch(word) and word.lower() not in _LATIN_ABBREVIATIONS:
        return next_word.lower().strip(",") not in _OPENERS
    if word.lower() in _BEFORE_NUMBER:
        return next_word[:1].isdigit()
    if word in _ARABIC_ABBREVIATIONS:
        return word not in _ERAS or not _follows_number(before[: last.start(1)])
    if word.lower() in _LATIN_ABBREVIATIONS:
        return True
    return next_word.lower() not in _OPENERS and _is_initial(word, before[: last.start(1)])


def _follows_number(before: str) -> bool:
    """Whether the letter marks a year's era («2021 م.»), which does end a sentence."""
    return before.rstrip()[-1:].isdigit()


def _is_initial(word: str, before: str) -> bool:
    """Whether the word is a name's initial, as in "J. K. Rowling", and not "plan B."."""
    if not (len(word) == 1 and word.isupper() and word.isascii()):
        return False
    previous = before.rstrip().rpartition(" ")[2]
    return not previous or previous[0].isupper() or word == previous[:1]


def _is_inside_quote(before: str, text: str, after: Span) -> bool:
    """Whether a short quotation is open and closes soon: its parts mean little alone."""
    for opening, closing in _QUOTE_PAIRS:
        opened = before.rfind(opening)
        if opened < 0 or before.count(opening) <= before.count(closing):
            continue
        closed = text.find(closing, after.start)
        start = after.start - (len(before) - opened)
        if 0 <= closed - start <= _SHORT_QUOTE_CHARS and "\n" not in text[start:closed]:
            return True
    return False


def _split_long(spans: Iterator[Span], text: str) -> Iterator[Span]:
    """Cut long sentences after «؛», where both sides can stand as clauses."""
    for span in spans:
        start = span.start
        if len(span.of(text).split()) > _LONG_SENTENCE_WORDS:
            for match in _SEMICOLON.finditer(text, span.start, span.end):
                left, right = text[start : match.end()], text[match.end() : span.end]
                if min(len(left.split()), len(right.split())) >= _CLAUSE_WORDS:
                    yield Span(start, match.end())
                    start = match.end()
        yield Span(start, span.end)


def is_heading(text: str, span: Span) -> bool:
    """Whether a sentence is a heading: a short line to itself that ends without a mark.

    An item of a list is none, for it may well be what is asked for. A name in quotation marks
    at the end is no end of a sentence.

    "## Background" → "Background" is one · "- Ivan Petrov" → "Ivan Petrov" is none
    «صحراء اسمها «آرال قوم»» is one · “Nobody knew.” is none
    """
    sentence = span.of(text).rstrip(_CLOSING)
    line_start = text.rfind("\n", 0, span.start) + 1
    alone = not text[: span.start].strip() and not text[span.end :].strip()
    return (
        not alone
        and text[span.end : span.end + 1] in ("", "\n")
        and not sentence.endswith(_TERMINAL)
        and len(sentence.split()) <= _HEADING_WORDS
        and not _BULLET.match(text[line_start : span.start])
    )


def _trim(span: Span, text: str) -> Span:
    sentence = span.of(text)
    bullet = _BULLET.match(sentence)
    lead = bullet.end() if bullet else len(sentence) - len(sentence.lstrip())
    return Span(span.start + lead, max(span.start + lead, span.start + len(sentence.rstrip())))


def _has_content(text: str) -> bool:
    return any(char.isalnum() for char in text)
