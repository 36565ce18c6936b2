"""Dalil itself as one of the systems: the service behind `/v1/search`, with its defaults.

One collection holds both languages, and a question is asked of one by the filter.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.system import Texts
from rag.compose import open_service_and_ingester
from rag.settings import load_settings
from rag.types import Article, Filters


class Dalil:
    """Satisfies `System`. `models` holds the unpacked model and the converted one."""

    def __init__(self, models: Path, folder: Path) -> None:
        if not (folder / "models").exists():
            (folder / "models").symlink_to(models)
        self._service, self._ingester = open_service_and_ingester(load_settings(home=folder))

    def build(self, texts: Texts) -> None:
        self._ingester.add(
            [
                Article(article_id, "", text, language)
                for language, documents in texts.items()
                for article_id, text in documents
            ]
        )

    def open(self, languages: Sequence[str]) -> None:
        """The same whatever the languages: there is one index."""
        del languages
        self._service.prepare()

    def search(self, question: str, language: str, k: int) -> list[tuple[str, str]]:
        filters = Filters(languages=(language,))
        found = self._service.search(question, top_k=k, filters=filters).passages
        return [(passage.article_id, passage.text) for passage in found]


def make(model: Path, folder: Path) -> Dalil:
    return Dalil(model.parent, folder)
