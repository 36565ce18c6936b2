"""`/v1/feedback`: readers say what they think of an answer, and editors read it."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from server.docs import FEEDBACK_EXAMPLES, errors
from server.editors import require_editor
from server.notebook import Feedback, Notebook
from server.schemas import FeedbackIn, FeedbackListOut, FeedbackQuery
from server.strict_json import StrictRoute

router = APIRouter(prefix="/v1/feedback", route_class=StrictRoute)
reading = APIRouter(prefix="/v1/feedback", tags=["editors"], dependencies=[Depends(require_editor)])

_PRIVATE = {"Cache-Control": "no-store"}


@router.post(
    "",
    status_code=204,
    response_class=Response,
    tags=["feedback"],
    responses=errors(400, 413, 415, 422, 500, 503),
    summary="Rate an answer",
)
def give_feedback(
    body: Annotated[FeedbackIn, Body(openapi_examples=FEEDBACK_EXAMPLES)], request: Request
) -> Response:
    """Needs no key. The last word on an answer counts: it takes the place of the one before."""
    notebook: Notebook = request.app.state.notebook
    notebook.add_feedback(Feedback(**body.model_dump()))
    return Response(status_code=204)


@reading.get(
    "",
    response_model=FeedbackListOut,
    responses=errors(401, 422, 500, 503),
    summary="Read the feedback",
)
def list_feedback(query: Annotated[FeedbackQuery, Query()], request: Request) -> JSONResponse:
    """A page of it, newest first, and how many thumbs were up and down in all."""
    notebook: Notebook = request.app.state.notebook
    page = notebook.feedback(query.offset, query.limit, query.rating)
    shown = asdict(page) | {"offset": query.offset, "limit": query.limit}
    return JSONResponse(shown, headers=_PRIVATE)
