"""Both kinds of vector indexes against brute force, and the way from one to the other."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from benchmarks.vectors import ClusteredVectors
from rag import vector_cells
from rag.vector_cells import Cells, Ids, Vectors, cell_count, selector
from rag.vector_index import Exact, VectorIndex, in_cells, open_index, settled, suffix_of

DIM = 64
COUNT = 4000
MADE = ClusteredVectors(COUNT, dim=DIM)
VECTORS = MADE.all()
IDS: Ids = np.arange(COUNT) * 3 + 7
"""With gaps, as after articles have gone."""
QUESTIONS = MADE.questions(20)


def _exact(ids: Ids = IDS, vectors: Vectors = VECTORS) -> Exact:
    index = Exact.empty(DIM)
    index.add(ids, vectors)
    return index


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cells") / "ar-1.cells"
    in_cells(_exact()).save(path)
    return path


@pytest.fixture
def cells(snapshot: Path) -> Cells:
    """The vectors in cells, mapped from a snapshot."""
    return Cells.open(snapshot)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few vectors are compared one by one that most filters are not."""
    monkeypatch.setattr(vector_cells, "FEW", 10)


def _nearest(ids: Ids, k: int) -> list[set[int]]:
    """By brute force, among the vectors of these ids."""
    cosines = QUESTIONS @ VECTORS[(ids - 7) // 3].T
    return [set(ids[row].tolist()) for row in np.argsort(-cosines, axis=1)[:, :k]]


def _recall(index: VectorIndex, ids: Ids, k: int, allowed: Ids | None = None) -> float:
    found = index.search(QUESTIONS, k, allowed)[1].tolist()
    pairs = zip(found, _nearest(ids, k), strict=True)
    return float(np.mean([len(set(row) & true) / len(true) for row, true in pairs]))


def _some(share: float) -> Ids:
    count = max(1, round(share * COUNT))
    return np.sort(np.random.default_rng(count).choice(IDS, count, replace=False))


def test_cells_find_what_brute_force_finds(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cells, "PROBED_CELLS", cells.cells // 2)
    assert _recall(cells, IDS, 10) >= 0.98
    assert _recall(cells, IDS, 100) >= 0.95


def test_cosines_are_those_of_the_vectors_best_first(cells: Cells) -> None:
    cosines, ids = cells.search(QUESTIONS, 30, None)
    assert (np.diff(cosines, axis=1) <= 0).all()
    for question, row, found in zip(QUESTIONS, cosines, ids, strict=True):
        assert row == pytest.approx(VECTORS[(found - 7) // 3] @ question, abs=1e-5)


@pytest.mark.parametrize("share", [0.0003, 0.002, 0.01, 0.1, 0.5, 0.99])
@pytest.mark.usefixtures("few")
def test_a_filter_lets_through_only_what_is_allowed_and_loses_little(
    cells: Cells, share: float
) -> None:
    allowed = _some(share)
    found = cells.search(QUESTIONS, 10, allowed)[1]
    assert set(found.ravel().tolist()) <= {-1, *allowed.tolist()}
    assert _recall(cells, allowed, 10, allowed) >= 0.95


def test_few_allowed_vectors_are_compared_one_by_one(cells: Cells) -> None:
    allowed = _some(0.1)
    assert _recall(cells, allowed, 100, allowed) == 1.0


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("ids", [[], [1], [10**7], [8, 9, 10**7]], ids=str)
def test_ids_that_are_elsewhere_are_not_found(cells: Cells, ids: list[int]) -> None:
    allowed = np.array(ids, dtype=np.int64)
    assert (cells.search(QUESTIONS, 5, allowed)[1] == -1).all()
    with_one = np.append(allowed, IDS[3])
    found = set(cells.search(QUESTIONS, 5, with_one)[1].ravel().tolist())
    assert found - {-1} == {int(IDS[3])}


def _changed(index: VectorIndex) -> Ids:
    """Take vectors away and bring other ids for some of them; what is there then."""
    index.remove(IDS[::4])
    index.remove(IDS[::4])
    back = IDS[::8]
    index.add(back + 3 * COUNT, VECTORS[::8])
    index.remove(back[:5] + 3 * COUNT)
    return np.sort(np.concatenate([np.setdiff1d(IDS, IDS[::4]), back[5:] + 3 * COUNT]))


def test_what_changes_is_found_and_what_went_is_not(cells: Cells) -> None:
    exact = _exact()
    there = _changed(exact)
    assert _changed(cells).tolist() == there.tolist() == cells.ids.tolist() == exact.ids.tolist()
    assert len(cells) == len(exact) == there.size
    for allowed in (None, there[there % 2 == 0]):
        expected, found = exact.search(QUESTIONS, 10, allowed), cells.search(QUESTIONS, 10, allowed)
        assert not set(found[1].ravel().tolist()) - set(there.tolist())
        assert found[0].mean() == pytest.approx(expected[0].mean(), rel=0.02)
    assert (cells.vectors(there) == exact.vectors(there)).all()


def test_a_snapshot_of_what_changed_gives_the_same_answers(cells: Cells, tmp_path: Path) -> None:
    _changed(cells)
    cells.save(tmp_path / "again.cells")
    again = open_index(tmp_path / "again.cells")
    assert again.ids.tolist() == cells.ids.tolist()
    for allowed in (None, IDS[::3]):
        for one, other in zip(
            cells.search(QUESTIONS, 20, allowed), again.search(QUESTIONS, 20, allowed), strict=True
        ):
            assert one == pytest.approx(other, abs=1e-6)


def test_a_snapshot_is_not_changed_by_what_comes_and_goes(snapshot: Path, cells: Cells) -> None:
    before = hashlib.sha256(snapshot.read_bytes()).hexdigest()
    _changed(cells)
    assert hashlib.sha256(snapshot.read_bytes()).hexdigest() == before


def test_everything_may_go_and_come_again(cells: Cells) -> None:
    cells.remove(IDS)
    assert len(cells) == 0
    assert (cells.search(QUESTIONS, 5, None)[1] == -1).all()
    cells.add(IDS[:9] + 10**5, VECTORS[:9])
    assert set(cells.search(QUESTIONS, 9, IDS[:9] + 10**5)[1][0].tolist()) == set(
        (IDS[:9] + 10**5).tolist()
    )


def test_the_same_vectors_make_the_same_file(snapshot: Path, tmp_path: Path) -> None:
    in_cells(_exact()).save(tmp_path / "again.cells")
    assert (tmp_path / "again.cells").read_bytes() == snapshot.read_bytes()


def test_the_kind_follows_the_number_there_and_back() -> None:
    exact = _exact()
    assert settled(exact, DIM, COUNT) is exact
    cells = settled(exact, DIM, COUNT - 1)
    assert (suffix_of(exact), suffix_of(cells)) == (".faiss", ".cells")
    cells.remove(IDS[: COUNT // 3])
    assert settled(cells, DIM, COUNT - 1) is cells, "a little below the threshold it stays"
    cells.remove(IDS[: COUNT * 2 // 3])
    back = settled(cells, DIM, COUNT - 1)
    assert suffix_of(back) == ".faiss"
    assert back.ids.tolist() == IDS[COUNT * 2 // 3 :].tolist()
    assert (back.vectors(back.ids) == VECTORS[COUNT * 2 // 3 :]).all()


def test_cells_that_were_outgrown_are_found_anew() -> None:
    small = in_cells(_exact(IDS[:500], VECTORS[:500]))
    small.add(IDS[500:], VECTORS[500:])
    grown = settled(small, DIM, 100)
    assert isinstance(grown, Cells)
    assert (small.cells, grown.cells) == (cell_count(500), cell_count(COUNT))
    assert grown.ids.tolist() == IDS.tolist()


def test_a_selector_knows_its_ids() -> None:
    chosen = selector(np.array([0, 7, 8, 4000], dtype=np.int64))
    assert [i for i in range(5000) if chosen.is_member(i)] == [0, 7, 8, 4000]
