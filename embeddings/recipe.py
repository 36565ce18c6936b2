"""What a conversion depends on beside the model, told without importing what converts."""

from importlib.metadata import version

_RECIPE = 2
"""To be raised with every change in `conversion.py` that gives other vectors."""


def recipe() -> str:
    """Another recipe gives other vectors: "1 openvino 2026.4.1 nncf 3.4.0"."""
    tools = " ".join(f"{name} {version(name)}" for name in ("openvino", "nncf"))
    return f"{_RECIPE} {tools}"
