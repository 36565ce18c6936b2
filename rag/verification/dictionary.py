"""Whether an Arabic word is one that dictionaries have, in any of its written forms.

simplemma's dictionary has lemmas and many forms, but not each with every particle and
pronoun, so those are taken off. A word that is still unknown is most often a name.
"""

import re
from functools import lru_cache

from simplemma import is_known

from rag.terms import analyse_token, strip_proclitics

_PREFIX = re.compile(r"^(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بكلس]|[وف])")
_SUFFIXES = (
    "هما", "كما", "هم", "هن", "كم", "ها", "نا", "ات", "ين", "ون", "ان", "وا", "تا", "يا", "ية",
    "يه", "ه", "ي", "ك", "ا", "ت", "ة", "ى", "ن", "و",
)  # fmt: skip
_TENTH_FORM = re.compile(r"^س?[يتن]ست\w{3}")
_VERB_PREFIXES = ("ي", "ت", "ن", "أ")


@lru_cache(maxsize=100_000)
def in_arabic_dictionary(token: str) -> bool:
    """Whether a dictionary has an Arabic word, with or without what is written onto it.

    «عضويتها» → True, for «عضوية» is there · «ستانيسلاف» → False
    """
    bare = _PREFIX.sub("", token)
    forms = {token, bare, strip_proclitics(token)}
    forms |= {form.removesuffix(end) for form in tuple(forms) for end in _SUFFIXES}
    if _TENTH_FORM.match(bare):
        return True
    verbs = [form[1:] for form in forms if form.startswith(_VERB_PREFIXES)]
    forms |= {*verbs, *("ا" + verb for verb in verbs)}
    forms |= {form.removesuffix("ت") + "ة" for form in tuple(forms)}
    return any(
        len(form) >= 2 and (is_known(form, lang="ar") or not analyse_token(form)) for form in forms
    )
