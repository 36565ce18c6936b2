"""What editors do over HTTP: send files, remove articles, see how the collection fares.

Each address needs the key (`server/editors.py`); what readers said is `feedback.py`'s.
"""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from rag.wire import status_to_dict
from rag.wire_models import ArticleId
from server.backend import ingester_of, service_of
from server.docs import UPLOAD_BODY, errors
from server.editors import require_editor
from server.errors import RefusedError
from server.notebook import Notebook
from server.problem import Problem
from server.schemas import (
    StatusOut,
    UnansweredListOut,
    UnansweredQuery,
    UploadListOut,
    UploadOut,
    UploadQuery,
    UploadReplyOut,
)
from server.uploads import Upload, UploadQueue, safe_name

router = APIRouter(
    prefix="/v1",
    tags=["editors"],
    dependencies=[Depends(require_editor)],
    responses=errors(401, 422, 500, 503),
)

_PRIVATE = {"Cache-Control": "no-store"}
_NO_SUCH_UPLOAD = Problem(
    404, "upload_not_found", "no upload has this id; the server remembers the last 200"
)


@router.post(
    "/articles",
    status_code=202,
    response_model=UploadReplyOut,
    responses=errors(400, 413, 415),
    openapi_extra=UPLOAD_BODY,
    summary="Send an article",
)
async def upload(query: Annotated[UploadQuery, Query()], request: Request) -> JSONResponse:
    """A file: txt, md, html, pdf or docx. It is read after the reply; `GET /v1/uploads/{id}`
    tells what became of it. Its article's id is that of its front matter, or made from its name."""
    queue: UploadQueue = request.app.state.uploads
    await run_in_threadpool(ingester_of, request)
    queue.require_room()
    _require_form(request)
    async with request.form(max_files=1, max_fields=0) as form:
        file = _only_file(form)
        name, size = safe_name(file.filename or ""), file.size or 0
        _require_size(size, request.app.state.settings.max_upload_bytes)
        queued = await run_in_threadpool(
            queue.add, file.file, name, size, may_replace=query.replace
        )
    return JSONResponse({"upload": _upload_to_dict(queued)}, 202, headers=_PRIVATE)


@router.get("/uploads", response_model=UploadListOut, summary="List the files that were sent")
def list_uploads(request: Request) -> JSONResponse:
    """Newest first, and how far each has come."""
    queue: UploadQueue = request.app.state.uploads
    shown = [_upload_to_dict(each) for each in queue.newest_first()]
    return JSONResponse({"uploads": shown}, headers=_PRIVATE)


@router.get(
    "/uploads/{id}", response_model=UploadOut, responses=errors(404), summary="Follow a file"
)
def read_upload(upload_id: Annotated[str, Path(alias="id")], request: Request) -> JSONResponse:
    """One of them."""
    queue: UploadQueue = request.app.state.uploads
    found = queue.get(upload_id)
    if found is None:
        raise RefusedError(_NO_SUCH_UPLOAD)
    return JSONResponse(_upload_to_dict(found), headers=_PRIVATE)


@router.delete(
    "/articles/{id}",
    status_code=204,
    response_class=Response,
    responses=errors(404),
    summary="Remove an article",
)
def remove_article(
    article_id: Annotated[ArticleId, Path(alias="id")], request: Request
) -> Response:
    """From the next question on, no answer quotes it."""
    ingester_of(request).remove(article_id)
    return Response(status_code=204)


@router.get(
    "/unanswered", response_model=UnansweredListOut, summary="Read what no article answered"
)
def list_unanswered(query: Annotated[UnansweredQuery, Query()], request: Request) -> JSONResponse:
    """The questions on which Dalil abstained, most often asked first."""
    notebook: Notebook = request.app.state.notebook
    questions, total = notebook.unanswered(query.offset, query.limit)
    shown = {
        "questions": [asdict(question) for question in questions],
        "total": total,
        "offset": query.offset,
        "limit": query.limit,
    }
    return JSONResponse(shown, headers=_PRIVATE)


@router.get("/status", response_model=StatusOut, summary="What the collection holds")
def read_status(request: Request) -> JSONResponse:
    """Counts, and the models."""
    status = status_to_dict(service_of(request).status())
    # A path on the machine is nobody's business.
    del status["home"]
    return JSONResponse(status, headers=_PRIVATE)


def _require_form(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        raise HTTPException(415, "send the file as multipart/form-data, in the field 'file'")


def _only_file(form: FormData) -> UploadFile:
    found = form.get("file")
    if not isinstance(found, UploadFile):
        raise HTTPException(422, "send one file, in the field 'file'")
    return found


def _require_size(size: int, most: int) -> None:
    if size > most:
        raise HTTPException(413, f"the file is larger than {most} bytes")


def _upload_to_dict(upload: Upload) -> dict[str, Any]:
    problem = upload.problem
    return {
        "id": upload.id,
        "filename": upload.filename,
        "size": upload.size,
        "state": str(upload.state),
        "article_id": upload.article_id,
        "title": upload.title,
        "replaced": upload.replaced,
        "error": {"code": problem.code, "message": problem.message} if problem else None,
        "received": upload.received.isoformat(timespec="milliseconds"),
    }
