"""The whole way with the bundled model: an Arabic file over HTTP, and answers from it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embeddings.calibrated import CalibratedEncoder
from rag.settings import load_settings
from server.app import create_app
from tests.server.desk import AS_EDITOR, KEY, word_file
from tests.server.running import serving

OPENED = (
    "افتُتح متحف البادية في مدينة تدمر يوم 12 أيار 2019، ويضم ستمئة قطعة أثرية.",
    "وقال مدير المتحف سامر الخطيب إن الدخول مجاني للطلاب.",
)
CORRECTED = (
    "افتُتح متحف البادية في مدينة تدمر يوم 3 حزيران 2020، ويضم ثمانمئة قطعة أثرية.",
    "وقال مدير المتحف سامر الخطيب إن الدخول مجاني للطلاب.",
)
MARKET = "# سوق الحميدية\n\nيعود سوق الحميدية في دمشق إلى العهد العثماني، وفيه مئات الدكاكين."
TITLE = "متحف البادية في تدمر"
QUESTION = "متى افتُتح متحف البادية في تدمر؟"

pytestmark = pytest.mark.slow


@pytest.fixture
def client(
    tmp_path: Path, encoder: CalibratedEncoder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx2.Client]:
    """A server that was started over nothing. The model was made ready once for all tests."""
    monkeypatch.setattr("rag.compose.open_encoder", lambda _settings: encoder)
    settings = load_settings(home=tmp_path / "home", admin_key=KEY)
    with serving(create_app(settings)) as (host, port):
        address = f"http://{host}:{port}"
        with httpx2.Client(base_url=address, timeout=60, trust_env=False) as client:
            yield client


def _send(
    client: httpx2.Client, name: str, content: bytes, *, replace: bool = False
) -> dict[str, Any]:
    query = "?replace=true" if replace else ""
    files = {"file": (name, content)}
    response = client.post(f"/v1/articles{query}", files=files, headers=AS_EDITOR)
    assert response.status_code == 202, response.text
    address = f"/v1/uploads/{response.json()['upload']['id']}"
    for _ in range(600):
        upload = dict(client.get(address, headers=AS_EDITOR).json())
        if upload["state"] in ("done", "failed"):
            return upload
        time.sleep(0.1)
    raise AssertionError(upload)


def _ask(client: httpx2.Client) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": QUESTION})
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_an_arabic_file_is_sent_asked_about_replaced_and_removed(client: httpx2.Client) -> None:
    assert client.get("/readyz").status_code == 503
    assert _send(client, "سوق.md", MARKET.encode())["state"] == "done"
    assert _ask(client)["status"] == "abstained"
    sent = _send(client, "متحف.docx", word_file(*OPENED, title=TITLE))
    assert (sent["state"], sent["title"]) == ("done", TITLE), sent
    answer = _ask(client)
    assert answer["status"] == "answered"
    assert "12 أيار 2019" in answer["answer"]
    article = client.get(f"/v1/articles/{sent['article_id']}").json()
    for quote in answer["citations"]:
        assert article["text"][quote["start"] : quote["end"]] == quote["quote"]

    refused = _send(client, "متحف.docx", word_file(*CORRECTED, title=TITLE))
    assert refused["error"]["code"] == "article_exists"
    assert "2019" in _ask(client)["answer"]

    replaced = _send(client, "متحف.docx", word_file(*CORRECTED, title=TITLE), replace=True)
    assert (replaced["state"], replaced["article_id"]) == ("done", sent["article_id"])
    answer = _ask(client)
    assert "3 حزيران 2020" in answer["answer"]
    assert "2019" not in str(answer)

    removed = client.delete(f"/v1/articles/{sent['article_id']}", headers=AS_EDITOR)
    assert removed.status_code == 204
    answer = _ask(client)
    assert answer["status"] == "abstained"
    assert sent["article_id"] not in str(answer)
