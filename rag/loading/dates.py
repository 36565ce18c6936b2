"""Dates that name a day, a month and a year, in Arabic and English.

`find_published` decides whether a date near the top is the article's own. A wrong date
is worse than none: a date without a year, and a date of something told, do not count.
"""

import re
from datetime import date

from rag.text import fold

# January first; Egyptian and Gulf, Levantine, Tunisian and Algerian, Moroccan names.
_ARABIC_MONTHS = (
    "يناير|كانون الثاني|جانفي",
    "فبراير|شباط|فيفري",
    "مارس|آذار",
    "أبريل|إبريل|نيسان|أفريل",
    "مايو|أيار|ماي",
    "يونيو|يونيه|حزيران|جوان",
    "يوليو|يوليه|تموز|جويلية|يوليوز",
    "أغسطس|آب|أوت|غشت",
    "سبتمبر|أيلول|شتنبر",
    "أكتوبر|تشرين الأول|تشرين أول",
    "نوفمبر|تشرين الثاني|تشرين ثاني|نونبر",
    "ديسمبر|كانون الأول|كانون أول|دجنبر",
)
_ENGLISH_MONTHS = (
    "January|Jan",
    "February|Feb",
    "March|Mar",
    "April|Apr",
    "May",
    "June|Jun",
    "July|Jul",
    "August|Aug",
    "September|Sept|Sep",
    "October|Oct",
    "November|Nov",
    "December|Dec",
)


def _numbered(months: tuple[str, ...]) -> dict[str, int]:
    return {fold(name): n for n, names in enumerate(months, 1) for name in names.split("|")}


_MONTHS = _numbered(_ARABIC_MONTHS) | _numbered(_ENGLISH_MONTHS)
_WEEKDAYS = "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة " + (
    "Saturday Sunday Monday Tuesday Wednesday Thursday Friday Sat Sun Mon Tue Wed Thu Fri"
)


def _any_of(names: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_DAY = r"(?<![\d.,])(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>\d{{4}})(?!\d)"
_AR = _any_of(_numbered(_ARABIC_MONTHS))
_EN = _any_of(_numbered(_ENGLISH_MONTHS))
_DAY_MONTH_AR = (
    _DAY.format("da")
    + rf"\s*/?\s*(?:من\s+)?(?:شهر\s+)?(?P<ma>{_AR})\s?[/(\-]?\s?(?P<mb>{_AR})?(?!\w)\)?"
)
_DAY_MONTH_EN = _DAY.format("de") + rf"\s+(?:of\s+)?(?P<me>{_EN})\b\.?"
_MONTH_DAY_EN = rf"\b(?P<mf>{_EN})\b\.?\s+" + _DAY.format("df")
_FULL = re.compile(
    r"(?<![\d-])"
    + _YEAR.format("yi")
    + r"(?P<sep>[-/])(?P<mi>\d{1,2})(?P=sep)(?P<di>\d{1,2})(?!\d)"
    rf"|{_DAY_MONTH_AR}\s*[،,]?\s*(?:(?:من\s+)?(?:عام|العام|سنه)\s+)?{_YEAR.format('ya')}"
    rf"|{_DAY_MONTH_EN},?\s+{_YEAR.format('ye')}"
    rf"|{_MONTH_DAY_EN},?\s+{_YEAR.format('yf')}"
    r"|(?<![\d/.-])(?P<dn>\d{1,2})(?P<sn>[-/.])(?P<mn>\d{1,2})(?P=sn)" + _YEAR.format("yn")
)
_PARTIAL = re.compile(f"{_DAY_MONTH_AR}|{_DAY_MONTH_EN}|{_MONTH_DAY_EN}")

_TOP_LINES = 5
_TOP_CHARS = 10_000
_DATELINE_WORDS = 3
_LONGEST_HEADLINE = 120
_WORD = re.compile(r"[^\W\d_]+")
_ABOUT_DATES = frozenset(
    fold(
        f"{_WEEKDAYS} نشر نشرت في بتاريخ تاريخ النشر التاريخ آخر تحديث الساعة يوم م ص "
        "بتوقيت غرينتش published posted updated last on date at am pm gmt utc by time T Z"
    ).split()
)
_PUBLISHED_LABEL = re.compile(
    fold(r"^(تاريخ النشر|نشر في|نشر بتاريخ|التاريخ)|^(published|posted|publication date|date)\b")
)
# Just before a date in a sentence, these say that it is the day of the report itself.
_TODAY = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, fold(_WEEKDAYS).split()))}|اليوم|امس|today)[\s,،(]*$"
)
_DATELINE_START = re.compile(r"^[^\d.؟!?]{2,40}[\s,،(\-–—]$")
_DATELINE_END = re.compile(r"^\s*\)?\s*[-–—:(]")


def parse_date(value: str) -> date | None:
    """The one full date in a short string, or None.

    "2021-09-15" · "15 سبتمبر/أيلول 2021" · "١٥ أيلول ٢٠٢١" · "September 15, 2021"
    """
    found = _first_full(fold(value))
    return found[0] if found else None


def is_date_line(line: str) -> bool:
    """Whether a line says when, and nothing else: "الأربعاء 15 أيلول 2021" → True."""
    folded = fold(line)
    found = _first_full(folded)
    return found is not None and not _other_words(folded, found[1])


def find_published(text: str) -> date | None:
    """The date at the top of a text that is the day it was published on, or None.

    A line that is a date or a dateline counts in the first five lines; a date inside the
    first paragraph only after a weekday or "today", or as a dateline before a dash.
    """
    lines = [line for line in text[:_TOP_CHARS].split("\n") if line.strip()]
    top = [fold(line).strip() for line in lines[:_TOP_LINES]]
    for index, line in enumerate(top):
        found = _first_full(line)
        if found and _is_dateline(line, found[1], first=index == 0):
            return found[0]
    opening = next((line for line in top if _is_prose(line)), "")
    return _date_of_report(opening)


def drop_date_lines(text: str, published: date | None) -> str:
    """The text without lines near its top that only state the day it was published on."""
    lines = text.split("\n")
    top = [index for index, line in enumerate(lines) if line.strip()][:_TOP_LINES]
    stated = {i for i in top if is_date_line(lines[i]) and parse_date(lines[i]) == published}
    kept = "\n".join(line for index, line in enumerate(lines) if index not in stated)
    return re.sub("\n{3,}", "\n\n", kept).strip()


def _is_prose(line: str) -> bool:
    return len(line) > _LONGEST_HEADLINE or line.endswith((".", "؟", "!", "?"))


def _is_dateline(line: str, match: re.Match[str], *, first: bool) -> bool:
    others = _other_words(line, match)
    if not others or len(others) > _DATELINE_WORDS or _is_prose(line):
        return not others
    # "حرب 6 أكتوبر 1973" on the first line is a title; "دمشق، 15 أيلول 2021" below it is not.
    return not first or _PUBLISHED_LABEL.match(line) is not None


def _other_words(line: str, match: re.Match[str]) -> list[str]:
    rest = f"{line[: match.start()]} {line[match.end() :]}"
    return [word for word in _WORD.findall(rest) if word not in _ABOUT_DATES]


def _date_of_report(line: str) -> date | None:
    partial = _PARTIAL.search(line)
    found = _first_full(line)
    # The first day that is named decides: "4 July" before "5 May 1992" leaves no year.
    if found is None or (partial and partial.start() < found[1].start()):
        return None
    day, match = found
    before, after = line[: match.start()], line[match.end() :]
    as_dateline = _DATELINE_START.match(before) and _DATELINE_END.match(after)
    return day if _TODAY.search(before) or as_dateline else None


def _first_full(folded: str) -> tuple[date, re.Match[str]] | None:
    for match in _FULL.finditer(folded):
        day = _to_date(match)
        if day:
            return day, match
    return None


def _to_date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    year = next(parts[key] for key in ("yi", "ya", "ye", "yf", "yn") if parts[key])
    day = next(parts[key] for key in ("di", "da", "de", "df", "dn") if parts[key])
    name = parts["ma"] or parts["me"] or parts["mf"]
    month = _MONTHS[name] if name else int(parts["mi"] or parts["mn"])
    if parts["mb"] and _MONTHS[parts["mb"]] != month:
        return None
    # 03/04/2021 is two dates, one to each side of the Atlantic.
    if parts["mn"] and int(day) <= 12 and int(day) != month:
        return None
    try:
        return date(int(year), month, int(day)) if int(year) >= 1800 else None
    except ValueError:
        return None
