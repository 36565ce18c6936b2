"""The two languages of event streams: Dalil's own, and OpenAI's chunks."""

from typing import Any

from fastapi.sse import format_sse_event

from rag.events import CitationFound, Done, Event, PassagesFound, TextDelta
from rag.messages import withdrawn
from rag.wire import answer_to_dict, citation_to_dict, passages_to_dict, sources_text, to_json
from server.openai_shape import Head, extension

# Some clients split lines at these too, as Python's `str.splitlines` does.
_ODD_LINE_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\u0085\u2028\u2029"}


def _json(value: dict[str, Any]) -> str:
    return to_json(value).translate(_ODD_LINE_BREAKS)


class DalilEvents:
    """`passages`, `delta`, `citation`, `done` and `error`, with ids from 1."""

    def __init__(self) -> None:
        self._last_id = 0

    def event(self, event: Event) -> bytes:
        match event:
            case PassagesFound():
                return self._send("passages", passages_to_dict(event.passages))
            case TextDelta():
                return self._send("delta", {"text": event.text})
            case CitationFound():
                return self._send("citation", citation_to_dict(event.citation))
            case Done():
                return self._send("done", answer_to_dict(event.answer))

    def error(self, content: dict[str, Any]) -> bytes:
        return self._send("error", content)

    def _send(self, name: str, value: dict[str, Any]) -> bytes:
        self._last_id += 1
        return format_sse_event(data_str=_json(value), event=name, id=str(self._last_id))


class OpenAIChunks:
    """A role, the text, the list of sources, and the evidence in the chunk that ends it.

    These clients cannot take back what they have shown. An answer that comes in the place of
    what a model wrote is put below it, and says so.
    """

    def __init__(self, head: Head, *, with_usage: bool) -> None:
        self._head = head
        self._with_usage = with_usage
        self._shown = ""

    def event(self, event: Event) -> bytes:
        match event:
            case PassagesFound():
                return self._chunk({"role": "assistant", "content": "", "refusal": None})
            case TextDelta():
                self._shown += event.text
                return self._chunk({"content": event.text})
            case CitationFound():
                return b""
            case Done():
                return self._end(event)

    def error(self, content: dict[str, Any]) -> bytes:
        return format_sse_event(data_str=_json(content))

    def _end(self, done: Done) -> bytes:
        below = sources_text(done.answer.citations)
        if self._shown != done.answer.answer:
            below = f"\n\n{withdrawn(done.answer.language)}\n\n{done.answer.answer}{below}"
        parts = [self._chunk({"content": below})] if below else []
        parts.append(self._chunk({"dalil": extension(done.answer)}, finish_reason="stop"))
        if self._with_usage:
            parts.append(format_sse_event(data_str=_json(self._head.usage_chunk(done.answer))))
        return b"".join([*parts, format_sse_event(data_str="[DONE]")])

    def _chunk(self, delta: dict[str, Any], *, finish_reason: str | None = None) -> bytes:
        chunk = self._head.chunk(delta, finish_reason=finish_reason)
        if self._with_usage:
            chunk["usage"] = None
        return format_sse_event(data_str=_json(chunk))
