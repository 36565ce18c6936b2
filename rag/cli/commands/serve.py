"""`dalil serve`: runs the HTTP server until it is stopped."""

from typing import Annotated

import typer

from rag.cli.failures import FAILED
from rag.cli.listening import authority, listen
from rag.cli.logs import tell_at_once
from rag.cli.session import settings_of


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the HTTP interface."""
    settings = settings_of(ctx, host=host, port=port)
    tell_at_once()
    import uvicorn

    # The CLI is a composition root, so it alone in `rag` may reach for the server.
    from server.app import create_app

    with listen(settings.host, settings.port) as listener:
        # Proxies' headers are believed from nobody until there is a setting that names them.
        config = uvicorn.Config(create_app(settings), proxy_headers=False, server_header=False)
        server = uvicorn.Server(config)
        typer.echo(
            f"dalil: listening on http://{authority(settings.host, settings.port)}", err=True
        )
        server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(FAILED)
