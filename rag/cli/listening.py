"""Opens the port that a server listens on, and says in one line why it cannot."""

import os
import socket

from rag.errors import InputError


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises InputError: uvicorn would log the reason and exit by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InputError(
            f"cannot listen on {authority(host, port)}: {reason}; choose another --host or --port"
        ) from error
    # Connections inherit it. asyncio does not set it on what it did not make, and then a small
    # reply waits 40 ms for the reader's acknowledgement of the one before.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def authority(host: str, port: int) -> str:
    """Host and port as a URL has them. ("::1", 80) → "[::1]:80"."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
