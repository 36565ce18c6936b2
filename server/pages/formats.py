"""How the pages write numbers, days and the names of languages, in Arabic and in English."""

from datetime import date
from urllib.parse import urlsplit

from rag.plain import shown_on_one_line
from rag.types import Language
from server.pages.reader import PageLanguage

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTHS: dict[PageLanguage, list[str]] = {
    "ar": ("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر").split(" "),
    "en": (
        "January February March April May June July August September October November December"
    ).split(" "),
}
_LANGUAGE_NAMES: dict[PageLanguage, dict[Language, str]] = {
    "ar": {
        "ar": "العربية",
        "en": "الإنجليزية",
        "fa": "الفارسية",
        "ur": "الأردية",
        "he": "العبرية",
        "fr": "الفرنسية",
        "und": "لغة غير معروفة",
    },
    "en": {
        "ar": "Arabic",
        "en": "English",
        "fa": "Persian",
        "ur": "Urdu",
        "he": "Hebrew",
        "fr": "French",
        "und": "Unknown language",
    },
}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# A page cannot hold these; each gives way to one character, so that offsets stay true.
_UNWRITABLE = {0: _REPLACEMENT, 13: " ", **dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)}


def number(value: int, language: PageLanguage) -> str:
    """1304 → "1,304", in Arabic "١٬٣٠٤"."""
    text = f"{value:,}"
    return text.replace(",", "٬").translate(_ARABIC_INDIC) if language == "ar" else text


def day(value: date, language: PageLanguage) -> str:
    """2021-04-05 → "5 April 2021", in Arabic "٥ أبريل ٢٠٢١"."""
    text = f"{value.day} {_MONTHS[language][value.month - 1]} {value.year}"
    return text.translate(_ARABIC_INDIC) if language == "ar" else text


def language_name(code: Language, language: PageLanguage) -> str:
    """ "ar" → "Arabic"; a code without a name here stays a code."""
    return _LANGUAGE_NAMES[language].get(code, code)


def html_language(code: Language) -> str:
    """A value for `lang`: "und" is "", which is HTML's word for it."""
    return "" if code == "und" else code


def title(text: str, fallback: str) -> str:
    """A title on one line that cannot reorder what is around it; the fallback if none is left."""
    return shown_on_one_line(text) or shown_on_one_line(fallback)


def writable(text: str) -> str:
    """The text as HTML can hold it, code point for code point."""
    return text.translate(_UNWRITABLE)


def web_address(url: str | None) -> str | None:
    """The address if it leads to a web page; None for any other scheme, or none."""
    if url is None or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
