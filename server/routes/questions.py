"""`POST /v1/ask` and `POST /v1/search`: from a checked request to the service and back."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse

from rag.types import Filters
from rag.wire import answer_to_dict, search_to_dict
from server.backend import service_of
from server.docs import ASK_EXAMPLES, SEARCH_EXAMPLES, errors
from server.schemas import AnswerOut, AskRequest, FiltersIn, SearchOut, SearchRequest
from server.strict_json import StrictRoute

router = APIRouter(
    prefix="/v1",
    tags=["questions"],
    route_class=StrictRoute,
    responses=errors(400, 409, 413, 415, 422, 500, 503),
)

_PRIVATE = {"Cache-Control": "no-store"}


@router.post("/ask", response_model=AnswerOut, summary="Ask a question")
def ask(
    body: Annotated[AskRequest, Body(openapi_examples=ASK_EXAMPLES)], request: Request
) -> JSONResponse:
    """Answer with citations, or abstain."""
    answer = service_of(request).ask(
        body.question,
        top_k=body.top_k,
        filters=_filters(body.filters),
        language=body.language,
    )
    return JSONResponse(answer_to_dict(answer), headers=_PRIVATE)


@router.post("/search", response_model=SearchOut, summary="Search for passages")
def search(
    body: Annotated[SearchRequest, Body(openapi_examples=SEARCH_EXAMPLES)], request: Request
) -> JSONResponse:
    """The passages nearest to a query, best first."""
    result = service_of(request).search(
        body.query, top_k=body.top_k, filters=_filters(body.filters)
    )
    return JSONResponse(search_to_dict(result), headers=_PRIVATE)


def _filters(given: FiltersIn) -> Filters:
    return Filters(
        languages=tuple(given.languages),
        sources=tuple(given.sources),
        article_ids=tuple(given.article_ids),
        published_from=given.published_from,
        published_to=given.published_to,
    )
