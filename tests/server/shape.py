"""What every error reply must look like."""

from typing import Any


def error_of(response: Any, status: int) -> dict[str, str]:
    """The error of a reply, after checking its status, shape and size."""
    assert response.status_code == status, response.text
    assert len(response.content) < 1024
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "request_id"}
    assert body["error"]["request_id"] == response.headers["x-request-id"]
    return dict(body["error"])
