"""What every test shares: no model hub, no settings from outside, the model loaded once."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import pytest
from hypothesis import HealthCheck, settings

from embeddings.bundled import ensure_bundled_model
from embeddings.calibrated import CalibratedEncoder, calibrate
from embeddings.encoder import Encoder
from embeddings.fastest import open_fastest
from embeddings.sentence_transformer import SentenceTransformerEncoder

ROOT = Path(__file__).resolve().parent.parent
_MODEL = Path(os.environ.get("DALIL_TEST_MODEL", ROOT / ".pytest_cache" / "dalil-model"))

# The same examples every time: a failure here is a failure everywhere.
settings.register_profile(
    "dalil", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("dalil")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("DALIL_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The bundled model, unpacked into a folder that outlives the run."""
    return ensure_bundled_model(_MODEL / "multilingual-e5-small")


@pytest.fixture(scope="session")
def transformer(model_folder: Path) -> SentenceTransformerEncoder:
    """The bundled model, loaded."""
    return SentenceTransformerEncoder(str(model_folder))


@pytest.fixture(scope="session")
def fast(model_folder: Path) -> Encoder:
    """The bundled model as it runs by default: converted once, into a folder that stays."""
    return open_fastest(model_folder, _MODEL)


@pytest.fixture(scope="session")
def encoder(fast: Encoder, tmp_path_factory: pytest.TempPathFactory) -> CalibratedEncoder:
    """The bundled model as it is searched with."""
    return calibrate(fast, tmp_path_factory.mktemp("calibration"))
