"""Asks a service every question of the eval set, and scores what it answers.

Which service that is, is the caller's choice: `collection.py` opens the ordinary one.
"""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from evals.answer_scores import score_answer
from evals.questions import EvalQuestion
from evals.results import Gold, Row
from rag.service import Service
from rag.types import Article
from rag.wire import answer_to_dict

_RANKED = 50

Progress = Callable[[int, int], None]
"""Called with how many questions are done, and how many there are."""


def ask_all(
    service: Service,
    questions: Sequence[EvalQuestion],
    articles: Mapping[str, Article],
    progress: Progress,
) -> tuple[Row, ...]:
    """One row for each question, in their order. Raises what the service raises."""
    rows = []
    for done, question in enumerate(questions):
        progress(done, len(questions))
        rows.append(_ask(service, question, articles))
    progress(len(questions), len(questions))
    return tuple(rows)


def _ask(service: Service, question: EvalQuestion, articles: Mapping[str, Article]) -> Row:
    start = perf_counter()
    answer = service.ask(question.text, history=question.history)
    seconds = perf_counter() - start
    found = service.search(answer.rewritten or question.text, top_k=_RANKED)
    return Row(
        id=question.id,
        split=question.split,
        language=question.language,
        kind=question.kind,
        direction=question.direction,
        crosses=question.crosses,
        perturbation=question.perturbation,
        twin=question.twin,
        question=question.text,
        facts=question.facts,
        gold=tuple(Gold(evidence.article_id, evidence.quote) for evidence in question.gold),
        answer=answer_to_dict(answer),
        ranking=tuple(dict.fromkeys(passage.article_id for passage in found.passages)),
        scores=score_answer(question, answer, articles),
        seconds=round(seconds, 4),
    )
