"""Takes out of a text what could disturb the text around it, wherever it is shown.

Quotes on the wire are never touched: they are the article's own code points.
"""

import re

# Controls move cursors, bidi controls reorder what is around them, tags hide text.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def shown(text: str) -> str:
    """Text without what could disturb the text around it. "قمة\\u202e" → "قمة"."""
    return _UNSHOWN.sub("", text)


def shown_on_one_line(text: str) -> str:
    """The same, with its lines joined. "قناة\\nالسويس" → "قناة السويس"."""
    return shown(" ".join(text.split()))
