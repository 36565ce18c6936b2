"""From values to an HTML reply: the templates, the words of the reader's language, the headers.

Everything that comes from articles or readers is escaped by the templates, and the policy
lets a page run and load nothing but the server's own files.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.pages import formats
from server.pages.reader import PageLanguage, Reader, reader_of

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}


def render(
    request: Request, template: str, *, status: int = 200, for_editors: bool, **values: Any
) -> HTMLResponse:
    """A page in the reader's language. `for_editors` tells whether there is an editors' page."""
    reader = reader_of(request)
    html = (
        _environment()
        .get_template(f"{template}.html")
        .render(
            reader=reader,
            t=words(reader.language),
            other_language_link=reader.same_page_in_the_other_language(request),
            for_editors=for_editors,
            **_helpers(reader),
            **values,
        )
    )
    headers = {**_HEADERS, "Content-Language": reader.language}
    # What a client sent may hold half a surrogate pair; a page cannot.
    return HTMLResponse(html.encode("utf-8", "replace"), status, headers)


@lru_cache
def words(language: PageLanguage) -> SimpleNamespace:
    """Every word of the pages in a language, by page."""
    text = (_HERE / "words" / f"{language}.json").read_text("utf-8")
    found = json.loads(text, object_hook=lambda values: SimpleNamespace(**values))
    assert isinstance(found, SimpleNamespace)
    return found


def _helpers(reader: Reader) -> Mapping[str, Any]:
    """What templates call to write a value in the reader's language."""
    language = reader.language
    return {
        "number": lambda value: formats.number(value, language),
        "day": lambda value: formats.day(value, language),
        "language_name": lambda code: formats.language_name(code, language),
        "html_language": formats.html_language,
        "title_of": formats.title,
        "writable": formats.writable,
        "web_address": formats.web_address,
        "json_of": lambda group: json.dumps(vars(group), ensure_ascii=False),
    }


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
