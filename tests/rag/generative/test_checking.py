"""Sentences are encoded while their markers are still being written."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from rag.generative.checking import SentenceChecker
from rag.types import Span
from rag.verification import CheckedSentence, ShownPassage, SourceSentence
from tests.fakes import ARTICLES, FakeEncoder, calibrated

SUEZ = ARTICLES[2]
SHOWN = [ShownPassage(1, SUEZ, Span(0, len(SUEZ.text)), (SourceSentence(Span(0, 46)),))]
CLAIM = "The waterway opened on 17 November 1869."


def _with_checker(
    work: Callable[[SentenceChecker], Awaitable[CheckedSentence]],
) -> tuple[CheckedSentence, list[str]]:
    """What the work gives, and the texts that were encoded, in their order."""
    encoder = FakeEncoder()

    async def run() -> CheckedSentence:
        checker = SentenceChecker(SHOWN, calibrated(encoder), "en")
        await asyncio.sleep(0.05)
        try:
            return await work(checker)
        finally:
            checker.cancel()

    return asyncio.run(run()), encoder.encoded


def test_a_sentence_that_was_expected_is_encoded_once_and_judged_alike() -> None:
    async def expected(checker: SentenceChecker) -> CheckedSentence:
        checker.expect(CLAIM)
        checker.expect(CLAIM)
        return await checker.check(CLAIM, (1,))

    async def unexpected(checker: SentenceChecker) -> CheckedSentence:
        return await checker.check(CLAIM, (1,))

    checked, encoded = _with_checker(expected)
    assert encoded.count(CLAIM) == 1
    assert checked == _with_checker(unexpected)[0]


def test_a_sentence_that_goes_on_is_judged_as_it_ends() -> None:
    async def work(checker: SentenceChecker) -> CheckedSentence:
        checker.expect("The waterway opened on 17.")
        return await checker.check(CLAIM, (1,))

    checked, _encoded = _with_checker(work)
    assert checked.text == CLAIM


def test_what_is_cancelled_is_not_waited_for() -> None:
    async def work(checker: SentenceChecker) -> CheckedSentence:
        checker.expect(CLAIM)
        checker.cancel()
        return await checker.check(CLAIM, (1,))

    with pytest.raises(asyncio.CancelledError):
        _with_checker(work)
