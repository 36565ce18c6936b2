"""Searching while the collection changes: no error, and no answer from two generations."""

import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rag.service import Service
from rag.types import Article, Filters
from tests.fakes import Engine, article, open_engine

SEARCHERS = 16
SWAPS = 30
ARTICLES = 12

pytestmark = pytest.mark.slow


def _generation(number: int) -> list[Article]:
    """Articles of which every sentence tells the generation."""
    return [
        article(f"a{i}", f"The canal of version {number} is long. Its harbour is v{number} deep.")
        for i in range(ARTICLES)
    ]


@dataclass
class Seen:
    """What the searchers saw, and what went wrong."""

    errors: list[BaseException] = field(default_factory=list)
    mixed: list[set[str]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    searches: int = 0


def _versions(texts: Iterable[str]) -> set[str]:
    return {version for text in texts for version in re.findall(r"\bv(?:ersion )?(\d+)", text)}


def _search_until(
    stop: threading.Event, service: Service, seen: Seen, lock: threading.Lock
) -> None:
    while not stop.is_set():
        try:
            passages = service.search("How long is the canal?", top_k=ARTICLES).passages
            answer = service.ask("How long is the canal?")
        except Exception as error:
            seen.errors.append(error)
            return
        found = _versions(passage.text for passage in passages)
        quoted = _versions(citation.quote for citation in answer.citations)
        with lock:
            seen.searches += 1
            seen.versions |= found | quoted
            seen.mixed.extend(one for one in (found, quoted) if len(one) > 1)


def _swap(engine: Engine, times: int) -> None:
    for number in range(1, times + 1):
        engine.ingester.add(_generation(number))


def _run(engine: Engine, services: list[Service]) -> Seen:
    engine.ingester.add(_generation(0))
    seen, stop, lock = Seen(), threading.Event(), threading.Lock()
    with ThreadPoolExecutor(SEARCHERS) as pool:
        for n in range(SEARCHERS):
            pool.submit(_search_until, stop, services[n % len(services)], seen, lock)
        try:
            _swap(engine, SWAPS)
        finally:
            stop.set()
    return seen


@pytest.mark.parametrize("services", [1, 3])
def test_searchers_see_one_generation_while_it_is_swapped(tmp_path: Path, services: int) -> None:
    engine = open_engine(tmp_path)
    seen = _run(engine, [engine.service() for _ in range(services)])
    assert seen.errors == []
    assert seen.mixed == []
    assert seen.searches >= SEARCHERS
    assert len(seen.versions) > 1


def test_after_the_swaps_the_index_is_that_of_the_store(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    service = engine.service()
    _run(engine, [service])
    with engine.store.reading() as view, engine.index.at(view) as index:
        nearest = index.nearest(engine.query("canal").vector, "en", 1000, None)
        assert sorted(nearest) == view.matching_chunks(Filters()).tolist()
    passages = service.search("How long is the canal?", top_k=ARTICLES).passages
    assert all(f"version {SWAPS} " in passage.text for passage in passages)


def test_threads_that_open_one_service_at_once_share_one_store(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(_generation(0))
    service = engine.service()
    with ThreadPoolExecutor(SEARCHERS) as pool:
        results = list(pool.map(lambda _: service.search("canal"), range(SEARCHERS)))
    assert all(result.passages == results[0].passages for result in results)


def test_two_ingests_at_once_lose_nothing(tmp_path: Path) -> None:
    engines = [open_engine(tmp_path), open_engine(tmp_path)]

    def add(n: int) -> None:
        for i in range(10):
            engines[n].ingester.add([article(f"e{n}-{i}", f"Text {i} of engine {n}.")])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, range(2)))
    with engines[0].store.reading() as view, engines[0].index.at(view) as index:
        assert view.generation == 20
        assert len(view.content_hashes()) == 20
        nearest = index.nearest(engines[0].query("text").vector, "en", 1000, None)
        assert sorted(nearest) == view.matching_chunks(Filters()).tolist()
