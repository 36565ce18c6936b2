"""Markdown files → readable text: what a reader sees, without the marks and raw HTML."""

from collections.abc import Iterator
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from rag.loading.clean import clean_line, unify_line_ends
from rag.loading.decode import decode
from rag.loading.document import Document, UnreadableError
from rag.loading.frontmatter import read_front_matter

# HTML is parsed so that it can be dropped; unparsed it would stay as text.
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read_markdown(data: bytes) -> Document:
    """Read a .md file. The first heading of level 1 is the title where none is stated.

    Raises:
        UnreadableError: the encoding cannot be told, or the front matter is malformed.
    """
    document = read_front_matter(unify_line_ends(decode(data)))
    try:
        root = SyntaxTreeNode(_PARSER.parse(document.text))
        text = "\n\n".join(_blocks(root))
        title = document.title or _first_heading(root)
    # The parser promises no exceptions on hostile input, and names none.
    except Exception as error:
        raise UnreadableError(f"its Markdown cannot be parsed ({type(error).__name__})") from error
    return replace(document, text=text, title=title)


def _first_heading(root: SyntaxTreeNode) -> str | None:
    headings = (node for node in root.children if node.type == "heading" and node.tag == "h1")
    return next((title for node in headings if (title := clean_line(_inline(node)))), None)


def _blocks(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        yield from (block for block in _block(child) if block.strip())


def _block(node: SyntaxTreeNode) -> Iterator[str]:
    match node.type:
        case "heading":
            yield clean_line(_inline(node))
        case "paragraph":
            yield _inline(node)
        case "bullet_list" | "ordered_list":
            yield "\n".join(_items(node))
        case "table":
            yield "\n".join(_rows(node))
        case "fence" | "code_block":
            yield node.content.rstrip("\n")
        case "html_block" | "hr":
            return
        case _:
            yield from _blocks(node)


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    start = int(node.attrs.get("start") or 1)
    for number, item in enumerate(node.children, start):
        mark = f"{number}." if node.type == "ordered_list" else "-"
        yield f"{mark} " + "\n".join(_blocks(item))


def _rows(node: SyntaxTreeNode) -> Iterator[str]:
    for row in (row for part in node.children for row in part.children):
        yield " | ".join(clean_line(_inline(cell)) for cell in row.children)


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline":
            return ""
        case _:
            return "".join(_inline(child) for child in node.children)
