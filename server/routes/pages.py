"""`/`, `/articles`, `/articles/{id}` and `/admin`: the pages that people read.

Each asks the service and hands what it got to a template. Errors are pages, too, in the
reader's language; how a page is made is `server/pages/`'s job.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from rag.errors import (
    ArticleNotFoundError,
    DalilError,
    EmptyIndexError,
    OverloadedError,
    QuestionError,
)
from rag.settings import Settings
from rag.types import Filters, Language, Passage
from server.backend import service_for, service_of
from server.errors import headers_of, log_if_ours, problem_of, request_id_of
from server.pages.articles import Listing, listing, page_number, paragraphs
from server.pages.rendering import render

_NEWEST = 5
_PASSAGES = 10
_READ = ["GET", "HEAD"]
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)
_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


class PageRoute(APIRoute):
    """A route whose expected errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_with_pages(request: Request) -> Response:
            try:
                return await handle(request)
            except DalilError as error:
                return _problem_page(request, error)

        return handle_with_pages


router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.api_route("/", methods=_READ)
def home(request: Request) -> HTMLResponse:
    newest = _listing(request, 1, None)
    return _page(
        request,
        "home",
        newest=newest.articles[:_NEWEST],
        total=newest.total,
        languages=_languages(request),
        origin=_origin(request),
    )


@router.api_route("/articles", methods=_READ)
async def articles(request: Request) -> HTMLResponse:
    """Without `q` a page of the list; with it the passages that a search finds."""
    query = request.query_params.get("q", "").strip()
    asked = request.query_params.get("language", "")
    language = asked if _LANGUAGE_CODE.fullmatch(asked) else None
    if not query:
        return await run_in_threadpool(_list_page, request, language)
    found = await _found(request, query, language)
    return await run_in_threadpool(_articles_page, request, language, query=query, **found)


@router.api_route("/articles/{article_id}", methods=_READ)
def article(article_id: str, request: Request) -> HTMLResponse:
    try:
        found = service_of(request).article(article_id)
    except EmptyIndexError as error:
        raise ArticleNotFoundError(str(error)) from error
    return _page(
        request,
        "article",
        article=found,
        paragraphs=list(paragraphs(found.text)),
    )


@router.api_route("/admin", methods=_READ)
def admin(request: Request) -> HTMLResponse:
    """Only where editors have a key; elsewhere this is an address like any unknown one."""
    if not _has_editors(request):
        raise HTTPException(404)
    return _page(request, "admin")


def _list_page(request: Request, language: Language | None) -> HTMLResponse:
    page = page_number(request.query_params.get("page", ""))
    return _articles_page(request, language, listing=_listing(request, page, language))


async def _found(request: Request, query: str, language: Language | None) -> dict[str, Any]:
    """What the page of a search tells: the passages, or why there are none."""
    filters = Filters(languages=(language,) if language else ())
    service = await service_for(request)
    try:
        found = await service.asearch(query, top_k=_PASSAGES, filters=filters)
    except EmptyIndexError:
        return {"listing": Listing((), 0, 1)}
    except QuestionError:
        return {"bad_query": True}
    return {"passages": found.passages}


def _articles_page(
    request: Request,
    language: Language | None,
    *,
    query: str = "",
    listing: Listing | None = None,
    passages: tuple[Passage, ...] = (),
    bad_query: bool = False,
) -> HTMLResponse:
    return _page(
        request,
        "articles",
        status=422 if bad_query else 200,
        query=query,
        language=language,
        languages=_languages(request),
        listing=listing,
        passages=passages,
        bad_query=bad_query,
        longest_query=_settings(request).max_question_chars,
    )


def _problem_page(request: Request, error: DalilError) -> HTMLResponse:
    problem = problem_of(error)
    log_if_ours(request.scope, error, problem)
    kinds = {404: "article_not_found", 503: "not_ready"}
    kind = kinds.get(problem.status, "internal")
    page = _page(
        request,
        "problem",
        status=problem.status,
        kind="overloaded" if isinstance(error, OverloadedError) else kind,
        request_id=request_id_of(request.scope),
    )
    page.headers.update(headers_of(error))
    return page


def _page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return render(request, template, status=status, for_editors=_has_editors(request), **values)


def _listing(request: Request, page: int, language: Language | None) -> Listing:
    """An empty one where nothing has been ingested yet."""
    try:
        return listing(service_of(request), page, language)
    except EmptyIndexError:
        return Listing((), 0, 1)


def _languages(request: Request) -> tuple[Language, ...]:
    """Those that articles are in."""
    try:
        return tuple(service_of(request).status().articles)
    except EmptyIndexError:
        return ()


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _has_editors(request: Request) -> bool:
    return _settings(request).admin_key is not None


def _origin(request: Request) -> str:
    """Where the reader reaches this server, for examples to copy."""
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host if _HOST.fullmatch(host) else 'localhost:8000'}"
