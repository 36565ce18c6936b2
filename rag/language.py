"""Which language a text is in, by script and by share.

Dalil's articles are Arabic and English, so the script decides where it can: a
statistical detector calls «سعر iPhone 15» English, while a reader would not. Other
languages in Arabic script are told from Arabic by letters that Arabic does not use.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rag.types import Language

_MIXED_SHARE = 0.3
_FOREIGN_SHARE = 0.015
_FARSI_URDU_LETTERS = frozenset("پچژگکیہھۃےڑٹڈںۀ")


@dataclass(frozen=True, slots=True)
class LanguageProfile:
    """The language of a text, and every language that has a real share in it.

    `language` is the one to answer in; `languages` is ordered by share.
    """

    language: Language
    languages: tuple[Language, ...]

    @property
    def mixed(self) -> bool:
        return len(self.languages) > 1


@lru_cache(maxsize=65536)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    if name.startswith(("ARABIC", "PRESENTATION FORM FOR VERTICAL")):
        return "arabic"
    return "latin" if name.startswith(("LATIN", "FULLWIDTH LATIN")) else "other"


def profile_language(text: str) -> LanguageProfile:
    """Profile a text's languages from its letters; "und" where it has none.

    A word written in Arabic letters weighs as much as a longer Latin one, for Arabic
    leaves out short vowels: shares are counted in words, not letters.

    "من ترأس القمة؟" → ar · "Who chaired it?" → en · "سعر iPhone 15" → ar, mixed · "123" → und
    """
    counts = {"arabic": 0, "latin": 0, "other": 0}
    arabic_letters = foreign_letters = 0
    for word in text.split():
        scripts = [_script(char) for char in word if char.isalpha()]
        if not scripts:
            continue
        counts[max(counts, key=scripts.count)] += 1
        arabic_letters += scripts.count("arabic")
        foreign_letters += sum(char in _FARSI_URDU_LETTERS for char in word)
    total = sum(counts.values())
    if total == 0:
        return LanguageProfile("und", ())
    arabic = "ar" if foreign_letters <= _FOREIGN_SHARE * arabic_letters else "fa"
    codes = {"arabic": arabic, "latin": "en", "other": "und"}
    ranked = sorted(counts, key=lambda script: counts[script], reverse=True)
    shares = tuple(codes[script] for script in ranked if counts[script] >= _MIXED_SHARE * total)
    # An Arabic frame around Latin names is an Arabic question.
    main = arabic if arabic in shares else shares[0]
    return LanguageProfile(main, shares)


def detect_language(text: str) -> Language:
    """The one language of a text. "القمة العربية" → "ar", "The summit" → "en", "؟؟" → "und"."""
    return profile_language(text).language
