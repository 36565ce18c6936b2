"""The tools that agents get: what each takes, does and gives, without the protocol.

They take and give what HTTP does (`rag/wire_models.py`, `rag/wire.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from rag.reading import read_answer
from rag.wire import answer_to_dict, article_to_dict, search_to_dict
from rag.wire_models import (
    AnswerOut,
    ArticleId,
    ArticleOut,
    Question,
    SearchOut,
    SearchRequest,
    Strict,
)

if TYPE_CHECKING:
    from rag.service import Service


class ReadArticle(Strict):
    article_id: ArticleId = Field(description="as `search` and `ask` name it")


@dataclass(frozen=True, slots=True)
class Tool:
    """`takes` checks the arguments and `gives` documents the result of `run`."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[["Service", Any], Awaitable[dict[str, Any]]]


async def _search(service: "Service", given: SearchRequest) -> dict[str, Any]:
    result = await asyncio.to_thread(
        service.search, given.query, top_k=given.top_k, filters=given.filters.value()
    )
    return search_to_dict(result)


async def _ask(service: "Service", given: Question) -> dict[str, Any]:
    # Read as a stream, so that an agent that gives up also ends the language model's call.
    events = service.stream(
        given.question,
        top_k=given.top_k,
        filters=given.filters.value(),
        language=given.language,
        history=given.turns(),
        live=False,
    )
    return answer_to_dict(await read_answer(events))


async def _read_article(service: "Service", given: ReadArticle) -> dict[str, Any]:
    return article_to_dict(await asyncio.to_thread(service.article, given.article_id))


TOOLS = (
    Tool(
        "search",
        "Search the articles",
        "Find the passages of the articles that are nearest to a query, best first. The query "
        "may be Arabic or English and finds passages in both languages. Use it to look around; "
        "use `ask` for an answer. Examples: «حفر قناة السويس», «آثار البتراء في الأردن», "
        '"length of the Suez Canal".',
        SearchRequest,
        SearchOut,
        _search,
    ),
    Tool(
        "ask",
        "Ask a question",
        "Answer a question from the articles, in the question's language. Each [n] in the "
        "answer is an entry of `citations` with an exact quote: `quote` is the article's text "
        "from `start` to `end`, in code points. If `status` is `abstained`, the articles hold "
        "no answer: say so, and do not use `related` as evidence. For a follow-up, give the "
        "conversation so far as `history`. Examples: «متى افتُتحت قناة السويس؟», then "
        '«وكم يبلغ طولها؟»; "When was Petra made a World Heritage Site?".',
        Question,
        AnswerOut,
        _ask,
    ),
    Tool(
        "read_article",
        "Read an article",
        "The whole text of one article and what is known about it: title, language, address, "
        "date. The offsets of quotes and passages count code points in this text. Example: "
        "the article_id `suez-canal-ar`, which a search for «قناة السويس» may have found.",
        ReadArticle,
        ArticleOut,
        _read_article,
    ),
)
