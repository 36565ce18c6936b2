"""Tells sentences that claim nothing of the articles' subject: greetings and lead-ins.

Such a sentence needs no source, so it is neither supported nor unsupported. One number,
date or name, or one content word beyond those below, makes a sentence a claim.
"""

import re

from rag.terms import analyse_token
from rag.text import fold
from rag.verification.claims import Statement
from rag.verification.name_index import Name

_TALK = frozenset(
    term
    for word in """
    article articles passage passages source sources text texts document documents excerpt
    information info context provided available given above below following follow here based
    according answer answers question say says said state states mention mentions mentioned
    report reports summary summarise summarize short brief briefly overview point points main key
    hello hi welcome thanks thank please sure certainly course happy glad help let know need
    note see quote quotes cited citation citations reference references find found contain
    contains enough direct directly conclusion sum addition additionally furthermore moreover
    however regarding concerning detail details more further list item like ask tell
    مقال مقالة مقالات المقالات مقطع مقاطع المقاطع مصدر مصادر المصادر نص نصوص النصوص وثيقة وثائق
    معلومات المعلومات سياق متاح متاحة المتاحة مذكور مذكورة وارد واردة الواردة المقدمة المتوفرة
    وفق وفقا بحسب حسب استنادا بناء التالي التالية الآتي الآتية يلي أدناه أعلاه إجابة الإجابة جواب
    سؤال سؤالك السؤال تقول يقول تذكر يذكر ذكر ورد يرد جاء ملخص خلاصة باختصار إيجاز موجز نقاط
    النقاط أهم أبرز مرحبا أهلا سهلا السلام عليكم شكرا عفوا بالطبع بالتأكيد يسرني يسعدني مساعدة
    مساعدتك أساعدك لمساعدتك تفضل إليك إليكم اقتباس اقتباسات مرجع مراجع أجد نجد يمكن يمكنني يمكنك
    كافية كاف مباشرة مزيد المزيد تفاصيل التفاصيل بخصوص خصوص فيما يتعلق إضافة كذلك أيضا ختاما
    """.split()
    for term in analyse_token(word)
)
_HEADING = re.compile(r"^\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?\s*$)")


def claims_nothing(statement: Statement, names: tuple[Name, ...]) -> bool:
    """Whether a sentence only talks about the answer.

    "Here is what the articles say:" → True · «وفقًا للمقالات:» → True · "Cairo." → False
    """
    if statement.numbers or statement.dates:
        return False
    if _HEADING.match(statement.text):
        return True
    named = {fold(name.text) for name in names}
    return all(
        bool(set(word.terms) & _TALK) and fold(word.word) not in named for word in statement.words
    )
