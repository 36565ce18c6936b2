"""Reading articles from files: finding them, and turning each into an `Article`."""

from rag.loading.discover import discover
from rag.loading.load import load_article

__all__ = ["discover", "load_article"]
