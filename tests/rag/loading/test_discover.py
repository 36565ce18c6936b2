import os
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.loading.discover import discover


def _write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("نص", encoding="utf-8")


def _names(folder: Path, *inputs: str) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in discover(inputs)]


def test_a_folder_gives_its_articles_and_those_of_its_subfolders_sorted(tmp_path: Path) -> None:
    _write(tmp_path, "b.txt", "a.md", "sub/deep/c.PDF", "sub/d.docx", "e.html")
    expected = ["a.md", "b.txt", "e.html", "sub/d.docx", "sub/deep/c.PDF"]
    assert _names(tmp_path, str(tmp_path)) == expected


def test_hidden_files_other_kinds_and_files_about_the_folder_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", ".hidden.txt", ".git/b.txt", "photo.png", "README.md", "LICENSE.txt")
    _write(tmp_path, "SOURCES.md", "sub/readme.md")
    assert _names(tmp_path, str(tmp_path)) == ["a.txt"]


def test_a_file_that_is_named_twice_comes_once(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "sub/b.txt")
    inputs = [str(tmp_path / "a.txt"), str(tmp_path), str(tmp_path / "sub" / ".." / "a.txt")]
    assert _names(tmp_path, *inputs) == ["a.txt", "sub/b.txt"]


def test_two_stars_reach_every_subfolder(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "x/b.txt", "x/y/c.txt", "x/y/d.md")
    expected = ["a.txt", "x/b.txt", "x/y/c.txt"]
    assert _names(tmp_path, str(tmp_path / "**" / "*.txt")) == expected


def test_a_glob_of_folders_opens_them(tmp_path: Path) -> None:
    _write(tmp_path, "2020/a.txt", "2021/b.txt", "other/c.txt")
    assert _names(tmp_path, str(tmp_path / "20*")) == ["2020/a.txt", "2021/b.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_found(tmp_path: Path) -> None:
    _write(tmp_path, "[قمة].txt")
    assert _names(tmp_path, str(tmp_path / "[قمة].txt")) == ["[قمة].txt"]


def test_a_named_file_of_an_unknown_kind_is_kept_so_that_loading_can_explain(
    tmp_path: Path,
) -> None:
    _write(tmp_path, "a.xls", "README.md")
    inputs = [str(tmp_path / "a.xls"), str(tmp_path / "README.md")]
    assert _names(tmp_path, *inputs) == ["README.md", "a.xls"]


@pytest.mark.parametrize("name", ["missing.txt", "missing", "*.txt", "**/*.pdf", "a\0b.txt"])
def test_an_input_that_stands_for_nothing_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(LoadError) as caught:
        discover([str(tmp_path / name)])
    assert "\n" not in str(caught.value)


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path, "secret/key.txt", "articles/a.txt")
    folder = tmp_path / "articles"
    os.symlink(tmp_path / "secret" / "key.txt", folder / "file.txt")
    os.symlink(tmp_path / "secret", folder / "folder")
    os.symlink(tmp_path / "nowhere.txt", folder / "broken.txt")
    os.symlink(folder / "a.txt", folder / "inside.txt")
    assert _names(folder, str(folder)) == ["a.txt"]
