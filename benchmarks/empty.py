"""An empty route, served as Dalil is: what HTTP alone costs.

`python -m benchmarks.empty PORT`
"""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI()


class _Body(BaseModel):
    query: str


@app.post("/empty")
def empty(_body: _Body) -> JSONResponse:
    """In a thread, as `/v1/search` is."""
    return JSONResponse({})


@app.get("/readyz")
def ready() -> JSONResponse:
    return JSONResponse({})


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), proxy_headers=False, server_header=False, log_level="info"
    )
