"""`GET /v1/articles` and `GET /v1/articles/{id}`."""

import pytest
from starlette.testclient import TestClient

from tests.server.shape import error_of


def test_an_article_has_exactly_the_contract_s_fields(client: TestClient) -> None:
    article = client.get("/v1/articles/suez-canal-ar").json()

    assert list(article) == [
        "id",
        "title",
        "language",
        "direction",
        "text",
        "url",
        "published",
        "metadata",
    ]
    assert (article["direction"], article["published"]) == ("rtl", "2021-04-05")


def test_an_article_does_not_tell_where_its_file_is(client: TestClient) -> None:
    assert "secret" not in client.get("/v1/articles/suez-canal-ar").text
    assert "secret" not in client.get("/v1/articles").text


def test_an_article_that_is_not_there_is_a_404_in_the_one_shape(client: TestClient) -> None:
    error = error_of(client.get("/v1/articles/no-such-article"), 404)

    assert error["code"] == "article_not_found"


@pytest.mark.parametrize("article_id", ["%00", "a%20b", "-a", "قناة", "a" * 129, "a%0A"])
def test_an_id_that_no_article_can_have_is_refused(client: TestClient, article_id: str) -> None:
    error = error_of(client.get(f"/v1/articles/{article_id}"), 422)

    assert error["message"].startswith("id: ")


def test_the_list_of_articles_is_paged(client: TestClient) -> None:
    first = client.get("/v1/articles", params={"limit": 2}).json()
    second = client.get("/v1/articles", params={"limit": 2, "offset": 2}).json()

    assert list(first) == ["articles", "total", "offset", "limit"]
    assert (first["total"], second["offset"], second["limit"]) == (3, 2, 2)
    ids = [article["id"] for article in first["articles"] + second["articles"]]
    assert sorted(ids) == ["petra-ar", "suez-canal-ar", "suez-canal-en"]


def test_the_list_can_be_limited_to_a_language(client: TestClient) -> None:
    page = client.get("/v1/articles", params={"language": "ar"}).json()

    assert page["total"] == 2
    assert {article["direction"] for article in page["articles"]} == {"rtl"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("language=arabic", "language"),
        ("page=2", "page"),
    ],
)
def test_a_query_parameter_that_is_unknown_or_out_of_bounds_is_refused_by_name(
    client: TestClient, query: str, field: str
) -> None:
    assert error_of(client.get(f"/v1/articles?{query}"), 422)["message"].startswith(f"{field}: ")
