"""`GET /v1/articles` and `GET /v1/articles/{id}`: the texts that answers are quoted from."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from rag.wire import article_page_to_dict, article_to_dict
from rag.wire_models import ArticleId, ArticleOut
from server.backend import service_of
from server.docs import errors
from server.schemas import ArticleListOut, ArticlesQuery

router = APIRouter(prefix="/v1/articles", tags=["articles"])


@router.get(
    "",
    response_model=ArticleListOut,
    responses=errors(409, 422, 500, 503),
    summary="List the articles",
)
def list_articles(query: Annotated[ArticlesQuery, Query()], request: Request) -> JSONResponse:
    """A page of articles without their texts, newest first."""
    page = service_of(request).articles(
        offset=query.offset, limit=query.limit, language=query.language
    )
    return JSONResponse(article_page_to_dict(page, offset=query.offset, limit=query.limit))


@router.get(
    "/{id}",
    response_model=ArticleOut,
    responses=errors(404, 409, 422, 500, 503),
    summary="Read an article",
)
def read_article(
    article_id: Annotated[ArticleId, Path(alias="id")], request: Request
) -> JSONResponse:
    """An article with the text that the offsets of quotes count in."""
    return JSONResponse(article_to_dict(service_of(request).article(article_id)))
