"""Services over small collections whose answers a model on loopback writes, and their readers."""

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from rag.errors import DalilError
from rag.events import CitationFound, Done, Event, PassagesFound, TextDelta
from rag.extractive_answerer import ExtractiveAnswerer
from rag.generative import GenerativeAnswerer, WhenUnsupported, WritingConfig
from rag.llm import Deadlines, LlmClient, ModelConfig
from rag.service import Service
from rag.types import Answer, Article, Citation
from tests.fakes import ARTICLES, Engine, plain_weights
from tests.llm.scripted import Request, ScriptedLlm

MODEL = "openai/scripted"
KEY = "sk-canary-71c0ffee5a1d"
PATIENT = Deadlines(total=60.0, first_token=30.0, stall=30.0)
_PASSAGE = re.compile(r"<<<\w+ \[(\d+)\]\ntitle: (.*)\n")


@dataclass
class Told:
    """All that a reader of a stream was told, and how long it took in seconds."""

    events: list[Event] = field(default_factory=list)
    error: DalilError | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(e.citation for e in self.events if isinstance(e, CitationFound))

    @property
    def answer(self) -> Answer:
        """What the stream ended with."""
        assert self.error is None, self.error
        done = self.events[-1]
        assert isinstance(done, Done)
        return done.answer


def model_at(url: str, name: str = MODEL) -> ModelConfig:
    """A model that is asked at this address, with a key that must not be seen again."""
    return ModelConfig(name, url, SecretStr(KEY), 0.0, 128, None)


def asking(
    *models: ScriptedLlm | ModelConfig, deadlines: Deadlines = PATIENT, retries: int = 0
) -> LlmClient:
    """A client of these models, the preferred one first, that has loaded what it needs."""
    configs = [model_at(m.url) if isinstance(m, ScriptedLlm) else m for m in models]
    client = LlmClient(configs, deadlines, retries)
    client.prepare()
    return client


def answerer(
    client: LlmClient,
    engine: Engine,
    *,
    unsupported: WhenUnsupported = "extractive",
    max_output_tokens: int = 128,
) -> GenerativeAnswerer:
    """What lets these models write, with the extractive answerer of `Engine.service` behind."""
    config = WritingConfig(max_output_tokens, 2000, unsupported)
    extractive = ExtractiveAnswerer(plain_weights(), min_confidence=0.5)
    return GenerativeAnswerer(client, engine.encoder, extractive, config)


def written_by(
    client: LlmClient, engine: Engine, *, unsupported: WhenUnsupported = "extractive"
) -> Service:
    """A service over the engine's collection that lets these models write."""
    return engine.service(answerer=answerer(client, engine, unsupported=unsupported))


def read(service: Service, question: str, **options: Any) -> Told:
    """Ask, and read the stream to its end, whatever that is."""
    told = Told()

    async def follow() -> None:
        try:
            async with aclosing(service.stream(question, **options)) as events:
                async for event in events:
                    told.events.append(event)
        except DalilError as error:
            told.error = error
        finally:
            await service.aclose()

    started = time.monotonic()
    asyncio.run(follow())
    told.seconds = time.monotonic() - started
    return told


def number_of(request: Request, title: str) -> int:
    """The number under which the model was shown an article's passage."""
    prompt = request.body["messages"][1]["content"]
    return next(int(n) for n, shown in _PASSAGE.findall(prompt) if shown == title)


def assert_exact(citations: Sequence[Citation], articles: Sequence[Article] = ARTICLES) -> None:
    """Every quote is its article's text at its place."""
    by_id = {article.id: article for article in articles}
    for citation in citations:
        assert citation.quote
        text = by_id[citation.article_id].text
        assert text[citation.start : citation.end] == citation.quote


def assert_in_order(told: Told, articles: Sequence[Article] = ARTICLES) -> None:
    """Passages, then text with each quote right behind its marker, then the same whole."""
    assert isinstance(told.events[0], PassagesFound)
    assert [type(event) for event in told.events].count(PassagesFound) == 1
    text = ""
    for event in told.events[1:-1]:
        if isinstance(event, TextDelta):
            assert event.text
            text = event.text
        else:
            assert isinstance(event, CitationFound)
            assert f"[{event.citation.marker}]" in text
    assert told.text == told.answer.answer
    assert told.citations == told.answer.citations
    assert_exact(told.citations, articles)
