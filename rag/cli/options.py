"""The options that `ask` and `search` share, and the filter that they add up to."""

import re
from datetime import date
from typing import Annotated

import typer

from rag.types import Filters

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


def _parse_date(text: str) -> date:
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not a date; write it as 2021-09-15")


def _parse_language(text: str) -> str:
    if _LANGUAGE.fullmatch(text.lower()):
        return text.lower()
    raise typer.BadParameter(f"{text!r} is not a language; write it as 'ar' or 'en'")


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Visual = Annotated[
    bool,
    typer.Option("--visual", help="Reorder and join Arabic, for terminals that do not."),
]
TopK = Annotated[int | None, typer.Option("--top-k", min=1, max=50, help="Passages to use.")]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language",
        parser=_parse_language,
        metavar="ar|en",
        help="Only articles in this language; may be repeated.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only articles of this publisher; may be repeated."),
]
ArticleIds = Annotated[
    list[str] | None,
    typer.Option("--article", metavar="ID", help="Only this article; may be repeated."),
]
From = Annotated[
    date | None,
    typer.Option("--from", parser=_parse_date, metavar="DATE", help="Published on or after."),
]
To = Annotated[
    date | None,
    typer.Option("--to", parser=_parse_date, metavar="DATE", help="Published on or before."),
]


def filters_from(
    languages: list[str] | None,
    sources: list[str] | None,
    article_ids: list[str] | None,
    first_day: date | None,
    last_day: date | None,
) -> Filters:
    """One filter from the options. Raises BadParameter if the days are in the wrong order."""
    if first_day and last_day and first_day > last_day:
        raise typer.BadParameter("--from is later than --to")
    return Filters(
        languages=tuple(languages or ()),
        sources=tuple(sources or ()),
        article_ids=tuple(article_ids or ()),
        published_from=first_day,
        published_to=last_day,
    )
