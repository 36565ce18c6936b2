"""Which words of a sentence are denied, and which side of a pair of opposites it takes.

A negator denies the next few content words of its clause. Exceptions («لا … إلا»,
"not only") deny nothing. Sarcasm, "hardly" and denial by a later sentence are not read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.terms import analyse_token, is_arabic, tokenise
from rag.text import fold
from rag.verification.clauses import without_neutral

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[.,;:!?،؛؟()«»—–]")
_SCOPE = 3

_NEGATORS = frozenset(
    map(
        fold,
        """
        لا لم لن ليس ليست ليسوا غير دون بدون بلا ولا ولم ولن وليس وليست فلا فلم فلن فليس
        لست ليسا
        not never no nor neither without cannot none nobody nothing hardly
        """.split(),
    )
)
# Folded, «ألا» (that … not) would be «إلا» (except).
_THAT_NOT = frozenset(("ألا", "وألا", "بألا", "ألّا", "بألّا"))
_CLAUSE_WORDS = frozenset(
    map(
        fold,
        """
        لكن ولكن لكنه لكنها لكنهم بل لأن لأنه لأنها حين عندما بسبب إذ حتى بعد قبل
        but because although though when while since until after before however except
        """.split(),
    )
)
# After a negator these turn the denial round: «لا يُحل إلا سياسيًا», "not only", "no … but".
_EXCEPTIONS = frozenset(map(fold, ("إلا", "سوى", "only", "but", "than", "until", "فقط")))

_OPPOSITES: Mapping[str, tuple[str, str]] = {
    "accept": (
        "accept agree approve support back endorse welcome favour favor uphold allow "
        "أيد أيدت أيدوا يؤيد تأييد دعم ساند ساندوا وافق وافقت رحب رحبوا أقر سمح",
        "reject refuse oppose deny veto object decline "
        "رفض رفضت رفضوا يرفض عارض عارضت اعترض اعترضوا نفى أنكر منع",
    ),
    "open": ("open reopen فتح افتتح مفتوحة", "close shut أغلق مغلقة إغلاق"),
    "rise": (
        "rise increase grow raise ارتفع زاد ازداد تزايد",
        "fall decrease drop shrink reduce انخفض تراجع انكمش",
    ),
    "continue": ("continue استمر واصل مضى ماض", "stop cease suspend halt توقف علق أوقف"),
    "inside": ("inside داخل", "outside خارج"),
    "join": ("join انضم", "leave withdraw quit انسحب غادر"),
    "agree": ("agree unanimous اتفق يتفق تتفق أجمع", "differ disagree اختلف يختلف تختلف"),
    "include": ("include cover شمل", "exclude استثنى"),
    "attend": ("attend participate شارك حضر", "absent غاب"),
    "north": ("north northern شمال شمالي", "south southern جنوب جنوبي"),
    "east": ("east eastern شرق شرقي", "west western غرب غربي"),
    "first": ("first أول", "last آخر"),
    "large": ("large big أكبر كبير", "small أصغر صغير"),
    "begin": ("begin start بدأ انطلق", "end finish انتهى أنهى"),
    "appear": ("appear ظهر", "vanish disappear اختفى تلاشى اندثر زال"),
    "succeed": ("succeed success نجح", "fail failure فشل أخفق"),
    "possible": ("possible ممكن", "impossible مستحيل"),
    "harm": ("damage harm destroy تضرر أضر", "unharmed safe سالم"),
}


_VERB_PREFIX = re.compile(r"^(?:[وف]?(?:س?[يتن]|ا))(?=\w{3})")
_VERB_SUFFIX = re.compile(r"(?<=\w{3})(?:وا|ون|ين|ان|تا|ت|ا|ن)$")


@lru_cache(maxsize=50_000)
def skeletons(word: str) -> frozenset[str]:
    """An Arabic verb without the letters of person and tense, in each way of reading it.

    «تتوقف» and «توقفت» meet in «توقف», «تشترك» and «اشتركت» in «شترك».
    """
    forms = {fold(word)}
    forms |= {_VERB_SUFFIX.sub("", form) for form in tuple(forms)}
    forms |= {_VERB_PREFIX.sub("", form) for form in tuple(forms)}
    return frozenset(form for form in forms if len(form) >= 4)


def _forms(word: str) -> frozenset[str]:
    """The terms of a word, and the skeletons that a verb may have."""
    return frozenset(analyse_token(word)) | (skeletons(word) if is_arabic(word) else frozenset())


def _sides() -> Mapping[str, tuple[tuple[str, int], ...]]:
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for pair, sides in _OPPOSITES.items():
        for words, sign in zip(sides, (1, -1), strict=True):
            for term in {form for word in words.split() for form in _forms(word)}:
                found[term] = (*found.get(term, ()), (pair, sign))
    return found


_SIDES = _sides()
_PHRASES = (
    (re.compile(r"\brul(?:e|es|ed|ing) out\b"), "reject"),
    (re.compile(r"\b(?:take|takes|took|taken|taking) part\b"), "participate"),
    (re.compile(r"\bback\b"), "again"),
)
"""Phrases whose words mislead one by one: "came back" backs nothing."""

_MONTHS = frozenset(
    map(
        fold,
        """
        january february march april may june july august september october november december
        يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
        شباط آذار نيسان أيار حزيران تموز أيلول تشرين كانون
        """.split(),
    )
)
_MONTHS_BARE = frozenset(month.lstrip("وبفل") for month in _MONTHS)
_TWO_WORD_MONTHS = frozenset(map(fold, ("تشرين", "كانون")))


@dataclass(frozen=True, slots=True)
class Term:
    """A content word: as written, its search terms, and how far after a negator it stands.

    `denied` is 0 where nothing denies it, 1 for the first content word after a negator.
    """

    word: str
    terms: tuple[str, ...]
    denied: int


def content_words(text: str) -> tuple[Term, ...]:
    """The content words of a text in order, numbers left out, and which are denied.

    "The project did not help" → project 0, help 1 · «لم تتوقف الملاحة» → تتوقف 1, الملاحة 2
    """
    text = without_neutral(text)
    for phrase, plain in _PHRASES:
        text = phrase.sub(plain, text)
    pieces = _PIECE.findall(text)
    folded = [fold(piece) for piece in pieces]
    found: list[Term] = []
    distance = 0
    for position, (piece, form) in enumerate(zip(pieces, folded, strict=True)):
        if not piece[0].isalnum() or form in _CLAUSE_WORDS:
            distance = 0
        elif form in _NEGATORS or form.endswith(("n't", "n’t")) or piece in _THAT_NOT:
            distance = 0 if _is_exception(folded, position) else 1
        elif _is_month(folded, position):
            continue
        elif piece[0].isalpha() and (terms := _terms(piece)):
            denied = distance if 0 < distance <= _SCOPE else 0
            found.append(Term(piece, terms, denied))
            distance += 1 if distance else 0
    return tuple(found)


def _is_month(folded: list[str], position: int) -> bool:
    """Whether a word is (part of) a month's name, which is a date's business."""
    return folded[position].lstrip("وبفل") in _MONTHS_BARE or (
        position > 0 and folded[position - 1] in _TWO_WORD_MONTHS
    )


def _terms(piece: str) -> tuple[str, ...]:
    """The terms of a word as search has them, vowel marks left out."""
    return tuple(dict.fromkeys(t for token in tokenise(piece) for t in analyse_token(token)))


def _is_exception(folded: list[str], position: int) -> bool:
    """Whether an exception follows in the negator's clause, as in «لم تُعوَّم إلا بعد»."""
    for form in folded[position + 1 : position + 8]:
        if form in _EXCEPTIONS:
            return True
        if not form[:1].isalnum():
            return False
    return False


def sides_of(words: Iterable[Term]) -> frozenset[tuple[str, int]]:
    """The sides that a text's words take, (pair, 1) or (pair, -1); a denied word is reversed.

    "It did not reject the plan" → {("accept", 1)} · «رفض الخطة» → {("accept", -1)}
    """
    return frozenset(
        (pair, -sign if word.denied == 1 else sign)
        for word in words
        for form in _forms(word.word)
        for pair, sign in _SIDES.get(form, ())
    )
