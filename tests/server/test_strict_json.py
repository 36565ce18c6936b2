"""Hostile and malformed bodies, sent as raw bytes: always a small 4xx in the one shape."""

import pytest
from starlette.testclient import TestClient

from tests.server.shape import error_of

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"\xd9\x85"', 422),
        (b"{", 400),
        (b'{"question": "a", }', 400),
        (b"{'question': 'a'}", 400),
        (b'{"question": "\\ud800"}', 422),
        (b'{"question": "\\udc00 \\ud83d"}', 422),
        (b'{"question": "a", "\\ud800": 1}', 422),
        (b'{"question": "a", "filters": {"sources": ["\\ud800"]}}', 422),
        (b'{"question": NaN}', 400),
        (b'{"question": "a", "top_k": Infinity}', 400),
        (b'{"question": "a", "top_k": -Infinity}', 400),
        (b'{"question": "a", "top_k": 1e999}', 422),
        (b'{"question": "a", "top_k": 5.0}', 422),
        (b'{"question": "a", "top_k": ' + b"9" * 5000 + b"}", 400),
        (b'{"question": "a", "top_k": ' + b"9" * 4000 + b"}", 422),
        (b"[" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"question": ' * 50_000 + b'"a"' + b"}" * 50_000, 400),
        (b'{"question": "a\x00b"}', 400),
        (b"\x00" * 100, 400),
        (b'{"question": "\xff\xfe"}', 400),
        (b'{"question": "\xed\xa0\x80"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        ('{"question": "متى"}'.encode("utf-16"), 400),
        (b"{" + b",".join(b'"k%d": 1' % n for n in range(60_000)) + b"}", 422),
        (b'{"question": "a", "filters": {"languages": [' + b'"ar",' * 100_000 + b'"ar"]}}', 422),
    ],
)
def test_a_malformed_body_is_refused_in_the_one_shape(
    client: TestClient, body: bytes, status: int
) -> None:
    for path in ("/v1/ask", "/v1/search"):
        payload = body if path == "/v1/ask" else body.replace(b"question", b"query")
        error_of(client.post(path, content=payload, headers=JSON), status)


def test_an_escaped_surrogate_pair_is_an_ordinary_character(client: TestClient) -> None:
    body = b'{"query": "\\ud83d\\ude00 \\u0642\\u0646\\u0627\\u0629"}'

    assert client.post("/v1/search", content=body, headers=JSON).json()["query"] == "😀 قناة"


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_body_that_is_not_declared_as_json_is_refused(
    client: TestClient, media_type: str | None
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.post("/v1/ask", content=b'{"question": "a"}', headers=headers)

    assert error_of(response, 415)["code"] == "unsupported_media_type"


def test_a_json_body_may_name_its_charset(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    body = '{"query": "قناة"}'.encode()

    assert client.post("/v1/search", content=body, headers=headers).status_code == 200
