"""`POST /v1/ask` and `POST /v1/search`: from a checked request to the service and back."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response

from rag.reading import read_answer
from rag.wire import answer_to_dict, search_to_dict
from rag.wire_models import AnswerOut, SearchOut, SearchRequest
from server.backend import service_for
from server.docs import ASK_EXAMPLES, EVENT_STREAM, SEARCH_EXAMPLES, errors
from server.formats import DalilEvents
from server.schemas import AskRequest
from server.streaming import EventStream, unless_disconnected
from server.strict_json import StrictRoute
from server.unanswered import noting

router = APIRouter(
    prefix="/v1",
    tags=["questions"],
    route_class=StrictRoute,
    responses=errors(400, 409, 413, 415, 422, 500, 503),
)

_PRIVATE = {"Cache-Control": "no-store"}


@router.post(
    "/ask",
    response_model=AnswerOut,
    responses={200: EVENT_STREAM, **errors(502, 504)},
    summary="Ask a question",
)
async def ask(
    body: Annotated[AskRequest, Body(openapi_examples=ASK_EXAMPLES)], request: Request
) -> Response:
    """Answer with citations, or abstain."""
    service = await service_for(request)
    events = noting(
        request,
        service.stream(
            body.question,
            top_k=body.top_k,
            filters=body.filters.value(),
            language=body.language,
            history=body.turns(),
            live=body.stream,
        ),
    )
    if body.stream:
        return EventStream(events, DalilEvents())
    answer = await unless_disconnected(request.receive, read_answer(events))
    return JSONResponse(answer_to_dict(answer), headers=_PRIVATE)


@router.post("/search", response_model=SearchOut, summary="Search for passages")
async def search(
    body: Annotated[SearchRequest, Body(openapi_examples=SEARCH_EXAMPLES)], request: Request
) -> JSONResponse:
    """The passages nearest to a query, best first."""
    service = await service_for(request)
    searching = service.asearch(body.query, top_k=body.top_k, filters=body.filters.value())
    result = await unless_disconnected(request.receive, searching)
    return JSONResponse(search_to_dict(result), headers=_PRIVATE)
