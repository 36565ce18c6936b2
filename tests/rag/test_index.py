"""The derived indexes as one: caught up or rebuilt, whole or damaged, the same answers."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.index import SearchIndex, Statistics
from rag.query import Query
from rag.store import Vector, View
from rag.types import Article, Filters, Language
from rag.words import word_language
from tests.fakes import ARTICLES, DIM, NOTHING_NEW, Engine, article, open_engine

QUESTIONS: tuple[tuple[str, Language], ...] = (
    ("قناة السويس", "ar"),
    ("مدينة أثرية", "ar"),
    ("Suez Canal opened", "en"),
    ("largest lake", "en"),
)


@dataclass(frozen=True)
class Answers:
    """All that an index says of the questions."""

    nearest: list[list[int]]
    matching: list[list[int]]
    statistics: list[Statistics]
    near_words: list[list[tuple[int, float]]]


def _answers(engine: Engine, index: SearchIndex) -> Answers:
    with engine.store.reading() as view, index.at(view) as current:
        assert current is index
        return _ask(engine, view, index)


def _ask(engine: Engine, view: View, index: SearchIndex) -> Answers:
    queries = [(engine.query(text), language) for text, language in QUESTIONS]
    allowed = view.matching_chunks(Filters(languages=("ar", "en")))
    return Answers(
        [index.nearest(q.vector, language, 50, None) for q, language in queries]
        + [index.nearest(q.vector, language, 50, allowed) for q, language in queries],
        [sorted(index.matching(q.terms, language, 50, Filters())) for q, language in queries],
        [index.statistics(q.terms, language) for q, language in queries],
        [
            sorted((i, round(cosine, 6)) for i, cosine in near.items())
            for q, _language in queries
            for near in index.near_words(_word_vectors(engine, q), 50)
        ],
    )


def _word_vectors(engine: Engine, query: Query) -> Vector:
    return engine.encoder.encode_words(query.words, [word_language(w) for w in query.words])


def _fresh(engine: Engine) -> SearchIndex:
    """The index as another process opens it."""
    return SearchIndex(engine.folder / "index", DIM)


def _rebuilt(folder: Path) -> SearchIndex:
    """The index made from nothing but the store."""
    return SearchIndex(folder / "from-nothing", DIM)


def _more(n: int) -> list[Article]:
    return [article(f"more-{i}", f"A canal and a lake number {i}.", "en") for i in range(n)]


def test_an_index_is_of_the_view_s_generation(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    index = _fresh(engine)
    with engine.store.reading() as view, index.at(view):
        assert index.languages == ("ar", "en")
        assert index.statistics(["1869"], "en") == Statistics(2, {"1869": 1})


@pytest.mark.parametrize("steps", [1, 5])
def test_catching_up_with_what_was_added_equals_rebuilding(tmp_path: Path, steps: int) -> None:
    engine = open_engine(tmp_path)
    index = _fresh(engine)
    engine.ingester.add(ARTICLES)
    for step in range(steps):
        _answers(engine, index)
        engine.ingester.add(_more(12)[step::steps])
    assert _answers(engine, index) == _answers(engine, _rebuilt(tmp_path))
    assert _answers(engine, _fresh(engine)) == _answers(engine, _rebuilt(tmp_path))


def _change(engine: Engine, index: SearchIndex) -> None:
    """Add, change and remove in turn, with an index that catches up each time."""
    engine.ingester.add([*ARTICLES, *_more(20)])
    _answers(engine, index)
    engine.ingester.add([article("more-3", "A harbour."), article("suez-en", "It was dug.")])
    _answers(engine, index)
    engine.store.write(
        [], ["more-5", "suez-ar"], NOTHING_NEW, fingerprint="fake", pipeline=engine.indexer.pipeline
    )
    _answers(engine, index)
    engine.ingester.add([article("more-5", "قناة بنما.", "ar")])


def test_catching_up_with_changes_and_removals_finds_what_a_rebuilt_index_finds(
    tmp_path: Path,
) -> None:
    engine = open_engine(tmp_path)
    index = _fresh(engine)
    _change(engine, index)
    rebuilt = _answers(engine, _rebuilt(tmp_path))
    for caught_up in (_answers(engine, index), _answers(engine, _fresh(engine))):
        assert caught_up.matching == rebuilt.matching
        assert [sorted(ids) for ids in caught_up.nearest] == [sorted(i) for i in rebuilt.nearest]


def test_catching_up_with_removals_weighs_terms_as_a_rebuilt_index_does(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    index = _fresh(engine)
    _change(engine, index)
    rebuilt = _answers(engine, _rebuilt(tmp_path))
    assert _answers(engine, index).statistics == rebuilt.statistics


def test_an_index_from_the_future_of_the_store_is_rebuilt(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    shutil.copy(engine.store.path, tmp_path / "backup.db")
    engine.ingester.add(_more(20))
    engine.store.close()
    shutil.copy(tmp_path / "backup.db", engine.store.path)
    assert _answers(engine, _fresh(engine)) == _answers(engine, _rebuilt(tmp_path))


def test_derived_files_that_are_gone_are_made_again(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    expected = _answers(engine, engine.index)
    shutil.rmtree(tmp_path / "index")
    assert _answers(engine, _fresh(engine)) == expected


def _flip(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    flipped = data[place] ^ (1 << dice.randrange(8))
    return data[:place] + bytes([flipped]) + data[place + 1 :]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _junk(data: bytes, dice: random.Random) -> bytes:
    return data + dice.randbytes(dice.randint(1, 64))


Damage = Callable[[bytes, random.Random], bytes]


def _restore(whole: Path, folder: Path) -> None:
    """Put the whole files back; an index still open may make a lock file meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder, dirs_exist_ok=True)


def _derived_files(folder: Path, *, manifests: bool) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.stat().st_size
        and not path.name.endswith(".lock")
        and (path.name in {"dense.json", "lexical.json"}) is manifests
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "times"), [(_flip, 120), (_cut, 50), (_junk, 30)], ids=["flip", "cut", "junk"]
)
def test_a_damaged_file_is_refused_and_the_answers_stay_the_same(
    tmp_path: Path, damage: Damage, times: int
) -> None:
    engine = open_engine(tmp_path)
    engine.ingester.add([*ARTICLES, *_more(6)])
    expected = _answers(engine, engine.index)
    whole = tmp_path / "whole"
    shutil.copytree(tmp_path / "index", whole)
    dice = random.Random(times)
    for _ in range(times):
        _restore(whole, tmp_path / "index")
        path = dice.choice(_derived_files(tmp_path / "index", manifests=False))
        path.write_bytes(damage(path.read_bytes(), dice))
        assert _answers(engine, _fresh(engine)) == expected, path


def _every_flip(data: bytes) -> list[bytes]:
    return [
        data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]
        for place in range(len(data))
        for bit in range(8)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("dense.json"),
        pytest.param("lexical.json"),
    ],
)
def test_a_manifest_s_generation_is_not_believed_when_it_was_damaged(
    tmp_path: Path, name: str
) -> None:
    # Generations 2 and 3 differ in one bit; the manifest is of 2, the store of 3.
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES[:2])
    engine.ingester.add(_more(20))
    whole = tmp_path / "whole"
    shutil.copytree(tmp_path / "index", whole)
    engine.store.write(
        [], ["more-1"], NOTHING_NEW, fingerprint="fake", pipeline=engine.indexer.pipeline
    )
    expected = _answers(engine, _rebuilt(tmp_path))
    manifest = (whole / name).read_bytes()
    line = manifest.index(b"2", manifest.index(b'"generation"'))
    end = line + 1
    for flipped in _every_flip(manifest[line:end]):
        _restore(whole, tmp_path / "index")
        (tmp_path / "index" / name).write_bytes(manifest[:line] + flipped + manifest[end:])
        found = _answers(engine, _fresh(engine))
        assert found.matching == expected.matching, flipped
        assert [sorted(ids) for ids in found.nearest] == [
            sorted(ids) for ids in expected.nearest
        ], flipped
