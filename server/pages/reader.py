"""Who reads a page: the language it is shown in, and links that keep it.

A choice in the address (`?lang=`) wins over the browser's wish; without either it is Arabic.
What is said in a language is in `words/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

from fastapi import Request

from rag.types import Direction, direction_of

PageLanguage: TypeAlias = Literal["ar", "en"]

LANGUAGES: tuple[PageLanguage, ...] = ("ar", "en")
DEFAULT: PageLanguage = "ar"
_LONGEST_HEADER = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """`chosen` tells that the address named the language; then every link names it, too."""

    language: PageLanguage
    chosen: bool

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)

    @property
    def other_language(self) -> PageLanguage:
        return "en" if self.language == "ar" else "ar"

    def link(self, path: str, **query: object) -> str:
        """An address in the reader's language; what is None or "" is left out.

        "/articles", q="قناة" → "/articles?q=%D9%82…" (and "&lang=ar" if that was chosen)
        """
        given: dict[str, object] = {"lang": self.language} if self.chosen else {}
        return _with_query(path, {**query, **given})

    def article_link(self, article_id: str, start: int | None = None, end: int = 0) -> str:
        """The page of an article, or of the code points from `start` to `end` in it."""
        page = self.link(f"/articles/{quote(article_id, safe='', errors='replace')}")
        return page if start is None else f"{page}#chars={start}-{end}"

    def same_page_in_the_other_language(self, request: Request) -> str:
        # The path as it was sent: it comes decoded, and "?" or "#" may be part of it.
        path = quote(request.scope["path"], errors="replace")
        return _with_query(path, {**request.query_params, "lang": self.other_language})


def reader_of(request: Request) -> Reader:
    """The reader of a page that was asked for."""
    asked = request.query_params.get("lang", "")
    for language in LANGUAGES:
        if asked == language:
            return Reader(language, chosen=True)
    return Reader(preferred(request.headers.get("accept-language", "")), chosen=False)


def preferred(accept_language: str) -> PageLanguage:
    """The one of ours that a browser likes best. "fr, en;q=0.8, ar;q=0.5" → "en"; "fr" → "ar"."""
    weights: dict[PageLanguage, float] = {}
    for part in accept_language[:_LONGEST_HEADER].split(","):
        name, _, parameters = part.strip().lower().partition(";")
        for language in LANGUAGES:
            if name.partition("-")[0] == language:
                weights[language] = max(_quality(parameters), weights.get(language, 0.0))
    best = max(weights, key=lambda language: weights[language], default=DEFAULT)
    return best if weights.get(best) else DEFAULT


def _quality(parameters: str) -> float:
    """ "q=0.8" → 0.8; none → 1; rubbish → 0, for nothing is known of it."""
    if not parameters.strip():
        return 1.0
    name, _, value = parameters.strip().partition("=")
    digits = value.strip()
    if name.strip() != "q" or not digits.replace(".", "", 1).isdecimal() or not digits.isascii():
        return 0.0
    return min(float(digits), 1.0)


def _with_query(path: str, query: Mapping[str, object]) -> str:
    kept = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept, errors='replace')}" if kept else path
