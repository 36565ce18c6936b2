"""Shows answers and passages on a console, for people.

Programs read `--json`. How a line of Arabic is laid out is `direction.py`'s job, and
reports of other kinds are `reports.py`'s.
"""

import re

from rich.console import Console

from rag.cli.console import print_line
from rag.cli.direction import Layout, isolate, lay_out
from rag.cli.labels import Labels, labels_for
from rag.messages import reason
from rag.plain import shown
from rag.types import (
    Answer,
    Citation,
    Direction,
    Passage,
    SearchResult,
    direction_of,
)

_MARKER = re.compile(r"\[[0-9]+\]")
_LONGEST_RELATED = 240
_SUREST = 0.99
ANSWER_STYLE = "bold"


class _Page:
    """A console and the layout of its lines."""

    def __init__(self, console: Console, layout: Layout) -> None:
        self._console = console
        self._layout = layout

    def write(self, text: str, direction: Direction, style: str = "") -> None:
        for line in lay_out(text, direction, self._layout):
            print_line(self._console, line, style)

    def blank(self) -> None:
        print_line(self._console, "")


def show_answer(answer: Answer, console: Console, layout: Layout) -> None:
    """The answer, then what bears it out."""
    text = with_isolates(answer)
    _Page(console, layout).write(text, direction_of(answer.language), ANSWER_STYLE)
    show_evidence(answer, console, layout)


def show_evidence(answer: Answer, console: Console, layout: Layout) -> None:
    """What comes below an answer's text: its quotes, or, for an abstention, what is near
    but no evidence."""
    page, labels = _Page(console, layout), labels_for(answer.language)
    _show_unsupported(answer, page, labels)
    if answer.citations:
        page.blank()
        page.write(labels.sources, labels.direction, "underline")
    for citation in answer.citations:
        _show_citation(citation, page, labels)
    if answer.related:
        page.blank()
        page.write(labels.related, labels.direction, "yellow")
    for passage in answer.related:
        _show_passage(passage, "-", page, labels, style="dim", shortened=True)
    page.blank()
    # A probability is never a certainty, and 99.6 % would be shown as one.
    confidence = isolate(f"{min(answer.confidence, _SUREST):.0%}")
    closing = f"{labels.confidence}: {confidence} · {isolate(answer.model)}"
    page.write(closing, labels.direction, "dim")
    if answer.rewritten:
        page.write(f"{labels.rewritten}: {isolate(answer.rewritten)}", labels.direction, "dim")
    if answer.degraded:
        page.write(labels.degraded, labels.direction, "yellow")


def show_search(result: SearchResult, console: Console, layout: Layout) -> None:
    """The passages, numbered from the best."""
    page, labels = _Page(console, layout), labels_for(result.language)
    if not result.passages:
        page.write(labels.nothing_found, labels.direction)
    for rank, passage in enumerate(result.passages, start=1):
        _show_passage(passage, f"{rank}.", page, labels)
        page.blank()


def _show_unsupported(answer: Answer, page: _Page, labels: Labels) -> None:
    unsupported = [
        (sentence.text, sentence.problem) for sentence in answer.sentences if sentence.problem
    ]
    if unsupported:
        page.blank()
        page.write(labels.unsupported, labels.direction, "red")
    for text, problem in unsupported:
        line = f"- {isolate(text)} ({reason(problem, answer.language)})"
        page.write(line, direction_of(answer.language), "red")


def _show_citation(citation: Citation, page: _Page, labels: Labels) -> None:
    opening, closing = "«»" if citation.direction == "rtl" else "“”"
    quote = f"{isolate(f'[{citation.marker}]')} {opening}{shown(citation.quote)}{closing}"
    page.write(quote, citation.direction)
    _show_place(citation, page, labels)


def _show_passage(
    passage: Passage,
    mark: str,
    page: _Page,
    labels: Labels,
    *,
    style: str = "",
    shortened: bool = False,
) -> None:
    text = _shortened(passage.text) if shortened else passage.text
    page.write(f"{isolate(mark)} {shown(text)}", passage.direction, style)
    _show_place(passage, page, labels)


def _show_place(found: Citation | Passage, page: _Page, labels: Labels) -> None:
    place = (
        f"{isolate(found.title)} · {labels.article} {isolate(found.article_id)}"
        f" · {labels.offsets} {isolate(f'{found.start}–{found.end}')}"
        f" · {labels.score} {isolate(f'{found.score:.2f}')}"
    )
    page.write(place, labels.direction, "dim")
    if found.url:
        page.write(shown(found.url), "ltr", "dim")


def with_isolates(answer: Answer) -> str:
    """The answer with each sentence and marker isolated, for a quote may run the other way
    than the answer that it stands in, and would carry the markers beside it along."""
    text, parts, position = shown(answer.answer), [], 0
    for sentence in map(shown, (sentence.text for sentence in answer.sentences)):
        start = text.find(sentence, position)
        if sentence and start >= 0:
            parts += [with_markers(text[position:start]), isolate(sentence)]
            position = start + len(sentence)
    return "".join([*parts, with_markers(text[position:])])


def with_markers(text: str) -> str:
    """Text in which each marker keeps its place, for what is beside it may run either way."""
    return _MARKER.sub(lambda match: isolate(match[0]), shown(text))


def _shortened(text: str) -> str:
    """The beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_RELATED:
        return line
    return line[:_LONGEST_RELATED].rpartition(" ")[0] + " …"
