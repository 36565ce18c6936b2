"""`POST /v1/chat/completions` and `GET /v1/models`: Dalil for those who speak OpenAI's."""

import time
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response

from rag.reading import read_answer
from server.backend import service_for
from server.docs import CHAT_EXAMPLES, OPENAI_ERRORS
from server.errors import UnknownModelError
from server.formats import OpenAIChunks
from server.openai_schemas import ChatRequest
from server.openai_shape import Head, model_to_dict, models_to_dict
from server.streaming import EventStream, unless_disconnected
from server.strict_json import StrictRoute
from server.unanswered import noting

if TYPE_CHECKING:
    from rag.service import Service

router = APIRouter(prefix="/v1", tags=["openai"], route_class=StrictRoute)

_PRIVATE = {"Cache-Control": "no-store"}


@router.post(
    "/chat/completions",
    response_model=None,
    responses=OPENAI_ERRORS,
    summary="Ask in OpenAI's shape",
)
async def complete(
    body: Annotated[ChatRequest, Body(openapi_examples=CHAT_EXAMPLES)], request: Request
) -> Response:
    """The last message of the user's is the question, those before it the conversation.

    System messages have no effect. The content is the answer with its markers, and below
    it the list of sources; the quotes are in the message's `dalil` field, or in that of
    the last chunk's delta.
    """
    service = await service_for(request)
    _require_model(service, body.model)
    question, history = body.conversation()
    events = noting(request, service.stream(question, history=history, live=bool(body.stream)))
    head = Head(f"chatcmpl-{uuid4().hex}", int(time.time()), body.model)
    if body.stream:
        return EventStream(events, OpenAIChunks(head, with_usage=body.wants_usage))
    answer = await unless_disconnected(request.receive, read_answer(events))
    return JSONResponse(head.completion(answer), headers=_PRIVATE)


@router.get(
    "/models",
    response_model=None,
    responses=OPENAI_ERRORS,
    summary="List the models",
)
async def list_models(request: Request) -> JSONResponse:
    """The names that a request may give as its model; the first is the default."""
    service = await service_for(request)
    return JSONResponse(models_to_dict(service.model_names))


@router.get(
    "/models/{model:path}",
    response_model=None,
    responses=OPENAI_ERRORS,
    summary="Look up a model",
)
async def read_model(model: str, request: Request) -> JSONResponse:
    """One of the names, with what there is to know about it."""
    _require_model(await service_for(request), model)
    return JSONResponse(model_to_dict(model))


def _require_model(service: "Service", name: str) -> None:
    if name not in service.model_names:
        raise UnknownModelError("there is no such model; GET /v1/models lists them")
