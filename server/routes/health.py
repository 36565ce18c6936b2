"""`/healthz` and `/readyz`: what a load balancer asks.

Alive is not ready: without a collection the server lives, and says what is missing.
"""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from rag.errors import DalilError
from server.backend import service_of
from server.docs import errors
from server.errors import error_response, problem_of
from server.schemas import HealthOut

router = APIRouter()


@router.get("/healthz", tags=["health"], response_model=HealthOut, summary="Is it alive?")
async def healthz() -> JSONResponse:
    """Answers as long as the process does, whatever the state of the collection."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    tags=["health"],
    response_model=HealthOut,
    responses=errors(503),
    summary="Can it answer?",
)
def readyz(request: Request) -> JSONResponse:
    """200 if a question could be answered now, otherwise 503 with the reason."""
    try:
        service_of(request).check_ready()
    except DalilError as error:
        return error_response(request.scope, replace(problem_of(error), status=503))
    return JSONResponse({"status": "ready"})
