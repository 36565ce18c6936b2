"""Writes the figures of a benchmark as JSON, with the machine that they were taken on."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "faiss-cpu",
    "fastapi",
    "nncf",
    "numpy",
    "openvino",
    "sentence-transformers",
    "tantivy",
    "torch",
    "uvicorn",
)


def machine() -> dict[str, str | int | float]:
    """Processor, cores, memory in GiB, kernel, and the load of the last minute."""
    return {
        "processor": _first_value("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(_memory_bytes() / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def write_figures(path: Path, benchmark: str, figures: Mapping[str, Any]) -> None:
    """Write what was measured; `figures` must be such as JSON can hold."""
    document = {
        "benchmark": benchmark,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {name: version(name) for name in _PACKAGES},
        "figures": figures,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _memory_bytes() -> int:
    kibibytes = _first_value("/proc/meminfo", "MemTotal").partition(" ")[0]
    return int(kibibytes or 0) * 1024


def _first_value(file: str, key: str) -> str:
    """The value of the first "key: value" line of a file of the kernel's; "" without one."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")
