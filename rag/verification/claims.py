"""What a sentence claims that its source must state: numbers, dates, names, denials.

Taking a sentence apart is done once, for the answer's sentences and for the source's
alike; comparing the two is `align.py`'s and `verify.py`'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.text import fold
from rag.verification.dates import Date, dates_of
from rag.verification.name_index import Name, NameIndex, index_names
from rag.verification.numerals import Number, numbers_of
from rag.verification.polarity import Term, content_words, sides_of


@dataclass(frozen=True, slots=True)
class Statement:
    """A text taken apart."""

    text: str
    words: tuple[Term, ...]
    numbers: tuple[Number, ...]
    dates: tuple[Date, ...]
    sides: frozenset[tuple[str, int]]
    names: NameIndex

    @property
    def values(self) -> frozenset[str]:
        """Every number that the text states, in each way of stating it."""
        return frozenset(value for number in self.numbers for value in number.values)

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for word in self.words for term in word.terms)


@lru_cache(maxsize=20_000)
def take_apart(text: str) -> Statement:
    """The numbers, dates, content words and names of a text in Arabic or English."""
    dates, rest = dates_of(fold(text))
    words = content_words(text)
    return Statement(text, words, numbers_of(rest), dates, sides_of(words), index_names(text))


def unstated_numbers(
    claim: Statement, stated: Sequence[Statement], years: frozenset[str]
) -> tuple[Number | Date, ...]:
    """The numbers and dates of a claim that none of some source statements states.

    `years` hold for the whole passage (its title, its date): a source may say "29 March"
    where the claim says "29 March 2021". "Two" in words is not asked for, because Arabic
    says it by the dual.
    """
    values = years.union(*(statement.values for statement in stated))
    numbers = tuple(
        number
        for number in claim.numbers
        if number.sure and not number.word_two and not number.values & values
    )
    known = [date for statement in stated for date in statement.dates]
    return numbers + tuple(
        date for date in claim.dates if not any(other.states(date) for other in known)
    )


def states(statement: Statement, wanted: Number | Date) -> bool:
    """Whether a statement states a number or a date."""
    if isinstance(wanted, Number):
        return bool(wanted.values & statement.values)
    return any(date.states(wanted) for date in statement.dates)


def unstated_names(
    names: Iterable[Name], stated: Sequence[Statement], *, same_language: bool
) -> tuple[Name, ...]:
    """The names that none of some source statements has, as far as that can be told.

    In another language an ordinary word may have been translated, and a name may be too
    short to have a key: of those nothing can be told.
    """
    return tuple(
        name
        for name in names
        if (same_language or not (name.common or not (name.keys or name.places)))
        and not any(statement.names.has(name) for statement in stated)
    )
