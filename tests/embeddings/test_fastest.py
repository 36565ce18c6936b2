"""Opening a model with the fastest runtime that keeps its quality, or telling why another."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import openvino
import pytest

from embeddings import conversion, fastest, recipe
from embeddings.conversion import ConversionError
from embeddings.fastest import open_fastest
from embeddings.openvino import OpenVinoEncoder
from embeddings.sentence_transformer import SentenceTransformerEncoder
from rag.errors import ModelError
from tests.embeddings.tiny_model import write_tiny_model

pytestmark = pytest.mark.slow

TEXTS = ["متى عُقدت القمة؟", "Who chaired the summit?", "seven canals"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="module")
def told() -> list[tuple[str, float]]:
    """What was reported while the tiny model was converted."""
    return []


@pytest.fixture(scope="module")
def converted(
    tiny: Path, told: list[tuple[str, float]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A cache in which the tiny model was converted."""
    cache = tmp_path_factory.mktemp("home") / "models"
    open_fastest(tiny, cache, progress=lambda what, share: told.append((what, share)))
    return cache


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache that is not there yet."""
    return tmp_path / "home" / "models"


@pytest.fixture
def no_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever converts fails the test."""

    def convert(*_: object) -> NoReturn:
        pytest.fail("converted although it need not be")

    monkeypatch.setattr(conversion, "convert", convert)


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuses every conversion, and keeps the fingerprints that were asked for."""
    asked: list[str] = []

    def convert(_source: Path, fingerprint: str, _target: Path, _progress: object) -> NoReturn:
        asked.append(fingerprint)
        raise ConversionError("its layers are of a kind unheard of")

    monkeypatch.setattr(conversion, "convert", convert)
    return asked


def _near(one: Any, other: Any) -> bool:
    cosines = (one.encode_passages(TEXTS) * other.encode_passages(TEXTS)).sum(axis=1)
    return bool(cosines.min() >= 0.99)


# OpenVINO.


def test_openvino_is_taken_where_it_can_be_had(tiny: Path, converted: Path) -> None:
    encoder = open_fastest(tiny, converted)
    assert isinstance(encoder, OpenVinoEncoder)
    assert encoder.runtime == "OpenVINO in 8 bits"
    assert _near(encoder, SentenceTransformerEncoder(str(tiny)))


def test_a_conversion_is_reported(converted: Path, told: list[tuple[str, float]]) -> None:
    assert [path.name.split("-")[0] for path in sorted(converted.iterdir())] == [
        "fingerprint",
        "openvino",
    ]
    assert told[0] == ("converting the model, once", 0)
    assert told[-1] == ("converting the model, once", 1)


@pytest.mark.usefixtures("no_conversion")
@pytest.mark.parametrize("runtime", ["auto", "openvino"])
def test_a_converted_model_is_not_converted_again(
    tiny: Path, converted: Path, runtime: fastest.Runtime
) -> None:
    before = {path: path.stat().st_mtime_ns for path in converted.rglob("*")}
    told: list[float] = []
    first, second = (
        open_fastest(tiny, converted, runtime, lambda _what, share: told.append(share))
        for _ in range(2)
    )
    assert told == []
    assert {path: path.stat().st_mtime_ns for path in converted.rglob("*")} == before
    assert isinstance(first, OpenVinoEncoder)
    assert first.fingerprint == second.fingerprint
    assert np.array_equal(first.encode_passages(TEXTS), second.encode_passages(TEXTS))


def test_the_two_runtimes_never_share_a_fingerprint(tiny: Path, converted: Path) -> None:
    fast, slow = open_fastest(tiny, converted), open_fastest(tiny, converted, "torch")
    assert fast.fingerprint != slow.fingerprint


def test_a_damaged_conversion_is_made_anew(tiny: Path, converted: Path, tmp_path: Path) -> None:
    shutil.copytree(converted, tmp_path / "models")
    (graph,) = (tmp_path / "models").glob("*/model.xml")
    graph.write_bytes(graph.read_bytes() + b" ")
    encoder = open_fastest(tiny, tmp_path / "models")
    assert encoder.runtime == "OpenVINO in 8 bits"
    assert not graph.read_bytes().endswith(b" ")


# Another recipe or model.


def _other_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "_RECIPE", 999)


def _other_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "version", lambda name: f"{name} of tomorrow")


@pytest.mark.parametrize("change", [_other_recipe, _other_version])
def test_another_recipe_converts_anew_under_another_fingerprint(
    tiny: Path,
    converted: Path,
    tmp_path: Path,
    conversions: list[str],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[pytest.MonkeyPatch], None],
) -> None:
    shutil.copytree(converted, tmp_path / "models")
    before = open_fastest(tiny, tmp_path / "models").fingerprint
    assert conversions == []
    change(monkeypatch)
    open_fastest(tiny, tmp_path / "models")
    assert len(conversions) == 1
    assert before not in conversions


def test_another_model_converts_under_another_fingerprint(
    tiny: Path, cache: Path, tmp_path: Path, conversions: list[str]
) -> None:
    open_fastest(tiny, cache)
    open_fastest(write_tiny_model(tmp_path / "other", seed=1), cache)
    assert len(set(conversions)) == 2


def test_a_recipe_names_the_exact_tools() -> None:
    number, *tools = recipe.recipe().split()
    assert int(number) > 0
    assert tools[::2] == ["openvino", "nncf"]
    assert all(version[0].isdigit() for version in tools[1::2])


# torch.


def _without(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    def hide(monkeypatch: pytest.MonkeyPatch) -> None:
        def find_spec(name: str) -> Any:
            return None if name in names else importlib.util.find_spec(name)

        monkeypatch.setattr(fastest, "find_spec", find_spec)

    return hide


def _old_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    class Core:
        def get_property(self, device: str, name: str) -> list[str]:
            assert (device, name) == ("CPU", "OPTIMIZATION_CAPABILITIES")
            return ["FP32", "BIN", "EXPORT_IMPORT"]

    monkeypatch.setattr(openvino, "Core", Core)


OBSTACLES = [
    pytest.param(_without("openvino"), "not installed: openvino", id="no-openvino"),
    pytest.param(_without("nncf"), "not installed: nncf", id="no-nncf"),
    pytest.param(
        _without("openvino", "nncf"), "not installed: openvino, nncf", id="neither"
    ),
    pytest.param(_old_processor, "the processor has no 8-bit instructions", id="no-int8"),
]  # fmt: skip


@pytest.mark.usefixtures("no_conversion")
@pytest.mark.parametrize(("obstacle", "reason"), OBSTACLES)
def test_where_openvino_cannot_run_torch_does_and_the_reason_is_told(
    tiny: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    obstacle: Callable[[pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    obstacle(monkeypatch)
    encoder = open_fastest(tiny, cache)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.runtime == f"sentence-transformers in float32 ({reason})"
    assert not cache.exists()


@pytest.mark.usefixtures("no_conversion")
@pytest.mark.parametrize(("obstacle", "reason"), OBSTACLES)
def test_openvino_that_was_asked_for_and_cannot_run_is_an_error(
    tiny: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    obstacle: Callable[[pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    obstacle(monkeypatch)
    with pytest.raises(ModelError, match=f"cannot run with OpenVINO: {reason}"):
        open_fastest(tiny, cache, "openvino")


@pytest.mark.usefixtures("no_conversion")
def test_torch_that_was_asked_for_converts_nothing(tiny: Path, cache: Path) -> None:
    encoder = open_fastest(tiny, cache, "torch")
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.runtime == "sentence-transformers in float32 (as it is set)"
    assert not cache.exists()


@pytest.mark.usefixtures("no_conversion")
def test_torch_that_was_asked_for_is_taken_beside_a_converted_model(
    tiny: Path, converted: Path
) -> None:
    assert isinstance(open_fastest(tiny, converted, "torch"), SentenceTransformerEncoder)


# A refusal.


def test_a_refusal_is_remembered_with_its_reason(
    tiny: Path, cache: Path, conversions: list[str]
) -> None:
    for _ in range(2):
        encoder = open_fastest(tiny, cache)
        assert isinstance(encoder, SentenceTransformerEncoder)
        assert encoder.runtime == (
            "sentence-transformers in float32 (its layers are of a kind unheard of)"
        )
        with pytest.raises(ModelError, match="run with OpenVINO: its layers are of a kind unheard"):
            open_fastest(tiny, cache, "openvino")
    assert len(conversions) == 1


def test_a_refusal_is_of_that_recipe_only(
    tiny: Path, cache: Path, conversions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_fastest(tiny, cache)
    _other_recipe(monkeypatch)
    open_fastest(tiny, cache)
    assert len(set(conversions)) == 2


def test_a_damaged_note_of_a_refusal_is_not_believed(
    tiny: Path, cache: Path, conversions: list[str]
) -> None:
    open_fastest(tiny, cache)
    (note,) = cache.glob("refused-*")
    note.write_text(note.read_text().replace("unheard", "much heard"))
    assert open_fastest(tiny, cache).runtime.endswith("(its layers are of a kind unheard of)")
    assert len(conversions) == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_want_of_room_is_no_refusal(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def convert(*_: object) -> NoReturn:
        raise ConversionError("want of room") from error

    with monkeypatch.context() as patch:
        patch.setattr(conversion, "convert", convert)
        assert open_fastest(tiny, cache).runtime.endswith("(want of room)")
    assert not list(cache.glob("refused-*"))


def test_a_folder_that_is_no_model_is_an_error_and_no_refusal(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    for runtime in ("auto", "openvino", "torch"):
        with pytest.raises(ModelError, match="cannot be loaded as a model"):
            open_fastest(folder, cache, runtime)
    assert not list(cache.glob("refused-*"))
