"""What the benchmarks ask: questions that differ, so that no memory of an earlier one answers."""

from collections.abc import Iterator

from evals.questions import FOLDERS, load_articles, load_questions

_WORDS = 7
_STRIDE = 3


SEEDS = FOLDERS[0]


def eval_questions() -> list[str]:
    """The questions of `evals/`, each once, without those that point back at others."""
    questions = load_questions(load_articles())
    return list(dict.fromkeys(question.text for question in questions if not question.history))


def different_questions() -> list[str]:
    """Thousands of questions, each once: those of `evals/`, then stretches of the seeds.

    A stretch is as long as a question, and is what readers paste into a search box.
    """
    stretches = [list(_stretches(article.text)) for article in load_articles([SEEDS]).values()]
    longest = max(map(len, stretches))
    # In turns, so that neighbouring requests look into different articles.
    mixed = [texts[i] for i in range(longest) for texts in stretches if i < len(texts)]
    return list(dict.fromkeys([*eval_questions(), *mixed]))


def _stretches(text: str) -> Iterator[str]:
    words = text.split()
    for start in range(0, len(words) - _WORDS, _STRIDE):
        yield " ".join(words[start : start + _WORDS])
