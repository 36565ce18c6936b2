"""Lines that a news page puts around an article: buttons, notices, credits, its own name.

A line goes only if it is boilerplate from end to end: it matches a whole pattern, or
every word on it belongs to a button. One that only begins like boilerplate may be the
article speaking («اشترك في الاجتماع وزراء الدفاع»), and losing a sentence of the article
is worse than keeping a button. What the lines say of the article is kept as its source
and metadata. The title's own line is `titles.py`'s, dates are `dates.py`'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.loading.agencies import dateline_agency, is_dateline
from rag.loading.notices import is_button, is_notice, is_sharing
from rag.loading.titles import same_line

_TOP_LINES = 6
_TAIL_LINES = 6
_CREDIT_WORDS = 12
_SOURCE_WORDS = 6

_SITE_ICON = re.compile(r"Site icon (?P<name>\S.*)", re.IGNORECASE)
_SOURCE = re.compile(r"(?:ال)?مصدر(?: الخبر)?\s?:\s?(?P<name>\S.*)|Source\s?:\s?(?P<en>\S.*)", re.I)
_CREDIT = re.compile(
    r"(?:(?:ال)?صور[ةه]?|تصوير|مصدر الصورة|حقوق الصورة|Photos?|Photo credits?|Photo by|"
    r"Image|Image credits?|Picture)\s?[:©]\s?(?P<name>\S.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its boilerplate, and what the boilerplate said of it."""

    text: str
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def strip_boilerplate(text: str) -> Stripped:
    """Remove the page's lines from a clean text.

    "Site icon أخبار\\n\\nنص الخبر.\\n\\nأخبار\\n\\nالمصدر: تاس" → text "نص الخبر.", source "تاس"
    """
    lines = text.split("\n")
    facts: dict[str, str] = {}
    dropped = _find_buttons(lines) | _find_site(lines, facts)
    dropped |= _find_repeated_title(lines, dropped)
    dropped |= _find_dateline(lines, dropped, facts)
    dropped |= _find_credits(lines, dropped, facts)
    kept = "\n".join(line for index, line in enumerate(lines) if index not in dropped)
    # The page's own word comes before its dateline's, and that before the site's name.
    source = next((facts[key] for key in ("source", "agency", "site") if key in facts), None)
    facts = {key: value for key, value in facts.items() if value != source and key != "agency"}
    return Stripped(re.sub("\n{3,}", "\n\n", kept).strip(), source, facts)


def _filled(lines: list[str], dropped: set[int]) -> list[int]:
    return [index for index, line in enumerate(lines) if line and index not in dropped]


def _find_buttons(lines: list[str]) -> set[int]:
    found = {i for i, line in enumerate(lines) if line and (is_button(line) or is_notice(line))}
    # «فيسبوك» alone may be a subheading; among its likes it is a row of share buttons.
    row: list[int] = []
    for index in [*_filled(lines, set()), -1]:
        if index >= 0 and is_sharing(lines[index]):
            row.append(index)
            continue
        found.update(row if len(row) > 1 else ())
        row = []
    return found


def _find_site(lines: list[str], facts: dict[str, str]) -> set[int]:
    matches = ((index, _SITE_ICON.fullmatch(line)) for index, line in enumerate(lines))
    icons = {index: match["name"] for index, match in matches if match}
    if not icons:
        return set()
    name = facts["site"] = next(iter(icons.values()))
    # The site signs with its name above or below the article, never inside it.
    filled = _filled(lines, set(icons))
    edges = filled[:_TOP_LINES] + filled[-_TAIL_LINES:]
    return set(icons) | {index for index in edges if same_line(lines[index], name)}


def _find_repeated_title(lines: list[str], dropped: set[int]) -> set[int]:
    filled = _filled(lines, dropped)
    if len(filled) < 2:
        return set()
    title, *others = filled[:_TOP_LINES]
    return {index for index in others if same_line(lines[title], lines[index])}


def _find_dateline(lines: list[str], dropped: set[int], facts: dict[str, str]) -> set[int]:
    for index in _filled(lines, dropped)[:_TOP_LINES]:
        agency = dateline_agency(lines[index])
        if agency is None:
            continue
        facts["agency"] = agency
        if is_dateline(lines[index]):
            facts["dateline"] = lines[index]
            return {index}
        return set()
    return set()


def _find_credits(lines: list[str], dropped: set[int], facts: dict[str, str]) -> set[int]:
    """Photo credits and the source, in the unbroken block of them that ends the text."""
    found: set[int] = set()
    for index in reversed(_filled(lines, dropped)[-_TAIL_LINES:]):
        source, credit = _SOURCE.fullmatch(lines[index]), _CREDIT.fullmatch(lines[index])
        if source and len(lines[index].split()) <= _SOURCE_WORDS:
            facts["source"] = (source["name"] or source["en"]).rstrip(" .")
        elif credit and len(lines[index].split()) <= _CREDIT_WORDS:
            facts["photo"] = credit["name"].rstrip(" .")
        else:
            break
        found.add(index)
    return found
