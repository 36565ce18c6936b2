"""An ingest that is killed leaves a state from before or after a batch, and nothing else."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import pytest

from rag.errors import EmptyIndexError, StoreError
from rag.store import Store
from rag.types import Filters
from tests.fakes import open_engine, write_articles

BATCH = 32
ARTICLES = 3 * BATCH
KILLED = -signal.SIGKILL

pytestmark = pytest.mark.slow


class Victim:
    """The process that ingests, and how it is told to and killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders: IO[str] = process.stdin
        self._replies: IO[str] = process.stdout

    def ingest(
        self, home: Path, articles: Path, *, last: int = 0, seconds: float | None = None
    ) -> tuple[int, int]:
        """Exit code and operations; killed at the `last` one, or after so many seconds."""
        print(home, articles, last, sep="\t", file=self._orders, flush=True)
        child = int(self._replies.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        code, operations = self._replies.readline().split()
        return int(code), int(operations)


@pytest.fixture(scope="module")
def victim(root: Path) -> Iterator[Victim]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.rag.crash_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Victim(process)
        assert process.stdin is not None
        process.stdin.close()


def _write(folder: Path, version: int) -> None:
    write_articles(
        folder,
        {
            f"n{i:03d}": f"Text {i} of version {version}. It speaks of a canal."
            for i in range(ARTICLES)
        },
    )


def _texts(home: Path) -> dict[str, str] | None:
    """Of each article its version, or None where the store was not made yet."""
    try:
        store = Store(home / "dalil.db")
    except (EmptyIndexError, StoreError):
        # Killed before the tables were there: what is left can be made a store again.
        Store(home / "dalil.db", create=True).close()
        return None
    with closing(store), store.reading() as view:
        assert store.integrity_problems() == []
        return {
            article_id: view.article(article_id).text.split("version ")[1][0]
            for article_id in view.content_hashes()
        }


def _assert_between_batches(found: dict[str, str], before: str, after: str) -> None:
    """A number of whole batches, in order, are new; all others are as they were."""
    new = [article_id for article_id in sorted(found) if found[article_id] == after]
    assert len(new) % BATCH == 0
    assert new == [f"n{i:03d}" for i in range(len(new))]
    old = [article_id for article_id in found if found[article_id] != after]
    assert all(found[article_id] == before for article_id in old)
    assert not old or len(found) == ARTICLES


def _assert_searchable(home: Path, articles: int) -> None:
    """The derived indexes hold what the store holds, whatever was left of them."""
    engine = open_engine(home)
    with engine.store.reading() as view, engine.index.at(view) as index:
        vector = engine.query("canal").vector
        chunks = {int(i) for i in view.matching_chunks(Filters())}
        nearest = index.nearest(vector, "en", 10_000, None)
        assert len(nearest) == len(set(nearest))
        assert set(nearest) == chunks
        assert set(index.matching(["canal"], "en", 10_000, Filters())) == chunks
        assert len(view.content_hashes()) == articles


def _retry_until_it_gets_through(home: Path, articles: Path, kill: Callable[[], int]) -> None:
    """Kill again and again; every time the store must be between two batches."""
    _write(articles, 1)
    version = 1
    kills = 0
    for _ in range(10):
        kills += kill() == KILLED
        found = _texts(home) or {}
        _assert_between_batches(found, str(version - 1), str(version))
        if len(found) == ARTICLES and set(found.values()) == {str(version)}:
            # It got through: there is something new to do for the next.
            version += 1
            _write(articles, version)
    assert kills >= 3


def _assert_gets_through(victim: Victim, home: Path, articles: Path) -> None:
    assert victim.ingest(home, articles)[0] == 0
    found = _texts(home) or {}
    assert sorted(found) == [f"n{i:03d}" for i in range(ARTICLES)]
    assert len(set(found.values())) == 1
    _assert_searchable(home, ARTICLES)


def test_killed_at_any_operation_the_store_is_between_two_batches(
    victim: Victim, tmp_path: Path
) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    _write(articles, 1)
    _code, operations = victim.ingest(tmp_path / "whole", articles)
    dice = random.Random(1)
    _retry_until_it_gets_through(
        home, articles, lambda: victim.ingest(home, articles, last=dice.randint(1, operations))[0]
    )
    _assert_gets_through(victim, home, articles)


def test_killed_at_any_time_the_store_is_between_two_batches(
    victim: Victim, tmp_path: Path
) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    _write(articles, 1)
    started = time.perf_counter()
    victim.ingest(tmp_path / "whole", articles)
    whole = time.perf_counter() - started
    dice = random.Random(2)
    _retry_until_it_gets_through(
        home, articles, lambda: victim.ingest(home, articles, seconds=dice.uniform(0, whole))[0]
    )
    _assert_gets_through(victim, home, articles)


def test_killed_at_any_operation_the_derived_files_are_right_after_it(
    victim: Victim, tmp_path: Path
) -> None:
    whole, articles = tmp_path / "whole", tmp_path / "articles"
    _write(articles, 1)
    victim.ingest(whole, articles)
    for i in range(0, ARTICLES, 3):
        (articles / f"n{i:03d}.txt").unlink()
    shutil.copytree(whole, tmp_path / "count")
    _code, operations = victim.ingest(tmp_path / "count", articles)
    # The last operations are the indexes', when the store has been written.
    for last in range(max(operations - 24, 1), operations + 1, 2):
        home = tmp_path / f"home-{last}"
        shutil.copytree(whole, home)
        assert victim.ingest(home, articles, last=last)[0] == KILLED
        found = _texts(home)
        assert found is not None
        assert len(found) in {ARTICLES, ARTICLES - BATCH}
        _assert_searchable(home, len(found))
