"""Records what a language model answered, and plays it back without one.

An answer is found again by what was asked. Delimiters that are chosen anew for each request
are no part of that, and keys never come near it: only messages and text are written.
"""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from pathlib import Path

from rag.errors import InputError, LlmUnavailableError
from rag.llm import Deadlines, Finished, LlmClient, Message, ModelConfig, TextDelta

_FENCE = re.compile(r"(?<=<<<)[0-9a-f]{8}|[0-9a-f]{8}(?=>>>)")


class RecordingClient(LlmClient):
    """Asks as ever, and appends each answer to a file when it is whole."""

    def __init__(
        self, models: Sequence[ModelConfig], deadlines: Deadlines, retries: int, path: Path
    ) -> None:
        super().__init__(models, deadlines, retries)
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")

    async def stream(
        self, messages: Sequence[Message], ends_at: float | None = None
    ) -> AsyncGenerator[TextDelta | Finished, None]:
        texts: list[str] = []
        async for part in super().stream(messages, ends_at):
            if isinstance(part, TextDelta):
                texts.append(part.text)
            else:
                self._write(messages, texts, part)
            yield part

    def _write(self, messages: Sequence[Message], texts: list[str], finished: Finished) -> None:
        row = {"asked": _key(messages), "texts": texts, "finished": asdict(finished)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


class ReplayingClient(LlmClient):
    """Answers from a recording alone. What was not recorded is an outage."""

    def __init__(
        self, models: Sequence[ModelConfig], deadlines: Deadlines, retries: int, path: Path
    ) -> None:
        """Raises InputError if the file is no recording."""
        super().__init__(models, deadlines, retries)
        try:
            # JSON leaves U+2028 as it is, which `splitlines` takes for the end of a line.
            rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
            self._answers = {
                row["asked"]: (list(row["texts"]), Finished(**row["finished"])) for row in rows
            }
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: not a recording ({error})") from error

    def prepare(self) -> None:
        """Nothing is asked, so nothing needs to be loaded but the tokenizer, when it is used."""

    async def stream(
        self,
        messages: Sequence[Message],
        ends_at: float | None = None,  # noqa: ARG002  (a recording takes no time)
    ) -> AsyncGenerator[TextDelta | Finished, None]:
        answer = self._answers.get(_key(messages))
        if answer is None:
            raise LlmUnavailableError("not in the recording; record it again")
        texts, finished = answer
        for text in texts:
            yield TextDelta(text)
        yield finished


def _key(messages: Sequence[Message]) -> str:
    """SHA-256 of what was asked, with the delimiters taken out."""
    asked = [(message.role, _FENCE.sub("", message.content)) for message in messages]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()
