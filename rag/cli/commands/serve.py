"""`dalil serve`: runs the HTTP server until it is stopped."""

import os
import socket
from typing import Annotated

import typer

from rag.cli.failures import FAILED
from rag.cli.session import settings_of
from rag.errors import InputError


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the HTTP interface."""
    settings = settings_of(ctx, host=host, port=port)
    import uvicorn

    # The CLI is a composition root, so it alone in `rag` may reach for the server.
    from server.app import create_app

    with _listen(settings.host, settings.port) as listener:
        # Proxies' headers are believed from nobody until there is a setting that names them.
        config = uvicorn.Config(create_app(settings), proxy_headers=False, server_header=False)
        server = uvicorn.Server(config)
        typer.echo(
            f"dalil: listening on http://{_authority(settings.host, settings.port)}", err=True
        )
        server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(FAILED)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises InputError: uvicorn would log the reason and exit by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InputError(
            f"cannot listen on {_authority(host, port)}: {reason}; choose another --host or --port"
        ) from error


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
