"""The manifest that makes a derived file trustworthy."""

from pathlib import Path

import pytest

from rag.derived import Manifest, checksums, files_match, read_manifest, write_manifest


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    (tmp_path / "a.faiss").write_bytes(b"one")
    (tmp_path / "b.faiss").write_bytes(b"two")
    return Manifest(3, "model/256+1/t1", 70, checksums(tmp_path, ["b.faiss", "a.faiss"]))


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path, manifest: Manifest) -> None:
    write_manifest(tmp_path / "dense.json", manifest)
    assert read_manifest(tmp_path / "dense.json") == manifest
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.faiss", "b.faiss", "dense.json"]


def test_checksums_are_sha256(manifest: Manifest) -> None:
    # printf one | sha256sum
    assert manifest.files["a.faiss"].startswith("7692c3ad3540bb80")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b"3", b"{}", b'{"generation": 3}', b"\xff\xfe", b"\x00" * 50],
)
def test_a_manifest_that_is_not_one_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dense.json").write_bytes(content)
    assert read_manifest(tmp_path / "dense.json") is None


def test_no_manifest_is_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "dense.json") is None


@pytest.mark.parametrize("content", [b"onf", b"on", b"one ", b""])
def test_a_file_that_is_not_what_it_was_does_not_match(
    tmp_path: Path, manifest: Manifest, content: bytes
) -> None:
    assert files_match(tmp_path, manifest)
    (tmp_path / "a.faiss").write_bytes(content)
    assert not files_match(tmp_path, manifest)


def test_a_file_that_is_gone_does_not_match(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "a.faiss").unlink()
    assert not files_match(tmp_path, manifest)


def test_a_write_that_fails_leaves_the_old_manifest(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_manifest(tmp_path / "dense.json", manifest)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_manifest(tmp_path / "dense.json", Manifest(4, "", 0, {}))
    assert read_manifest(tmp_path / "dense.json") == manifest
