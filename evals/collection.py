"""Opens a collection for an eval run, in a temporary folder, and says what it is made of.

The service is the ordinary one, from `rag/compose.py`, with the settings of the run.
"""

import hashlib
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from evals.config import RunConfig
from evals.questions import DATA
from evals.recording import RecordingClient, ReplayingClient
from evals.results import Provenance
from rag.compose import llm_client, open_ingester, open_service
from rag.errors import SettingsError
from rag.llm import LlmClient
from rag.service import Service
from rag.settings import Settings, load_settings

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("torch", "sentence-transformers", "faiss-cpu", "tantivy", "litellm", "numpy")
_SECRET = "key"


@contextmanager
def open_collection(config: RunConfig) -> Iterator[tuple[Service, Settings]]:
    """The articles of a run, ingested, and a service over them. The model is not unpacked anew.

    Raises DalilError, as ingesting and opening a service do.
    """
    models = load_settings().home / "models"
    with tempfile.TemporaryDirectory(prefix="dalil-eval-") as name:
        home = Path(name)
        if models.is_dir():
            (home / "models").symlink_to(models.resolve())
        settings = load_settings(**{**config.settings, "home": home})
        ingester = open_ingester(settings)
        try:
            ingester.ingest([str(path) for path in config.articles])
        finally:
            ingester.close()
        service = open_service(settings, client=_client(config, settings))
        try:
            yield service, settings
        finally:
            service.close()


def _client(config: RunConfig, settings: Settings) -> LlmClient | None:
    if not (config.record or config.replay):
        return None
    if config.replay:
        client = llm_client(settings, partial(ReplayingClient, path=config.replay))
    else:
        assert config.record is not None
        client = llm_client(settings, partial(RecordingClient, path=config.record))
    if client is None:
        raise SettingsError("to record or replay, the run's settings must name an llm")
    return client


def provenance(config: RunConfig, settings: Settings, service: Service) -> Provenance:
    """Where the figures of a run come from. Settings that are keys are left out."""
    status = service.status()
    data = config.questions or tuple(sorted(DATA.glob("questions.*.jsonl")))
    shown = {
        name: str(value)
        for name, value in settings.model_dump(mode="json").items()
        if _SECRET not in name and name != "home"
    }
    return Provenance(
        commit=_commit(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        models={"embedding": status.model_fingerprint, "answerer": status.answerer},
        settings=shown,
        data={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in data}
        | {folder.name: _folder_hash(folder) for folder in config.articles},
        machine={
            "platform": platform.platform(),
            "processor": _processor(),
            "python": platform.python_version(),
        },
        packages={name: version(name) for name in _PACKAGES},
    )


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _commit() -> str:
    """The checkout's commit, with "+" where it has changes; "unknown" outside of one."""
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
