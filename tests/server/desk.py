"""A server with editors, over a real collection with a small encoder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.admission import Admission
from rag.extractive_answerer import ExtractiveAnswerer
from rag.service import Service, ServiceConfig
from rag.settings import load_settings
from server.app import create_app
from tests.fakes import Engine, open_engine, plain_weights
from tests.server.running import wait_until

KEY = "canary-of-the-editors"
AS_EDITOR = {"Authorization": f"Bearer {KEY}"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What an editor has before him."""

    client: TestClient
    engine: Engine

    def send(
        self, name: str, content: str | bytes, *, replace: bool = False, **headers: str
    ) -> Any:
        """The reply to a file."""
        return self.client.post(
            "/v1/articles",
            params={"replace": "true" if replace else "false"},
            files={"file": (name, content)},
            headers=AS_EDITOR | headers,
        )

    def sent(self, name: str, content: str | bytes, *, replace: bool = False) -> dict[str, Any]:
        """A file that was taken, when it is done or has failed."""
        response = self.send(name, content, replace=replace)
        assert response.status_code == 202, response.text
        return self.ended(response.json()["upload"]["id"])

    def ended(self, upload_id: str) -> dict[str, Any]:
        wait_until(lambda: self.upload(upload_id)["state"] in ("done", "failed"), 30)
        return self.upload(upload_id)

    def upload(self, upload_id: str) -> dict[str, Any]:
        return dict(self.get(f"/v1/uploads/{upload_id}").json())

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(path, params=params, headers=AS_EDITOR)

    def remove(self, article_id: str) -> Any:
        return self.client.delete(f"/v1/articles/{article_id}", headers=AS_EDITOR)

    def ask(self, question: str) -> dict[str, Any]:
        response = self.client.post("/v1/ask", json={"question": question})
        assert response.status_code == 200, response.text
        return dict(response.json())

    def cited(self, question: str) -> set[str]:
        """The articles that the answer quotes."""
        return {citation["article_id"] for citation in self.ask(question)["citations"]}

    def ids(self) -> set[str]:
        return {each["id"] for each in self.client.get("/v1/articles").json()["articles"]}


def word_file(*paragraphs: str, title: str = "") -> bytes:
    """The bytes of a Word file."""
    word = docx.Document()
    if title:
        word.add_heading(title, level=0)
    for paragraph in paragraphs:
        word.add_paragraph(paragraph)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def shared_service(engine: Engine) -> Service:
    """A service over the engine's own index, as the server's is over the ingester's."""
    weights = plain_weights()
    config = ServiceConfig(engine.folder, "fake", engine.indexer.pipeline, 5, 2000)
    return Service(
        engine.store.path,
        engine.index,
        engine.encoder,
        weights,
        ExtractiveAnswerer(weights, 0.5),
        config,
        Admission(16),
    )


@contextmanager
def opened_desk(home: Path, changes: Mapping[str, Any] | None = None) -> Iterator[Desk]:
    """A desk over the collection in a folder, which may be empty; `changes` are to settings."""
    engine = open_engine(home)
    settings = load_settings(home=home).model_copy(
        update={"admin_key": SecretStr(KEY), **(changes or {})}
    )
    service = shared_service(engine)
    app = create_app(settings, service, engine.ingester)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(client, engine)
    service.close()
    engine.ingester.close()
