"""A page as a test looks at it: its elements, their attributes and their texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from rag.types import Article
from tests.server import fakes

VOID = frozenset({"input", "link", "meta", "br"})


@dataclass
class Element:
    """An element; `text` is all that it holds, its children's too."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Parsed:
    """The elements of a page in their order."""

    elements: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def one(self, name: str) -> Element:
        (found,) = self.all(name)
        return found

    def having(self, attribute: str) -> list[Element]:
        return [element for element in self.elements if attribute in element.attributes]

    def links(self) -> list[str]:
        return [element.attributes["href"] for element in self.all("a")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parsed = Parsed()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.parsed.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parsed.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def parse(html: str) -> Parsed:
    """The page; a test fails here if its elements do not close in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.parsed


def show(monkeypatch: pytest.MonkeyPatch, articles: Sequence[Article]) -> None:
    """Put these articles into the collection in the place of its own."""
    monkeypatch.setattr(fakes, "ARTICLES", tuple(articles))


def get(client: TestClient, address: str, **headers: str) -> Parsed:
    return parse(client.get(address, headers=headers).text)
