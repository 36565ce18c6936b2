"""A run comes back from its file as it was, or the file is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.results import load_run, save_run
from rag.errors import InputError
from tests.evals.made import row, run_of

RUN = run_of(
    row(facts=1.0, supported=0.5, confidence=0.1),
    row("typo", perturbation="typo", twin="opened", question="متى افتتحت\u2028قناة السويس؟"),
    row("none", answerable=False, abstained=True),
    name="تجربة",
)


def _written(folder: Path) -> dict[str, Any]:
    save_run(RUN, folder / "run.json")
    data: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
    return data


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    save_run(RUN, tmp_path / "new" / "run.json")
    assert load_run(tmp_path / "new" / "run.json") == RUN


def test_a_run_that_is_read_and_written_again_is_the_same_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    save_run(RUN, one)
    save_run(load_run(one), two)
    assert one.read_bytes() == two.read_bytes()


def test_arabic_stays_readable_in_the_file(tmp_path: Path) -> None:
    save_run(RUN, tmp_path / "run.json")
    assert "تجربة" in (tmp_path / "run.json").read_text("utf-8")


def test_a_row_is_answerable_if_it_has_gold() -> None:
    assert [row.answerable for row in RUN.rows] == [True, True, False]


def test_a_run_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(_written(tmp_path) | {"version": 0}), "utf-8")
    with pytest.raises(InputError, match=r"run\.json: made by another version; run the evals"):
        load_run(path)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "null", "{}", '{"version": 1}', "\ufeff"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"run\.json: not a run of the evals"):
        load_run(path)


@pytest.mark.parametrize("place", ["rows", "provenance"])
def test_a_run_with_a_field_too_few_or_too_many_is_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "run.json"
    for change in ({"surplus": 1}, None):
        data = _written(tmp_path)
        fields = data["rows"][0]["scores"] if place == "rows" else data["provenance"]
        fields.update(change) if change else fields.popitem()
        path.write_text(json.dumps(data), "utf-8")
        with pytest.raises(InputError, match="not a run of the evals"):
            load_run(path)


def test_a_run_that_is_missing_says_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: there is no such run; 'dalil eval run'"):
        load_run(tmp_path / "nowhere.json")


def test_a_folder_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        load_run(tmp_path)
