"""The words of buttons and notices on news pages, in Arabic and English.

It judges one line by itself; which lines of a text go is `boilerplate.py`'s.
"""

import re

from rag.text import fold

_WORD = re.compile(r"[^\W_]+")
_LONGEST_BUTTON = 160
_LONGEST_NOTICE = 300


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).split())


_NETWORKS = _folded(
    "facebook twitter x whatsapp telegram linkedin pinterest reddit instagram youtube messenger "
    "viber tumblr skype threads tiktok snapchat rss فيسبوك الفيسبوك تويتر واتساب واتس آب تلغرام "
    "تليغرام تيليجرام لينكدإن انستغرام إنستغرام انستجرام يوتيوب ماسنجر فايبر تيك توك سناب شات إكس"
)
# «مشاركة» can be a heading of its own, and is one far less often than a button.
_SHARE = _folded("share tweet print email pin شارك شاركها مشاركة غرد تغريد طباعة اطبع إرسال أرسل")
_SHARE_FILLERS = _folded(
    "this on via by the article story post link copy with friends to page هذا هذه على عبر في مع "
    "المقال المقالة الخبر الصفحة الموضوع نسخ الرابط رابط بالبريد البريد الإلكتروني أصدقائك"
)
_FOLLOW = re.compile(fold(r"(تابعونا|تابعنا|تابعوا|follow us|follow|join us|انضموا إلينا)\b"))
_FOLLOW_FILLERS = _folded(
    "تابعونا تابعنا تابعوا انضموا إلينا على عبر في إلى من و أو كل صفحتنا صفحاتنا قناتنا قنواتنا "
    "حسابنا حساباتنا موقع مواقع التواصل الاجتماعي وسائل منصات تطبيق غوغل نيوز جوجل أخبار "
    "follow join us on our and or via at the channel channels page pages account accounts social "
    "media google news app newsletter"
)

_PHRASES = (
    # Left behind by accessibility and mobile plug-ins.
    r"exit mobile version|skip to (main )?content|toggle navigation|back to top|site icon",
    r"(الانتقال|انتقل|تخطي|تخط) الي المحتوي( الرييسي)?|العوده الي الاعلي",
    r"copy (the )?link|نسخ الرابط",
    # Navigation.
    r"home|menu|main menu|home page|next|previous|next article|previous article|related articles",
    r"(الصفحه )?الرييسيه|القايمه( الرييسيه)?|الخبر (التالي|السابق)|المقال (التالي|السابق)",
    r"(اخبار|مواضيع|مواد|مقالات) ذات صله|related (news|stories|posts|topics)",
    # More of the same site. With a colon the title of another article follows.
    r"(read|see|watch) (more|also|next)( ?: ?.+)?|continue reading|also read( ?: ?.+)?",
    r"(ا?قرا|شاهد|طالع|اطلع) (ايضا|المزيد|كذلك)( ?: ?.+)?|ا?قرا المزيد|المزيد|للمزيد",
    # Comments, counters, advertisements.
    r"(leave|post|add|write) a (comment|reply)|\d* ?comments?( ?\d+)?|no comments( yet)?",
    r"(اترك|اضف|اكتب) (تعليقا?|ردا?)|\d* ?(تعليق|تعليقات|التعليقات) ?\d*|لا (توجد|يوجد) تعليقات",
    r"\d+ ?(min|mins|minute|minutes) read|مده القراءه ?:? ?(\d+ )?(دقيقه|دقايق|دقيقتان)",
    r"(عدد )?(المشاهدات|القراءات|مشاهدات|مشاهده) ?:? ?\d[\d,.]*|\d[\d,.]* (مشاهده|views)",
    r"advertisements?|sponsored( content)?|اعلان|اعلانات|محتوي (اعلاني|برعايه)",
    r"subscribe( now)?|sign up|log ?in|sign in|تسجيل الدخول|اشترك( الان)?|اشتركوا( الان)?",
    r"(subscribe to|sign up for) (our|the) (\w+ )?newsletter.{0,40}",
    r"اشترك(وا)? في (النشره|نشرتنا|خدمه الاشعارات).{0,60}",
    r"accept( all)?( cookies)?|reject all|cookie settings|قبول الكل|رفض الكل|موافق",
)
_PHRASE = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_UPDATED = re.compile(fold(r"(آخر تحديث|last updated|updated( on)?)\s?:?\s?[^.]*\d[^.]*"))
_BREADCRUMB = re.compile(r"(?:home|الرييسيه|الصفحه الرييسيه) ?[>»›/|\\«<‹] ?\S[^.؟!?]*")
_COPYRIGHT = re.compile(
    r"(?:copyright )?(?:©|\(c\)) ?.*|copyright \d{4}.*|.{0,40}\ball rights reserved\b.{0,40}|"
    r"(?:جميع|كافه|كل) (?:ال)?حقوق (?:ال\w+ )?محفوظه(?: ?[©\d:،,-].*| ل.{0,40}|\.)?"
)
# A sentence, but the page's: it speaks of "we" or "this site".
_COOKIES = re.compile(
    r"(?:we use|this (?:web)?site uses|our (?:web)?site uses) cookies.*|"
    r"(?:نستخدم|نحن نستخدم|(?:يستخدم )?(?:هذا )?(?:الموقع|موقعنا) (?:يستخدم )?) ?"
    r"ملفات (?:تعريف الارتباط|الكوكيز|كوكيز).*"
)
_DECORATION = " \t-–—*•|·:.…»«>›←→▼▲#[]()"


def is_button(line: str) -> bool:
    """Whether a line is a button or a link of the page. "طباعة" → True, "Read more" → True."""
    if len(line) > _LONGEST_BUTTON:
        return False
    folded = fold(line).strip(_DECORATION)
    if _PHRASE.fullmatch(folded) or _BREADCRUMB.fullmatch(fold(line).strip()):
        return True
    words = _WORD.findall(folded)
    if not words:
        return False
    if _FOLLOW.match(folded):
        return all(word in _FOLLOW_FILLERS or _network(word) for word in words)
    return words[0] in _SHARE and _all_sharing(words)


def is_notice(line: str) -> bool:
    """Whether a line is the page's small print: rights, cookies, when it was updated."""
    if len(line) > _LONGEST_NOTICE:
        return False
    folded = fold(line).strip()
    return any(p.fullmatch(folded) for p in (_COPYRIGHT, _COOKIES, _UPDATED))


def is_sharing(line: str) -> bool:
    """Whether every word is one of a share button's. "فيسبوك" → True, "فيسبوك تنمو" → False."""
    words = _WORD.findall(fold(line[: _LONGEST_BUTTON + 1]))
    return len(line) <= _LONGEST_BUTTON and _all_sharing(words)


def _all_sharing(words: list[str]) -> bool:
    known = _SHARE | _SHARE_FILLERS
    return all(word in known or _network(word) for word in words) and any(
        word in _SHARE or _network(word) for word in words
    )


def _network(word: str) -> bool:
    # Arabic writes "and" onto the word: «وتويتر».
    return word in _NETWORKS or word.removeprefix("و") in _NETWORKS
