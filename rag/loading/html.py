"""Web pages → the article's text and what the page states of it.

trafilatura tells the article from the page around it; decoding is `decode.py`'s.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby

import trafilatura
from trafilatura.settings import Document as Extracted

from rag.language import detect_language
from rag.loading.clean import clean, clean_line
from rag.loading.dates import parse_date
from rag.loading.decode import decode
from rag.loading.document import Document, UnreadableError
from rag.loading.frontmatter import is_web_url
from rag.loading.titles import stated_title
from rag.types import RTL_LANGUAGES, Language

_LARGEST_PAGE = 5 * 2**20  # Telling the article from the page takes 3 seconds a megabyte.
_HEAD_BYTES = 4096
_META_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,30})""")
_LANG = re.compile(r"""(?i)<(?:html|body|article)\b[^>]{0,500}?\blang\s*=\s*["']?([a-z]{2,3})\b""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_RULE = re.compile(r":?-{3,}:?")
_ENGLISH_WORDS = frozenset(["the", "of", "and", "to", "in", "is", "was", "that", "for", "with"])
_ENGLISH_SHARE = 0.05


def read_html(data: bytes) -> Document:
    """Read a web page.

    Raises:
        UnreadableError: the encoding cannot be told, there is no article on the page, or the
            page is larger than 5 MB.
    """
    if len(data) > _LARGEST_PAGE:
        raise UnreadableError("the page is larger than 5 MB; save the article alone")
    match = _META_CHARSET.search(data[:_HEAD_BYTES])
    page = decode(data, match[1].decode("ascii") if match else None)
    extracted = _extract(_DECLARATION.sub("", page))
    text = "\n\n".join(_paragraphs(clean(extracted.text or "")))
    if not text:
        raise UnreadableError("no article text was found on the page")
    return Document(
        text=text,
        title=stated_title(extracted.title),
        published=_date(extracted.date),
        source=clean_line(extracted.sitename or "") or None,
        url=extracted.url if extracted.url and is_web_url(extracted.url) else None,
        language=_language(page, text),
        metadata=_metadata(extracted),
    )


def _extract(page: str) -> Extracted:
    try:
        extracted = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            # A date guessed from any digits on the page would pass for the article's.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    # lxml and the date search raise whatever they meet in hostile markup.
    except Exception as error:
        raise UnreadableError(f"the page cannot be parsed ({type(error).__name__})") from error
    if not isinstance(extracted, Extracted):
        raise UnreadableError("no article text was found on the page")
    return extracted


def _paragraphs(text: str) -> Iterator[str]:
    """trafilatura puts a paragraph on a line; the rows of a list or table stay together."""
    for kind, group in groupby(filter(None, text.split("\n")), key=_kind):
        lines = list(group)
        if kind == "|":
            lines = [row for line in lines if (row := _row(line))]
        yield from ["\n".join(lines)] if kind else lines


def _kind(line: str) -> str:
    return line[0] if line.startswith(("- ", "|")) else ""


def _row(line: str) -> str:
    """ "| السبت | 120 |" → "السبت | 120"; the rule below a table's head → ""."""
    cells = [cell.strip() for cell in line.strip("| ").split("|")]
    return "" if all(_RULE.fullmatch(cell) for cell in cells) else " | ".join(cells)


def _date(value: str | None) -> date | None:
    return parse_date(value) if value else None


def _metadata(extracted: Extracted) -> dict[str, str]:
    stated = {"author": extracted.author, "description": extracted.description}
    return {key: clean_line(value) for key, value in stated.items() if value and clean_line(value)}


def _language(page: str, text: str) -> Language | None:
    """The language that the page states, where the text's letters and words agree.

    Templates state languages that their articles are not in; but a Latin or Persian
    script alone cannot tell French from English or Urdu from Persian.
    """
    match = _LANG.search(page[:_HEAD_BYTES])
    stated, seen = (match[1].lower() if match else None), detect_language(text)
    if stated == "fa" or stated is None:
        return None
    if seen == "fa":
        return stated if stated in RTL_LANGUAGES - {"ar", "he", "yi", "dv"} else None
    if seen == "en" and stated not in RTL_LANGUAGES:
        words = text.lower().split()
        english = sum(word in _ENGLISH_WORDS for word in words)
        return stated if english < _ENGLISH_SHARE * len(words) else None
    return None
