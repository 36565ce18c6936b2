"""News agencies and the datelines that name them: "أستانا-سانا", "LONDON (Reuters) -".

Only known agencies count: "فلسطين - الأردن" has a dateline's shape and is a headline.
"""

import re

_NAMES = (
    "سانا|رويترز|فرانس برس|أ ف ب|أ.ف.ب|ا ف ب|أسوشيتد برس|د ب أ|د.ب.أ|وام|واس|بترا|قنا|كونا|"
    "وفا|تاس|سبوتنيك|نوفوستي|إنترفاكس|شينخوا|الأناضول|وكالة الأناضول|أ ش أ|أ.ش.أ|"
    "وكالة أنباء الشرق الأوسط|بنا|سونا|وكالات|الوكالات|إرنا|بلومبرغ|"
    "Reuters|AFP|AP|Associated Press|TASS|SANA|Sputnik|Interfax|Xinhua|dpa|UPI|Bloomberg|"
    "Anadolu|WAM|SPA|KUNA|QNA|Petra|WAFA|MENA|IRNA"
)
_ANY = "|".join(sorted(map(re.escape, _NAMES.split("|")), key=len, reverse=True))
_PLACE = r"[^\W\d_][\w'’.]*(?:\s[\w'’.]+){0,2}"
_DATELINE = re.compile(
    rf"{_PLACE}\s?(?:[-–—/،,]\s?(?P<after>{_ANY})|\(\s?(?P<inside>{_ANY})\s?\))\s?"
    r"(?P<end>[-–—:.]|$|(?=\s))",
    re.IGNORECASE,
)


def dateline_agency(line: str) -> str | None:
    """The agency of a dateline at the start of a line, or None.

    "أستانا-سانا" → "سانا" · "دمشق (رويترز) - أعلنت" → "رويترز" · "دمشق - أعلنت" → None
    """
    match = _DATELINE.match(line)
    return (match["after"] or match["inside"]) if match else None


def is_dateline(line: str) -> bool:
    """Whether a line is a dateline and nothing else. "أستانا-سانا" → True."""
    return _DATELINE.fullmatch(line) is not None
