"""Arabic presentation forms → the letters that they show.

PDFs and old programs store the shapes of letters (ﻣ, ﻼ) in place of letters (م, لا).
Only these shapes are replaced: every ordinary letter stays as the author wrote it.
"""

import re
import unicodedata

_BLOCK_A = range(0xFB50, 0xFE00)
_BLOCK_B = range(0xFE70, 0xFEFF)
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")

# Fonts made for Persian and Uyghur lend Arabic texts their shapes: these say which
# Arabic letter a reader sees. A final yeh without dots is ى, a joined one ي.
_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("کڪڭ", "ك"),
        **dict.fromkeys("ہھەۀ", "ه"),
        **dict.fromkeys("ۇۆۈۋۅۉ", "و"),
        **dict.fromkeys("یېے", "ي"),
        "ۓ": "ئ",
        "ٷ": "ؤ",
        "ٴ": "\u0654",
    }
)
_FINAL_YEH = frozenset("\ufbfc\ufbfd")
_JOINED_ALEF_MAKSURA = frozenset("\ufbe8\ufbe9")

# Letters of Persian, Urdu and Uyghur that no Arabic font puts in the place of another.
_FOREIGN = re.compile("[پچژگٹڈڑںۋېۆۈ\ufb56-\ufb7d\ufb88-\ufb8d\ufb92-\ufb9f]")
_ARABIC_SCRIPT = re.compile("[ء-غف-يٱ-ۓ\ufb50-\ufdfb\ufe80-\ufefc]")
_FOREIGN_SHARE = 0.005
_SAMPLE = 50_000


def _letters(form: str) -> str:
    """The letters of one form, in whatever language: "ﻼ" → "لا", "ﹶ" → "َ", "ﯾ" → "ی"."""
    # A mark's isolated form decomposes into a space and the mark; the space is no letter.
    letters = unicodedata.normalize("NFKC", form)
    return letters.lstrip(" ") if len(letters) > 1 else letters


def _arabic_letters(form: str) -> str:
    if form in _FINAL_YEH:
        return "ى"
    if form in _JOINED_ALEF_MAKSURA:
        return "ي"
    return _letters(form).translate(_LOOKALIKES)


_ALL = [chr(code) for block in (_BLOCK_A, _BLOCK_B) for code in block]
_IN_ANY_LANGUAGE = str.maketrans({form: _letters(form) for form in _ALL})
_IN_ARABIC = str.maketrans({form: _arabic_letters(form) for form in _ALL})


def fold_presentation_forms(text: str) -> str:
    """Replace presentation forms with letters.

    "ﺍﻟﺴﻼﻡ" → "السلام" · "ﷲ" → "الله" · "ﯾﻮﻡ" → "يوم", but "یوم" in a Persian text
    """
    if _FORMS.search(text) is None:
        return text
    return text.translate(_IN_ARABIC if _is_arabic(text) else _IN_ANY_LANGUAGE)


def _is_arabic(text: str) -> bool:
    sample = text[:_SAMPLE]
    foreign = len(_FOREIGN.findall(sample))
    return foreign <= _FOREIGN_SHARE * len(_ARABIC_SCRIPT.findall(sample))
