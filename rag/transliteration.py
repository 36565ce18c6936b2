"""Keys under which a name meets itself across Arabic and Latin script.

A key is the name's consonants in the classes that the two spellings share: Arabic
writes no short vowels, has one letter for "b" and "p", and no settled letter for "v",
"g" or "ch". It finds candidates; it proves nothing.

"Putin", «بوتين» → "btn" · "Lukashenko", «لوكاشينكو» → "lksnk" · "Geneva", «جنيف» → "gnf"
"""

import re
from functools import lru_cache

from rag.terms import analyse_token, is_arabic, strip_proclitics, tokenise
from rag.text import fold

_MIN_KEY_CHARS = 3
_KEY_MARK = "~"

_ARABIC_CLASSES = str.maketrans(
    {
        **dict.fromkeys("اويءعهحةآى", ""),
        **dict.fromkeys("بپ", "b"),
        **dict.fromkeys("تطث", "t"),
        **dict.fromkeys("جغگچ", "g"),
        **dict.fromkeys("خقك", "k"),
        **dict.fromkeys("دضذ", "d"),
        **dict.fromkeys("زسصشظژ", "s"),
        **dict.fromkeys("فڤ", "f"),
        "ر": "r",
        "ل": "l",
        "م": "m",
        "ن": "n",
    }
)
_LATIN_DIGRAPHS = (
    ("tch", "s"), ("sch", "s"), ("tsh", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"),
    ("ph", "f"), ("th", "t"), ("gh", "g"), ("dh", "d"), ("zh", "s"), ("ck", "k"), ("qu", "k"),
    ("ce", "s"), ("ci", "s"), ("cy", "s"), ("x", "ks"),
)  # fmt: skip
_LATIN_CLASSES = str.maketrans(
    {
        **dict.fromkeys("aeiouwyh'’", ""),
        **dict.fromkeys("bp", "b"),
        "j": "g",
        **dict.fromkeys("ckq", "k"),
        **dict.fromkeys("sz", "s"),
        **dict.fromkeys("fv", "f"),
    }
)
_POSSESSIVE = re.compile(r"['’]s?$")
_DOUBLED = re.compile(r"([^\W\d_])\1+")


def latin_key(word: str) -> str:
    """ "Yerevan" → "rfn" · "Tchaikovsky" → "skfsk" · "the" → "t"."""
    text = _DOUBLED.sub(r"\1", _POSSESSIVE.sub("", fold(word)))
    for digraph, letter in _LATIN_DIGRAPHS:
        text = text.replace(digraph, letter)
    return text.translate(_LATIN_CLASSES)


@lru_cache(maxsize=100_000)
def arabic_keys(word: str) -> tuple[str, ...]:
    """Keys of a word, with and without the particles that may be written onto it.

    «بوتين» → ("btn", "tn") · «والجزائر» → ("lgsr", "gsr")
    """
    folded = fold(word).replace("تش", "ش")
    forms = (folded, strip_proclitics(folded))
    return tuple(dict.fromkeys(form.translate(_ARABIC_CLASSES) for form in forms))


def name_keys(text: str) -> list[str]:
    """Keys of all words that may be names, marked so that no term equals one.

    Arabic has no capitals, so there every word that is not a stopword may be a name.

    "Putin met ministers" → ["~btn"] · «التقى بوتين» → ["~ltk", "~btn"]
    """
    keys: list[str] = []
    for token in tokenise(text):
        if is_arabic(token):
            found = arabic_keys(token) if analyse_token(token) else ()
        else:
            found = (latin_key(token),) if token[0].isupper() else ()
        keys.extend(_KEY_MARK + key for key in found if len(key) >= _MIN_KEY_CHARS)
    return keys
