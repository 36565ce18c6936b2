"""Word files → paragraphs, lists and tables in the order of the document.

Headers, footers, notes and deleted text are left out.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import groupby
from pathlib import PurePosixPath

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from rag.loading.clean import clean, clean_line
from rag.loading.dates import find_published
from rag.loading.document import Document, UnreadableError
from rag.loading.titles import stated_title

_MB = 2**20
_LARGEST = 200 * _MB
# XML takes about ten times its size in memory once parsed.
_LARGEST_XML = 64 * _MB
_HIGHEST_RATIO = 200
_SMALLEST_BOMB = _MB
_MOST_PARTS = 5000
_ENTRY = b"PK\x01\x02"
_XML_NAMES = (".xml", ".rels")
# What may stand before a part's first "<": spaces, byte-order marks, UTF-16's zeros.
_BEFORE_XML = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_HYPHEN = qn("w:noBreakHyphen")
_PROPERTIES, _STYLE, _NUMBERING = qn("w:pPr"), qn("w:pStyle"), qn("w:numPr")
# Text boxes are stored twice, once for old programs; deleted text is not the article's.
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    {_PROPERTIES, f"{_COMPATIBILITY}AlternateContent"}
    | set(map(qn, ("w:rPr", "w:del", "w:moveFrom", "w:drawing", "w:pict")))
)

# What python-docx writes into files of its own, and Word into files of nobody.
_TEMPLATE_STAMP = datetime(2013, 12, 23, 23, 15)
_NOBODY = frozenset({"python-docx", "administrator", "user", "admin", "microsoft office user"})


def read_docx(data: bytes) -> Document:
    """Read a .docx file.

    Raises:
        UnreadableError: it is not a Word file, is encrypted, or unpacks to something huge.
    """
    _refuse_bombs(data)
    word = _open(data)
    blocks = list(_blocks(word.element.body))
    text = "\n\n".join("\n".join(lines) for lines in _joined(blocks))
    properties = word.core_properties
    author = clean_line(properties.author or "")
    return Document(
        text=text,
        title=_title(word) or stated_title(properties.title),
        published=find_published(clean(text)) or _created(properties.created),
        metadata={"author": author} if author and author.lower() not in _NOBODY else {},
    )


def _refuse_bombs(data: bytes) -> None:
    """Judge the archive by its table of contents, before anything is unpacked.

    zipfile never unpacks more of a part than the table says.
    """
    # Reading a table of hundreds of thousands of entries takes seconds by itself.
    if data.count(_ENTRY) > _MOST_PARTS:
        raise UnreadableError("it has too many parts for an article; save the text as a new file")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        legacy = data.startswith(b"\xd0\xcf\x11\xe0")
        what = "an old or encrypted Word file" if legacy else "not a Word file"
        raise UnreadableError(f"it is {what}; save it as an unprotected .docx") from error
    if any(_leads_out(part) for part in parts):
        raise UnreadableError("it has parts that lead out of it, as no Word file does")
    size = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    _refuse_size(size, _LARGEST)
    if size > _SMALLEST_BOMB and size / packed > _HIGHEST_RATIO:
        raise UnreadableError(f"it unpacks to {size // packed} times its size, as only bombs do")


def _leads_out(part: zipfile.ZipInfo) -> bool:
    """Whether a part is a link, or named like a file outside the archive.

    None of them is ever unpacked to disk; but whoever made such a file meant harm.
    """
    name = PurePosixPath(part.filename.replace("\\", "/"))
    climbs = name.is_absolute() or ".." in name.parts
    return climbs or stat.S_ISLNK(part.external_attr >> 16)


def _refuse_size(size: int, largest: int) -> None:
    if size > largest:
        raise UnreadableError(f"it unpacks to {size // _MB} MB, which is too large for an article")


def _open(data: bytes) -> WordDocument:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if _is_xml(archive, part)]
            _refuse_size(sum(part.file_size for part in parts), _LARGEST_XML)
            if any(_defines_entities(archive, part) for part in parts):
                raise UnreadableError("it defines XML entities, which no Word file does")
        return docx.Document(BytesIO(data))
    except UnreadableError:
        raise
    # python-docx raises KeyError, ValueError, lxml and zlib errors on malformed packages.
    except Exception as error:
        raise UnreadableError(f"it is not a sound Word file ({type(error).__name__})") from error


def _is_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part could be parsed as XML: the package may give it any name."""
    if part.filename.endswith(_XML_NAMES):
        return True
    with archive.open(part) as file:
        return file.read(64).lstrip(_BEFORE_XML).startswith(b"<")


def _defines_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    # Pictures may declare their type; they are never parsed.
    if part.filename.endswith(".svg"):
        return False
    return _DTD.search(archive.read(part).replace(b"\0", b"")) is not None


def _title(word: WordDocument) -> str | None:
    paragraphs = (child for child in word.element.body if child.tag == _PARAGRAPH)
    titles = (node for node in paragraphs if _style(node) == "Title")
    return next((title for node in titles if (title := clean_line(_text(node)))), None)


def _created(stamp: datetime | None) -> date | None:
    if stamp is None or stamp.replace(tzinfo=None, second=0, microsecond=0) == _TEMPLATE_STAMP:
        return None
    return stamp.date()


def _blocks(parent: Element) -> Iterator[tuple[bool, str]]:
    """The blocks of a body or cell, and whether each is an item of a list."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            is_item = _is_item(child)
            if text := _text(child).strip():
                yield is_item, f"- {text}" if is_item else text
        elif child.tag == _TABLE:
            yield False, "\n".join(_rows(child))
        elif child.tag not in _SKIPPED:
            # Content controls wrap whole paragraphs.
            yield from _blocks(child)


def _joined(blocks: list[tuple[bool, str]]) -> Iterator[list[str]]:
    for is_item, group in groupby(blocks, key=lambda block: block[0]):
        lines = [text for _, text in group if text.strip()]
        yield from [lines] if is_item else [[line] for line in lines]


def _rows(table: Element) -> Iterator[str]:
    for row in table.iterchildren(_ROW):
        cells = (" ".join(text for _, text in _blocks(cell)) for cell in row.iterchildren(_CELL))
        line = " | ".join(clean_line(cell) for cell in cells)
        if line.strip(" |"):
            yield line


def _style(paragraph: Element) -> str:
    style = paragraph.find(f"{_PROPERTIES}/{_STYLE}")
    return "" if style is None else style.get(qn("w:val")) or ""


def _is_item(paragraph: Element) -> bool:
    numbered = paragraph.find(f"{_PROPERTIES}/{_NUMBERING}") is not None
    return _style(paragraph).startswith("List") or (numbered and "Heading" not in _style(paragraph))


def _text(node: Element) -> str:
    if node.tag == _TEXT:
        return node.text or ""
    if node.tag in (_BREAK, _RETURN):
        return "\n"
    if node.tag in (_TAB, _HYPHEN):
        return " " if node.tag == _TAB else "-"
    return "".join(_text(child) for child in node if child.tag not in _SKIPPED)
