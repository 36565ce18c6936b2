"""Has sentences verified beside the event loop, beginning before they are whole.

A sentence is encoded as soon as its text has come, while its marker is still being written.
What the verdict is, is `rag/verification`'s business.
"""

import asyncio
from collections.abc import Sequence

from embeddings.calibrated import CalibratedEncoder
from rag.types import Language
from rag.verification import CheckedSentence, ShownPassage, Verifier

ENDS = (".", "!", "?", "؟", "…", "۔", "»", "”", '"')
"""What a sentence may end with."""


class SentenceChecker:
    """Checks the sentences of one answer, one after the other, in the event loop's threads."""

    def __init__(
        self, shown: Sequence[ShownPassage], encoder: CalibratedEncoder, language: Language
    ) -> None:
        """The passages are taken apart from now on, while the model has not spoken yet."""
        self._verifier = asyncio.ensure_future(
            asyncio.to_thread(Verifier, shown, encoder, language)
        )
        self._preparing: asyncio.Task[None] | None = None
        self._prepared = ""

    def expect(self, text: str) -> None:
        """Begin with a sentence that seems to be at its end; it may turn out not to be."""
        if text == self._prepared or not self._verifier.done():
            return
        if self._preparing is None or self._preparing.done():
            self._prepared = text
            verifier = self._verifier.result()
            self._preparing = asyncio.create_task(asyncio.to_thread(verifier.prepare, text))

    async def check(self, text: str, cited: Sequence[int]) -> CheckedSentence:
        """Whether the passages that a sentence cites state it."""
        verifier = await self._verifier
        if self._preparing is not None:
            await self._preparing
        return await asyncio.to_thread(verifier.check, text, cited)

    def cancel(self) -> None:
        """Wait for nothing more."""
        self._verifier.cancel()
        if self._preparing is not None:
            self._preparing.cancel()
