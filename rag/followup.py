"""Makes a follow-up question stand alone, by rule, where no language model can.

«وماذا قال عنها؟» points back at what was asked before. The words that carried the last
questions' meaning are added to it, so that retrieval has something to find. A question
that names its own subject is left as it is.
"""

import re
from collections.abc import Sequence

from rag.terms import analyse_token, tokenise
from rag.text import fold
from rag.types import Turn

_POINTERS = frozenset(
    fold(word)
    for word in """
    هو هي هم هن هما ذلك تلك هذا هذه هناك هنالك عنه عنها عنهم فيه فيها به بها له لها لهم منه
    منها عليه عليها إليه إليها معه معها بعده بعدها قبله قبلها بعد قبل أيضا
    it its he him his she her hers they them their theirs that those this these there then
    one ones also
    """.split()
)
_CONTINUES = re.compile(
    r"^(?:و(?:ماذا|ما|من|متى|أين|اين|كيف|كم|لماذا|هل|أي)\b|and\b|but\b|then\b|so\b|what about\b|"
    r"how about\b)",
    re.IGNORECASE,
)
# «طولها», «سكانهم»; a single «ه» is as often a «ة» as people type it.
_ATTACHED = re.compile(r"\w{3,}(?:ها|هما|هم|هن)")
_FEW_TERMS = 2
_FEW_BESIDE_A_POINTER = 3
_MOST_CARRIED = 8


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it points back at, or as it is where it points at nothing.

    "and who chaired it?" after "When was the Sochi summit?" → "and who chaired it? (Sochi summit)"
    «وماذا قال عنها؟» after «ما موقف بوتين من سورية؟» → «وماذا قال عنها؟ (موقف بوتين سورية)»
    """
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked or not points_back(question):
        return question
    carried = _carried(question, asked)
    return f"{question} ({' '.join(carried)})" if carried else question


def points_back(question: str) -> bool:
    """Whether a question needs what was said before it.

    It does if it goes on from it ("and …", «و…») or points at something ("it", «عنها»,
    «طولها»), and says little of its own.
    """
    tokens = tokenise(question)
    own = [token for token in tokens if _is_telling(token)]
    points = any(_points(token) for token in tokens)
    goes_on = _CONTINUES.match(question.strip()) is not None
    if points and len(own) <= _FEW_BESIDE_A_POINTER:
        return True
    return (goes_on and len(own) <= _FEW_TERMS) or not own


def _points(token: str) -> bool:
    return fold(token) in _POINTERS or _ATTACHED.fullmatch(fold(token)) is not None


def _is_telling(token: str) -> bool:
    """Whether a word says what the question is about, and does not only point."""
    # «وكم» says no more than «كم».
    bare = token[1:] if token[0] in "وف" else token
    return bool(analyse_token(token) and analyse_token(bare)) and fold(token) not in _POINTERS


def _carried(question: str, asked: Sequence[str]) -> list[str]:
    """Telling words of the last question that has any, without those already there."""
    present = {term for token in tokenise(question) for term in analyse_token(token)}
    for earlier in reversed(asked):
        words = [
            token
            for token in tokenise(earlier)
            if _is_telling(token) and present.isdisjoint(analyse_token(token))
        ]
        if words:
            return list(dict.fromkeys(words))[:_MOST_CARRIED]
    return []
