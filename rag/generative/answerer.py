"""Lets a language model write the answer, and shows no citation of it unchecked.

Text is passed on as it comes; a sentence's markers follow once it has been verified. Where
no model answers, or nothing of what it wrote is borne out, the extractive answerer speaks
in its place, or Dalil abstains. How models are called, and when they are given up, is
`rag/llm`'s business; what is said to them, `rag/prompt.py`'s.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from embeddings.calibrated import CalibratedEncoder
from rag.answer import abstain, make_answer
from rag.answering import Find, Inquiry
from rag.citations import Verified
from rag.errors import LlmError, LlmInterruptedError, LlmRefusedError
from rag.events import CitationFound, Done, Event, PassagesFound, TextDelta, replay
from rag.extractive_answerer import ExtractiveAnswerer
from rag.findings import Findings
from rag.generative.checking import ENDS, SentenceChecker
from rag.generative.declining import WithoutTheWord, declines_in_words
from rag.generative.draft import Draft
from rag.generative.links import LinkFilter
from rag.generative.opening import Opening, Verdict
from rag.generative.rewriting import Rewriter, used
from rag.generative.sentences import Emit, SentenceStream, Step
from rag.generative.shown import show_passages
from rag.llm import Finished, LlmClient, Message
from rag.prompt import answer_messages, fit_passages, new_fence
from rag.types import Answer, Language, Status, Usage
from rag.verification import Marker, MarkerStream, ShownPassage

logger = logging.getLogger("dalil.answer")

WhenUnsupported = Literal["extractive", "abstain"]

_BRIEF = 3
"""Sentences in which a model says that it has no answer; what is longer says something else."""

_PROMPT_MARGIN_TOKENS = 64
"""For what a provider puts around messages."""


@dataclass(frozen=True, slots=True)
class WritingConfig:
    """`max_output_tokens` is what an answer may take of the model's context, and
    `max_question_chars` the length of a question that may be searched for."""

    max_output_tokens: int
    max_question_chars: int
    when_unsupported: WhenUnsupported


@dataclass(slots=True)
class _Writing:
    """One answer in the making: what it goes by, and how far it has come."""

    findings: Findings
    language: Language
    ends_at: float
    draft: Draft
    verdict: Verdict = Verdict.WAITING
    finished: Finished | None = None


class GenerativeAnswerer:
    """Satisfies `Answerer`. Holds no state between questions."""

    def __init__(
        self,
        client: LlmClient,
        encoder: CalibratedEncoder,
        extractive: ExtractiveAnswerer,
        config: WritingConfig,
    ) -> None:
        self._client = client
        self._encoder = encoder
        self._extractive = extractive
        self._config = config
        self._rewriter = Rewriter(client, config.max_question_chars)

    @property
    def name(self) -> str:
        return self._client.name

    async def answer(self, inquiry: Inquiry, find: Find) -> AsyncGenerator[Event, None]:
        """Raises LlmInterruptedError if the model breaks off in what the reader sees live."""
        ends_at = self._client.deadline()
        asked = await self._rewriter.stand_alone(inquiry.question, inquiry.history, ends_at)
        findings = await find(asked.question, lambda found: found)
        yield PassagesFound(findings.passages())
        language = inquiry.language or findings.query.language
        writing = _Writing(findings, language, ends_at, Draft())
        failed = asked.outage
        if not failed and findings.ranked:
            try:
                async with aclosing(self._write(writing)) as events:
                    async for event in events:
                        yield event
            except LlmError as error:
                if inquiry.live and writing.draft.text and isinstance(error, LlmInterruptedError):
                    raise
                logger.warning("answering without the language model: %s", error)
                failed = True
        answer = await asyncio.to_thread(self._conclude, writing, failed=failed)
        answer = replace(answer, usage=_total(asked.usage, writing))
        for last in _told(answer, writing.draft.text):
            yield last

    def prepare(self) -> None:
        self._client.prepare()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _write(self, writing: _Writing) -> AsyncGenerator[TextDelta | CitationFound, None]:
        """Have the draft written, yielding what the reader may see of it by now."""
        shown, messages = await asyncio.to_thread(self._prompt, writing.findings, writing.language)
        checker = SentenceChecker(shown, self._encoder, writing.language)
        pipe = _Pipe(shown, writing.language)
        try:
            async with aclosing(self._client.stream(messages, writing.ends_at)) as parts:
                async for part in parts:
                    if isinstance(part, Finished):
                        writing.finished = part
                        continue
                    if pipe.verdict in (Verdict.DECLINED, Verdict.FOREIGN):
                        break
                    for step in pipe.feed(part.text):
                        async for event in _take(step, writing, checker):
                            yield event
                    if writing.draft.text.endswith(ENDS):
                        checker.expect(pipe.unfinished)
            for step in pipe.close():
                async for event in _take(step, writing, checker):
                    yield event
        finally:
            writing.verdict = pipe.verdict
            checker.cancel()

    def _prompt(
        self, findings: Findings, language: Language
    ) -> tuple[list[ShownPassage], list[Message]]:
        """What is shown to the model, and the prompt that shows it."""
        output = self._config.max_output_tokens
        budget = self._client.context_tokens() - output - _PROMPT_MARGIN_TOKENS
        question, fence, count = findings.query.text, new_fence(), self._client.count_tokens
        passages = show_passages(findings)
        shown = fit_passages(question, passages, language, budget, count, fence)
        if not shown:
            raise LlmRefusedError(
                f"{self.name}: no passage fits into its context beside an answer of {output} "
                "tokens; set DALIL_LLM_CONTEXT_TOKENS higher, or DALIL_LLM_MAX_OUTPUT_TOKENS lower"
            )
        return shown, answer_messages(question, shown, language, fence)

    def _conclude(self, writing: _Writing, *, failed: bool) -> Answer:
        """What is to be answered, now that the model has stopped or failed."""
        draft, language = writing.draft, writing.language
        if failed:
            return self._quote(writing)
        declined = writing.verdict is Verdict.DECLINED or not draft.claims_anything
        brief = len(draft.sentences) <= _BRIEF
        declined = declined or (brief and not draft.proved and declines_in_words(draft.text))
        if writing.verdict is not Verdict.FOREIGN and declined:
            return self._abstain(writing)
        if draft.proved and draft.speaks(language):
            return self._written(writing)
        logger.warning("nothing that %s wrote can be shown", self._model(writing))
        if self._config.when_unsupported == "abstain":
            return self._abstain(writing)
        return self._quote(writing)

    def _quote(self, writing: _Writing) -> Answer:
        return replace(self._extractive.quote(writing.findings, writing.language), degraded=True)

    def _abstain(self, writing: _Writing) -> Answer:
        model = self._model(writing)
        answer = abstain(writing.findings, writing.language, 0.0, model=model)
        return replace(answer, degraded=model != self.name)

    def _written(self, writing: _Writing) -> Answer:
        draft, model = writing.draft, self._model(writing)
        return make_answer(
            writing.findings,
            writing.language,
            status=Status.ANSWERED,
            text=draft.text,
            verified=Verified(tuple(draft.sentences), tuple(draft.citations)),
            sure=draft.confidence,
            model=model,
            degraded=model != self.name,
        )

    def _model(self, writing: _Writing) -> str:
        return writing.finished.model if writing.finished else self.name


class _Pipe:
    """From a model's raw text to steps: opening, markers, links, sentences.

    Links come after markers: a marker that is taken out could put an address together.
    """

    def __init__(self, shown: Sequence[ShownPassage], language: Language) -> None:
        self._opening = Opening(language)
        self._word = WithoutTheWord()
        self._links = LinkFilter("\n".join(p.span.of(p.article.text) for p in shown))
        self._markers = MarkerStream([passage.number for passage in shown])
        self._sentences = SentenceStream(language)

    @property
    def verdict(self) -> Verdict:
        return self._opening.verdict

    @property
    def unfinished(self) -> str:
        return self._sentences.unfinished

    def feed(self, text: str) -> list[Step]:
        return self._pass_on(self._markers.feed(self._word.feed(self._opening.feed(text))))

    def close(self) -> list[Step]:
        left = self._word.feed(self._opening.close()) + self._word.close()
        steps = self._pass_on([*self._markers.feed(left), *self._markers.close()])
        return [*steps, *self._sentences.feed(self._links.close()), *self._sentences.close()]

    def _pass_on(self, items: Iterable[str | Marker]) -> list[Step]:
        plain = (self._links.feed(item) if isinstance(item, str) else item for item in items)
        return [step for item in plain for step in self._sentences.feed(item)]


async def _take(
    step: Step, writing: _Writing, checker: SentenceChecker
) -> AsyncGenerator[TextDelta | CitationFound, None]:
    if isinstance(step, Emit):
        yield writing.draft.show(step.text)
        return
    checked = await checker.check(step.text, step.cited)
    for event in writing.draft.take(checked, writing.findings.articles):
        yield event


def _total(rewriting: Usage | None, writing: _Writing) -> Usage | None:
    """Of a call that was broken off, nothing is known but that it was made."""
    answered = used(writing.finished) if writing.finished else None
    if writing.draft.text or writing.verdict is not Verdict.WAITING:
        answered = answered or Usage(None, None, None, 1)
    parts = [part for part in (rewriting, answered) if part]
    return sum(parts[1:], start=parts[0]) if parts else None


def _told(answer: Answer, shown: str) -> Iterable[Event]:
    """The end of the stream; an answer of which nothing was shown is told from its beginning."""
    return (Done(answer),) if shown else replay(answer)
