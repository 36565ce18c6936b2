"""Finding a model's folder, or saying why not; and telling one model from another."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings.model_folder import find_model_folder, fingerprint_of, noted_fingerprint
from rag.errors import ModelError

SHAPING = {
    "config.json": b'{"hidden_size": 384}',
    "model.safetensors": bytes(range(256)) * 4,
    "tokenizer.json": '{"قمة": 1}'.encode(),
    "sentencepiece.bpe.model": b"\x0a\x05<unk>",
    "vocab.txt": "قمة\nsummit\n".encode(),
    "1_Pooling/config.json": b'{"pooling_mode": "mean"}',
}
UNRELATED = {
    "README.md": b"A description.",
    "pytorch_model.bin": b"\x80\x02",
    "onnx/model.onnx": b"\x08\x07",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    for name, content in (SHAPING | UNRELATED).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the notes go; not there yet."""
    return tmp_path / "home" / "models"


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _flip_unseen(path: Path) -> None:
    """Flip a bit and leave size and time as they were."""
    before = path.stat()
    _flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# Finding.


@pytest.mark.parametrize(
    "name",
    ["./nowhere", "/no/such/folder", "~/no-such-model-folder", "~no-such-user-of-dalil/model"],
)
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        find_model_folder(name)


def test_a_file_is_no_model_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="no such model folder"):
        find_model_folder(str(tmp_path / "file"))


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not a model folder .*modules\.json nor config\.json"):
        find_model_folder(str(tmp_path))


@pytest.mark.parametrize(
    "name", ["no-such-organisation/no-such-model", "bad name with spaces", "a/b/c"]
)
def test_a_name_that_the_hub_does_not_know_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(ModelError, match=r"give a folder, or 'bundled'") as caught:
        find_model_folder(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["modules.json", "config.json"])
def test_a_folder_with_either_file_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert find_model_folder(str(tmp_path)) == tmp_path


def test_a_folder_is_found_below_the_home_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert find_model_folder("~/model") == folder


# Telling apart.


@pytest.mark.parametrize("name", SHAPING)
def test_a_bit_of_what_shapes_a_vector_changes_the_fingerprint(folder: Path, name: str) -> None:
    before = fingerprint_of(folder)
    _flip(folder / name)
    assert fingerprint_of(folder) != before


@pytest.mark.parametrize("name", UNRELATED)
def test_what_shapes_no_vector_does_not_change_it(folder: Path, name: str) -> None:
    before = fingerprint_of(folder)
    _flip(folder / name)
    assert fingerprint_of(folder) == before
    (folder / name).unlink()
    assert fingerprint_of(folder) == before


def test_the_fingerprint_is_of_the_names_too(folder: Path) -> None:
    before = fingerprint_of(folder)
    (folder / "vocab.txt").rename(folder / "words.txt")
    assert fingerprint_of(folder) != before


def test_the_fingerprint_is_not_of_the_place_or_the_time(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    assert fingerprint_of(copy) == fingerprint_of(folder)


# Noting.


def test_a_noted_fingerprint_is_the_fingerprint(folder: Path, notes: Path) -> None:
    assert noted_fingerprint(folder, notes) == fingerprint_of(folder)
    assert noted_fingerprint(folder, notes) == fingerprint_of(folder)


def test_what_has_not_changed_is_not_read_again(folder: Path, notes: Path) -> None:
    noted = noted_fingerprint(folder, notes)
    # Only reading it could tell that this file is another one now.
    _flip_unseen(folder / "model.safetensors")
    assert noted_fingerprint(folder, notes) == noted != fingerprint_of(folder)


def _longer(folder: Path) -> None:
    path = folder / "model.safetensors"
    before = path.stat()
    path.write_bytes(path.read_bytes() + b"\0")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _later(folder: Path) -> None:
    path = folder / "model.safetensors"
    before = path.stat()
    _flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def _one_more(folder: Path) -> None:
    (folder / "added_tokens.json").write_text("{}")


def _one_less(folder: Path) -> None:
    (folder / "vocab.txt").unlink()


@pytest.mark.parametrize("change", [_longer, _later, _one_more, _one_less])
def test_what_has_changed_is_read_again(
    folder: Path, notes: Path, change: Callable[[Path], None]
) -> None:
    before = noted_fingerprint(folder, notes)
    change(folder)
    assert noted_fingerprint(folder, notes) == fingerprint_of(folder) != before
    # And noted again: the next start does not read it.
    after = noted_fingerprint(folder, notes)
    _flip_unseen(folder / "model.safetensors")
    assert noted_fingerprint(folder, notes) == after


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _empty(_data: bytes) -> bytes:
    return b""


def _not_text(data: bytes) -> bytes:
    return b"\xff" + data


def _other(data: bytes) -> bytes:
    marker = b'"fingerprint": "'
    start = data.index(marker) + len(marker)
    return data[:start] + b"0" * 32 + data[start + 32 :]


@pytest.mark.parametrize("damage", [_cut, _empty, _not_text, _other])
def test_a_damaged_note_is_written_anew(
    folder: Path, notes: Path, damage: Callable[[bytes], bytes]
) -> None:
    expected = noted_fingerprint(folder, notes)
    (note,) = notes.iterdir()
    whole = note.read_bytes()
    note.write_bytes(damage(whole))
    assert note.read_bytes() != whole
    assert noted_fingerprint(folder, notes) == expected
    assert [path.read_bytes() for path in notes.iterdir()] == [whole]


def test_two_folders_have_notes_of_their_own(folder: Path, notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    _flip_unseen(other / "model.safetensors")
    assert noted_fingerprint(folder, notes) != noted_fingerprint(other, notes)
    assert noted_fingerprint(folder, notes) == fingerprint_of(folder)
    assert noted_fingerprint(other, notes) == fingerprint_of(other)


def test_the_notes_do_not_go_into_the_model(folder: Path, notes: Path) -> None:
    before = sorted(folder.rglob("*"))
    noted_fingerprint(folder, notes)
    assert sorted(folder.rglob("*")) == before
