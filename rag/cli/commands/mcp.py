"""`dalil mcp`: serves agents until they hang up or it is stopped."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer

from rag.cli.listening import authority, listen
from rag.cli.logs import tell_at_once
from rag.cli.session import and_let_go, opened_service, settings_of

_HOST, _PORT = "127.0.0.1", 8001


def mcp(
    ctx: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Over HTTP instead of stdio.")] = False,
    host: Annotated[
        str | None, typer.Option(help=f"Address to listen on, with --http.  [{_HOST}]")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help=f"Port to listen on, with --http.  [{_PORT}]"),
    ] = None,
) -> None:
    """Serve agents over the Model Context Protocol."""
    if not http and (host or port):
        raise typer.BadParameter("--host and --port need --http")
    tell_at_once()
    if http:
        _serve_http(ctx, host or _HOST, port or _PORT)
    else:
        _serve_stdio(ctx)


def _serve_stdio(ctx: typer.Context) -> None:
    # The protocol's package takes a second to import.
    from rag.mcp.server import create_server, serve_stdio

    with ExitStack() as stack:
        with _stdout_on_stderr():
            service = stack.enter_context(opened_service(ctx))
        asyncio.run(and_let_go(service, serve_stdio(create_server(service))))


def _serve_http(ctx: typer.Context, host: str, port: int) -> None:
    settings = settings_of(ctx)
    import uvicorn

    from rag.mcp.server import create_http_app, create_server

    with listen(host, port) as listener, opened_service(ctx) as service:
        app = create_http_app(create_server(service), host, settings.max_body_bytes)
        config = uvicorn.Config(app, proxy_headers=False, server_header=False, access_log=False)
        typer.echo(f"dalil: listening on http://{authority(host, port)}/mcp", err=True)
        server = uvicorn.Server(config)
        asyncio.run(and_let_go(service, server.serve(sockets=[listener])))


@contextmanager
def _stdout_on_stderr() -> Iterator[None]:
    """What a library prints while it loads is not the protocol, whichever way it prints."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
