"""What the measurements of growing collections share: sizes by name, and the machine's."""

import os
import platform
from argparse import ArgumentTypeError
from importlib.metadata import version
from pathlib import Path

_UNITS = {"k": 1000, "M": 1_000_000}
_PACKAGES = ("faiss-cpu", "tantivy", "numpy")


def parse_sizes(text: str) -> tuple[int, ...]:
    """Numbers of chunks: "1k,10k,1M" → (1000, 10000, 1000000)."""
    try:
        return tuple(
            int(size.rstrip("kM")) * _UNITS.get(size[-1], 1) for size in text.split(",") if size
        )
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: give sizes as in 1k,10k,1M") from error


def machine() -> dict[str, str | int | float]:
    """What a figure depends on beside the code; `load` is of the last minute."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(memory, 1),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
