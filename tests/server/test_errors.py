"""The one shape of errors, the request id, and what must not be told."""

import logging

import pytest
from starlette.testclient import TestClient

from rag.errors import (
    ArticleNotFoundError,
    DalilError,
    EmptyIndexError,
    InputError,
    ModelChangedError,
    ModelError,
    QuestionError,
    SettingsError,
    StoreError,
)
from tests.server.conftest import MakeClient
from tests.server.fakes import ANSWERABLE_AR, FailingService
from tests.server.shape import error_of


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (QuestionError, 422),
        (InputError, 422),
        (ArticleNotFoundError, 404),
        (EmptyIndexError, 409),
        (ModelChangedError, 503),
        (StoreError, 503),
        (ModelError, 503),
    ],
)
def test_each_error_of_ours_has_its_status_and_keeps_its_code_and_message(
    make_client: MakeClient, kind: type[DalilError], status: int
) -> None:
    client = make_client(FailingService(kind("ما العمل؟ what to do")))
    error = error_of(client.post("/v1/ask", json={"question": ANSWERABLE_AR}), status)

    assert (error["code"], error["message"]) == (kind.code, "ما العمل؟ what to do")


@pytest.mark.parametrize(
    "secret", [RuntimeError("sk-canary"), SettingsError("sk-canary"), DalilError("sk-canary")]
)
def test_an_unexpected_error_is_a_500_that_tells_nothing(
    make_client: MakeClient, secret: Exception
) -> None:
    client = make_client(FailingService(secret))
    response = client.post("/v1/ask", json={"question": ANSWERABLE_AR})

    assert error_of(response, 500)["code"] == "internal_error"
    assert "canary" not in response.text


def test_an_unexpected_error_is_logged_once_with_the_request_s_id(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(FailingService(RuntimeError("boom")))
    with caplog.at_level(logging.ERROR):
        client.post("/v1/ask", json={"question": "متى؟"}, headers={"X-Request-ID": "my-id.7"})

    (record,) = caplog.records
    assert "my-id.7" in record.getMessage()
    assert record.exc_info is not None


def test_an_unknown_address_and_a_wrong_method_have_the_one_shape(client: TestClient) -> None:
    assert error_of(client.get("/v1/nothing"), 404)["code"] == "not_found"
    assert error_of(client.get("/v1/ask/"), 404)["code"] == "not_found"
    wrong = client.get("/v1/ask")
    assert error_of(wrong, 405)["code"] == "method_not_allowed"
    assert wrong.headers["allow"] == "POST"


def test_a_long_message_is_cut_between_words_below_one_kilobyte(make_client: MakeClient) -> None:
    message = "\\" * 200 + " قناة السويس" * 300
    client = make_client(FailingService(StoreError(message)))
    error = error_of(client.get("/readyz"), 503)

    assert error["message"].endswith("…")
    assert message.startswith(error["message"].removesuffix("…"))
    assert error["message"].removesuffix("…").endswith(("قناة", "السويس"))


def test_a_harmless_request_id_is_kept_and_any_other_is_replaced(client: TestClient) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "abc-1.2_3"})
    assert kept.headers["x-request-id"] == "abc-1.2_3"
    for bad in ("", "a b", "a" * 65, "<script>", "\u00b2", "a\tb"):
        given = client.get("/healthz", headers=[(b"X-Request-ID", bad.encode("latin-1"))])
        assert given.headers["x-request-id"] not in ("", bad)


def test_each_request_has_an_id_of_its_own_and_no_reply_may_be_sniffed(client: TestClient) -> None:
    replies = [client.get(path) for path in ("/healthz", "/v1/nothing", "/docs", "/openapi.json")]

    assert len({reply.headers["x-request-id"] for reply in replies}) == len(replies)
    assert {reply.headers["x-content-type-options"] for reply in replies} == {"nosniff"}


def test_what_was_sent_is_not_echoed_but_the_name_of_an_unknown_field_is_shown_safely(
    client: TestClient,
) -> None:
    body = {"question": ["canary"], "حقل\u202eمجهول\u0000" + "x" * 500: "canary"}
    response = client.post("/v1/ask", json=body)
    error = error_of(response, 422)

    assert "canary" not in response.text
    assert "حقل?مجهول?" in error["message"]


def test_many_wrong_fields_still_make_a_small_reply(client: TestClient) -> None:
    filters = {f"field{n}" * 20: n for n in range(50)}
    response = client.post("/v1/ask", json={"question": "س", "filters": filters})

    assert error_of(response, 422)["message"].endswith("and 47 more")
