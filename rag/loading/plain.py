"""Plain text files, with or without front matter.

The title, the date and the lines of a news page are found in the text by `load.py`.
"""

from rag.loading.clean import unify_line_ends
from rag.loading.decode import decode
from rag.loading.document import Document
from rag.loading.frontmatter import read_front_matter


def read_plain(data: bytes) -> Document:
    """Read a .txt file.

    Raises:
        UnreadableError: the encoding cannot be told, or the front matter is malformed.
    """
    return read_front_matter(unify_line_ends(decode(data)))
