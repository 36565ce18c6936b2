"""No input makes a 500: random JSON, near-valid requests and raw bytes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag.settings import load_settings
from server.app import create_app
from tests.server.fakes import FakeService
from tests.server.shape import error_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
TURNS = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system", "robot"]) | ANY_JSON,
        "content": st.text(max_size=20) | ANY_JSON,
    }
)
NEAR_VALID_CHAT = st.fixed_dictionaries(
    {
        "model": st.just("dalil") | ANY_JSON,
        "messages": st.lists(TURNS, max_size=4) | ANY_JSON,
    },
    optional={
        "stream": st.booleans() | ANY_JSON,
        "stream_options": st.dictionaries(st.just("include_usage"), ANY_JSON),
        "n": st.integers(0, 2),
        "temperature": ANY_JSON,
    },
)
NEAR_VALID = st.fixed_dictionaries(
    {"question": st.text(max_size=40) | ANY_JSON},
    optional={
        "top_k": st.integers() | ANY_JSON,
        "language": st.sampled_from(["ar", "en", "fr"]) | ANY_JSON,
        "stream": st.booleans() | ANY_JSON,
        "history": st.lists(TURNS, max_size=3) | ANY_JSON,
        "filters": st.fixed_dictionaries(
            {},
            optional={
                "languages": st.lists(st.sampled_from(["ar", "en", "xx", "١"])) | ANY_JSON,
                "sources": st.lists(st.text(max_size=9)) | ANY_JSON,
                "article_ids": st.lists(st.text(max_size=9)) | ANY_JSON,
                "published_from": st.dates().map(str) | ANY_JSON,
                "published_to": st.dates().map(str) | ANY_JSON,
            },
        ),
    },
)


@pytest.fixture(scope="module")
def fuzzed() -> TestClient:
    service: Any = FakeService()
    return TestClient(create_app(load_settings(), service), raise_server_exceptions=False)


def _check(response: Any) -> None:
    if response.status_code != 200:
        assert 400 <= response.status_code < 500
        error_of(response, response.status_code)


@settings(max_examples=200, deadline=None)
@given(body=NEAR_VALID | ANY_JSON)
def test_no_json_makes_a_500(fuzzed: TestClient, body: Any) -> None:
    _check(fuzzed.post("/v1/ask", json=body))


@settings(max_examples=200, deadline=None)
@given(body=NEAR_VALID_CHAT | ANY_JSON)
def test_no_json_makes_a_500_in_openai_s_shape_either(fuzzed: TestClient, body: Any) -> None:
    response = fuzzed.post("/v1/chat/completions", json=body)

    if response.status_code != 200:
        assert 400 <= response.status_code < 500
        assert set(response.json()["error"]) == {"message", "type", "code", "param"}
        assert len(response.content) < 1024


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60))
def test_no_bytes_make_a_500(fuzzed: TestClient, body: bytes) -> None:
    _check(fuzzed.post("/v1/search", content=body, headers={"Content-Type": "application/json"}))


@settings(max_examples=100, deadline=None)
@given(text=ANY_TEXT)
def test_no_question_makes_a_500_even_with_lone_surrogates(fuzzed: TestClient, text: str) -> None:
    escaped = "".join(f"\\u{unit:04x}" for unit in _utf16_units(text))
    body = f'{{"question": "{escaped}"}}'.encode()
    _check(fuzzed.post("/v1/ask", content=body, headers={"Content-Type": "application/json"}))


@settings(max_examples=100, deadline=None)
@given(segment=st.binary(min_size=1, max_size=20), offset=st.text(max_size=8))
def test_no_address_makes_a_500(fuzzed: TestClient, segment: bytes, offset: str) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in segment)
    _check(fuzzed.get(f"/v1/articles/{quoted}"))
    _check(fuzzed.get("/v1/articles", params={"offset": offset, "language": offset}))


def _utf16_units(text: str) -> list[int]:
    raw = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
