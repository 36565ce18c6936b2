"""The words of a text that are embedded one by one, in the form in which they are.

They let "opened" meet «افتُتحت», which no term does. Numbers are left out, for they match
exactly or not at all; what is near what is `nearness.py`'s business.
"""

import re
from functools import lru_cache

from simplemma import is_known

from rag.terms import analyse_token, is_arabic, strip_proclitics, tokenise
from rag.text import fold
from rag.types import Language

_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)")


def content_words(text: str) -> tuple[str, ...]:
    """The telling words of a text, each once, in their order.

    «وافتُتحت القناة عام ١٨٦٩ بحضور ديليسبس» → ("افتتحت", "قناة", "عام", "حضور", "ديليسبس")
    "The canal was opened in 1869" → ("canal", "opened")
    """
    tokens = (token for token in tokenise(text) if _is_telling(token))
    return tuple(dict.fromkeys(map(_form, tokens)))


def word_language(word: str) -> Language:
    """The language that a word is taken for, by its letters. «قناة» → "ar", "canal" → "en" """
    return "ar" if is_arabic(word) else "en"


def _is_telling(token: str) -> bool:
    return bool(analyse_token(token)) and not fold(token)[:1].isdigit()


@lru_cache(maxsize=200_000)
def _form(token: str) -> str:
    """A word as it is embedded, without what is written onto it.

    A single letter is taken off only from a word that the dictionary does not know, and if it
    knows the rest: the «و» of «وزير» is no conjunction.
    """
    if not is_arabic(token):
        return fold(token)
    bare = strip_proclitics(token)
    if _ARTICLE.match(token) or (is_known(bare, lang="ar") and not is_known(token, lang="ar")):
        return bare
    return token
