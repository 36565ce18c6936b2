"""Finds the dates of a text: day, month and year, as far as they are stated.

Months are known by their Levantine, Egyptian, Maghrebi and English names, and in
numbers. Only the Gregorian calendar is read; a year alone is a number, not a date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.text import fold
from rag.verification.numerals import numbers_of

_MONTH_NAMES = """
    january|jan|يناير|كانون الثاني|جانفي|كانون ثاني
    february|feb|فبراير|شباط|فيفري
    march|mar|مارس|آذار|أذار
    april|apr|أبريل|إبريل|نيسان|أفريل
    may|مايو|أيار|ماي|مايس
    june|jun|يونيو|يونيه|حزيران|جوان
    july|jul|يوليو|يوليه|تموز|جويلية|يوليوز
    august|aug|أغسطس|آب|أوت|غشت
    september|sept|sep|سبتمبر|أيلول|شتنبر
    october|oct|أكتوبر|تشرين الأول|تشرين أول
    november|nov|نوفمبر|تشرين الثاني|نونبر|تشرين ثاني
    december|dec|ديسمبر|كانون الأول|دجنبر|كانون أول
"""
_MONTHS: Mapping[str, int] = {
    fold(name): number
    for number, line in enumerate(_MONTH_NAMES.strip().splitlines(), start=1)
    for name in line.strip().split("|")
}
# Words with another meaning: they are months only beside a number or another month's name.
_NEEDS_A_NUMBER = frozenset(
    map(fold, ("may", "march", "mar", "jan", "sep", "dec", "مارس", "آب", "أوت", "ماي", "جوان"))
)
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_ARABIC_DAY = (
    r"(?:(?:ال)?(?:حادي|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر|اول)"
    r"(?: عشر| وال(?:عشرين|ثلاثين))?|(?:ال)?(?:عشرين|ثلاثين))"
)
_WORDED = re.compile(
    rf"(?:(?P<day>(?<!\d)\d{{1,2}}|\b{_ARABIC_DAY})(?:st|nd|rd|th)? (?:of |من (?:شهر )?)?)?"
    rf"(?<![^\W\d_])(?P<before>[وفبل]?)(?P<month>{_MONTH})(?![^\W\d_])\.?"
    rf"(?: ?/ ?(?:{_MONTH})(?![^\W\d_]))?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?(?![\d.,]*\d))?"
    r"(?:,? ?(?:من )?(?:عام |سنه |العام )?(?P<year>[12]\d{3})(?!\d))?"
)
_ISO = re.compile(r"(?<!\d)([12]\d{3})-(\d{1,2})-(\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})(?:[/.]([12]\d{3}))?(?![/.]?\d)")


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is stated. `swapped` tells that day and month may be the other way."""

    day: int | None
    month: int
    year: int | None
    swapped: bool = False

    def states(self, claim: "Date") -> bool:
        """Whether this date, in a source, states the day and month of a claim.

        A year has to agree only where both have one.
        """
        if claim.year is not None and self.year is not None and claim.year != self.year:
            return False
        ways = [(claim.day, claim.month)]
        if claim.swapped:
            ways.append((claim.month, claim.day or 0))
        if self.swapped:
            ways += [(month, day or 0) for day, month in ways]
        return any(self.month == month and (day is None or day == self.day) for day, month in ways)


def dates_of(folded: str) -> tuple[tuple[Date, ...], str]:
    """The dates of a folded text, and the text with their days and months blanked out.

    «١٤ أيلول 2013» → (14, 9, 2013) · "September 14" → (14, 9, None) · "14/9" → (14, 9, None)
    """
    dates: list[Date] = []

    def take_worded(match: re.Match[str]) -> str:
        day = _day(match["day"]) if match["day"] else None
        after = int(match["after"]) if match["after"] else None
        bare = match["month"] in _NEEDS_A_NUMBER and "/" not in match[0]
        if bare and not (match["day"] or after or match["year"]):
            return match[0]
        if after is not None and (day is not None or not 1 <= after <= 31):
            return match[0]
        year = int(match["year"]) if match["year"] else None
        dates.append(Date(day if day is not None else after, _MONTHS[match["month"]], year))
        return f" {year} " if year else " "

    def take_numeric(match: re.Match[str]) -> str:
        day, month = int(match[1]), int(match[2])
        year = int(match[3]) if match[3] else None
        if not (1 <= day <= 31 and 1 <= month <= 31 and min(day, month) <= 12):
            return match[0]
        # A fraction or a decimal, unless something shows that it is a date.
        if year is None and ("." in match[0] or max(day, month) <= 12):
            return match[0]
        if month > 12:
            day, month = month, day
        dates.append(Date(day, month, year, swapped=max(day, month) <= 12))
        return f" {year} " if year else " "

    def take_iso(match: re.Match[str]) -> str:
        year, month, day = (int(part) for part in match.groups())
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match[0]
        dates.append(Date(day, month, year))
        return f" {year} "

    rest = _ISO.sub(take_iso, folded)
    rest = _SLASHED.sub(take_numeric, rest)
    rest = _WORDED.sub(take_worded, rest)
    return tuple(dates), rest


def _day(text: str) -> int | None:
    if text[0].isdigit():
        value = int(text)
    else:
        values = [int(v) for n in numbers_of(text) for v in n.values]
        value = values[0] if values else 0
    return value if 1 <= value <= 31 else None
