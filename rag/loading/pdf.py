"""PDF files → the article's text, title and author.

It opens the file and refuses what has no readable text. Reading order within a line is
`pdf_lines.py`'s, joining lines into paragraphs `pdf_paragraphs.py`'s.
"""

import threading

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.loading.clean import clean_line
from rag.loading.document import Document, UnreadableError
from rag.loading.pdf_lines import Line, page_lines
from rag.loading.pdf_paragraphs import join_pages
from rag.loading.titles import stated_title

_MOST_PAGES = 3000
_MOST_UNMAPPED = 0.3
_PRIVATE = range(0xE000, 0xF900)
# PDFium is not thread-safe, in any of its functions.
_PDFIUM = threading.Lock()


def read_pdf(data: bytes) -> Document:
    """Read a PDF file.

    Raises:
        UnreadableError: it is malformed or encrypted, or has no text layer that can be read.
    """
    with _PDFIUM:
        pages, stated = _extract(data)
    text = join_pages(pages)
    _refuse_unreadable(text)
    author = clean_line(stated.get("Author") or "")
    return Document(
        text=text,
        title=stated_title(stated.get("Title")),
        metadata={"author": author} if author else {},
    )


def _extract(data: bytes) -> tuple[list[list[Line]], dict[str, str]]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise UnreadableError("it is encrypted; save it without a password") from error
        raise UnreadableError("it is not a sound PDF file; export it again") from error
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableError(f"it has {len(document)} pages; split it into separate articles")
        pages = [_page(document, index) for index in range(len(document))]
        return pages, document.get_metadata_dict()
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, index: int) -> list[Line]:
    try:
        page = document[index]
        text = page.get_textpage()
        lines = page_lines(text)
        text.close()
        page.close()
        return lines
    except (pdfium.PdfiumError, OSError) as error:
        raise UnreadableError(f"its page {index + 1} is damaged; export the file again") from error


def _refuse_unreadable(text: str) -> None:
    if not any(char.isalnum() or ord(char) in _PRIVATE for char in text):
        raise UnreadableError("it has no text layer (scanned?); run OCR first")
    signs = [char for char in text if not char.isspace()]
    unmapped = sum(ord(char) in _PRIVATE or char == "\ufffd" for char in signs)
    if unmapped > _MOST_UNMAPPED * len(signs):
        raise UnreadableError("its fonts do not say which letters they show; run OCR first")
