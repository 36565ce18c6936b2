"""Editing over HTTP: from a file to an answer, and away again."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelError
from rag.ingest import Ingester
from rag.settings import load_settings
from server.schemas import (
    FeedbackListOut,
    StatusOut,
    UnansweredListOut,
    UploadListOut,
    UploadReplyOut,
)
from tests.fakes import ARTICLES
from tests.server.conftest import MakeClient
from tests.server.desk import AS_EDITOR, KEY, Desk, opened_desk, shared_service, word_file
from tests.server.running import wait_until
from tests.server.shape import error_of

CANAL = "افتُتحت قناة السويس في 17 نوفمبر 1869. ويبلغ طول القناة اليوم 193 كيلومترًا."
NEWER = "افتُتحت قناة السويس في 6 أغسطس 2015 موسّعة. ويبلغ طول القناة اليوم 193 كيلومترًا."
QUESTION = "متى افتُتحت قناة السويس؟"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


def test_an_empty_collection_answers_once_a_file_was_sent(desk: Desk) -> None:
    assert error_of(desk.client.get("/readyz"), 503)["code"] == "index_empty"
    sent = desk.sent("suez.txt", CANAL)

    assert (sent["state"], sent["article_id"], sent["error"]) == ("done", "suez", None)
    assert desk.client.get("/readyz").status_code == 200
    assert desk.cited(QUESTION) == {"suez"}


def test_an_article_is_sent_replaced_and_removed_and_each_answer_knows(desk: Desk) -> None:
    desk.engine.ingester.add(ARTICLES[3:])
    desk.sent("suez.docx", word_file(CANAL))
    assert "1869" in desk.ask(QUESTION)["answer"]

    again = desk.sent("suez.docx", word_file(NEWER), replace=True)
    assert (again["state"], again["replaced"]) == ("done", True)
    answer = desk.ask(QUESTION)
    assert "2015" in answer["answer"]
    assert "1869" not in str(answer)

    assert desk.remove("suez").status_code == 204
    assert desk.cited(QUESTION) == set()
    assert "suez" not in str(desk.ask(QUESTION))
    assert desk.ids() == {"aral-en"}
    assert error_of(desk.client.get("/v1/articles/suez"), 404)["code"] == "article_not_found"


def test_the_last_article_can_be_removed_and_another_sent(desk: Desk) -> None:
    desk.sent("suez.txt", CANAL)
    desk.remove("suez")
    assert error_of(desk.client.get("/readyz"), 503)["code"] == "index_empty"

    desk.sent("suez.txt", NEWER)
    assert "2015" in desk.ask(QUESTION)["answer"]


def test_the_reply_to_a_file_is_202_and_the_list_tells_of_all_newest_first(desk: Desk) -> None:
    response = desk.send("قناة.txt", CANAL)
    upload = response.json()["upload"]
    assert response.status_code == 202
    assert set(upload) == {
        "id", "filename", "size", "state", "article_id", "title", "replaced", "error", "received",
    }  # fmt: skip
    assert (upload["filename"], upload["size"]) == ("قناة.txt", len(CANAL.encode()))
    assert upload["state"] == "waiting"
    assert datetime.fromisoformat(upload["received"]).tzinfo is not None

    later = desk.sent("other.txt", "The Aral Sea was once a large lake. It shrank.")
    listed = desk.get("/v1/uploads").json()["uploads"]
    assert [each["id"] for each in listed] == [later["id"], upload["id"]]
    assert listed[0] == later


def test_what_is_sent_is_what_the_documentation_says(desk: Desk) -> None:
    desk.sent("bad.docx", b"no archive")
    desk.client.post("/v1/feedback", json={"answer_id": "a1", "rating": "down"})
    desk.engine.ingester.add(ARTICLES)
    desk.ask("Who invented the telephone?")
    wait_until(lambda: desk.get("/v1/unanswered").json()["total"] == 1)
    pages: list[tuple[Any, str]] = [
        (UploadListOut, "/v1/uploads"),
        (FeedbackListOut, "/v1/feedback"),
        (UnansweredListOut, "/v1/unanswered"),
        (StatusOut, "/v1/status"),
    ]
    for model, path in pages:
        model.model_validate(desk.get(path).json())
    UploadReplyOut.model_validate(desk.send("a.txt", CANAL).json())


def test_a_taken_id_is_told_and_the_article_stays(desk: Desk) -> None:
    desk.sent("suez.txt", CANAL)
    refused = desk.sent("suez.txt", NEWER)

    assert refused["state"] == "failed"
    assert refused["error"]["code"] == "article_exists"
    assert "'suez'" in refused["error"]["message"]
    assert "1869" in desk.ask(QUESTION)["answer"]


def test_removing_what_is_not_there_is_a_404(desk: Desk) -> None:
    assert error_of(desk.remove("none"), 404)["code"] == "article_not_found"
    assert error_of(desk.remove("..%2fetc"), 404)
    assert error_of(desk.remove("-"), 422)


def test_an_upload_that_is_not_known_is_a_404(desk: Desk) -> None:
    assert error_of(desk.get("/v1/uploads/none"), 404)["code"] == "upload_not_found"


def test_the_status_counts_and_tells_no_path(desk: Desk, tmp_path: Path) -> None:
    desk.engine.ingester.add(ARTICLES)
    response = desk.get("/v1/status")

    assert response.json()["articles"] == {"ar": 2, "en": 2}
    assert "home" not in response.json()
    assert str(tmp_path) not in response.text


def test_readers_are_answered_while_a_file_is_indexed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.engine.ingester.add(ARTICLES)
    gate = threading.Event()
    really = Ingester._write

    def slowly(self: Ingester, *given: Any) -> None:
        gate.wait(30)
        really(self, *given)

    monkeypatch.setattr(Ingester, "_write", slowly)
    upload = desk.send("new.txt", NEWER).json()["upload"]
    wait_until(lambda: desk.upload(upload["id"])["state"] == "indexing")

    assert desk.cited(QUESTION) == {"suez-ar"}
    assert desk.upload(upload["id"])["state"] == "indexing"
    gate.set()
    assert desk.ended(upload["id"])["state"] == "done"
    assert "new" in desk.ids()


@pytest.mark.slow
def test_no_answer_mixes_two_versions_while_files_are_replaced(desk: Desk) -> None:
    service = shared_service(desk.engine)
    desk.sent("canal.txt", _version(0))
    stop = threading.Event()

    def read() -> list[set[str]]:
        seen = []
        while not stop.is_set():
            found = service.search("How long is the canal?").passages
            seen.append({match for each in found for match in re.findall(r"v(\d+)", each.text)})
        return seen

    with ThreadPoolExecutor(6) as pool:
        reading = [pool.submit(read) for _ in range(6)]
        try:
            for number in range(1, 7):
                ended = desk.sent("canal.txt", _version(number), replace=True)
                assert ended["state"] == "done", ended
                assert f"v{number} " in desk.ask("How deep is the harbour?")["answer"]
        finally:
            stop.set()
        seen = [versions for each in reading for versions in each.result()]
    service.close()

    assert {len(versions) for versions in seen} == {1}
    assert len(set.union(*seen)) > 1


def _version(number: int) -> str:
    return f"The canal is v{number} long today. Its harbour is v{number} deep."


def test_a_server_whose_model_is_missing_takes_no_file(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: object) -> None:
        raise ModelError("the model is missing")

    monkeypatch.setattr("rag.compose.open_service_and_ingester", fail)
    client = make_client(admin_key=load_settings(admin_key=KEY).admin_key)
    response = client.post("/v1/articles", files={"file": ("a.txt", CANAL)}, headers=AS_EDITOR)

    assert error_of(response, 503)["code"] == "bad_model"
