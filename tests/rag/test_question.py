"""What a question asks for, and which sentences hold something of that kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question import AnswerKind, analyse_question, offers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("متى عُقدت القمة؟", "date"),
        ("في أي عام افتُتحت القناة؟", "date"),
        ("ما تاريخ توقيع المعاهدة؟", "date"),
        ("When was it opened?", "date"),
        ("In which year did it close?", "date"),
        ("كم عدد الدول الأعضاء؟", "number"),
        ("بكم بيعت؟", "number"),
        ("ما طول القناة؟", "number"),
        ("ما هي نسبة الزيادة؟", "number"),
        ("How many members are there?", "number"),
        ("How long is the canal?", "number"),
        ("What is the population of Morocco?", "number"),
        ("من ترأس القمة؟", "person"),
        ("ومن حضرها؟", "person"),
        ("مين كان الرئيس؟", "person"),
        ("من هو مؤسس الجامعة؟", "person"),
        ("Who chaired it?", "person"),
        ("Whose idea was it?", "person"),
        ("أين تقع البتراء؟", "place"),
        ("في أي مدينة عُقدت القمة؟", "place"),
        ("وين صارت القمة؟", "place"),
        ("Where is Petra?", "place"),
        ("In which country is it?", "place"),
        ("لماذا أُغلقت القناة؟", "reason"),
        ("ما أسباب الحرب؟", "reason"),
        ("Why was it closed?", "reason"),
        ("What caused the flood?", "reason"),
        ("ماذا قال الوزير؟", "other"),
        ("What did the minister say?", "other"),
        ("إعلان القمة", "other"),
    ],
)
def test_a_question_asks_for_one_kind_of_answer(text: str, kind: str) -> None:
    assert analyse_question(text).kind == kind


@pytest.mark.parametrize(
    ("question", "sentence", "offered"),
    [
        ("متى عُقدت القمة؟", "عُقدت القمة في 23 أيلول 2013.", True),
        ("متى عُقدت القمة؟", "عُقدت القمة في ٢٠١٣.", True),
        ("متى عُقدت القمة؟", "عُقدت القمة يوم الإثنين.", True),
        ("متى عُقدت القمة؟", "عُقدت القمة في سوتشي.", False),
        ("متى عُقدت قمة 2013؟", "عُقدت قمة ٢٠١٣ في سوتشي.", False),
        ("When was it opened?", "It was opened in November 1869.", True),
        ("When was it opened?", "It was opened by the khedive.", False),
        ("كم عدد الأعضاء؟", "تضم المنظمة ست دول.", True),
        ("كم عدد الأعضاء؟", "تضم المنظمة ٦ دول.", True),
        ("كم عدد الأعضاء؟", "تضم المنظمة دولًا كثيرة.", False),
        ("How many members are there?", "It has six members.", True),
        ("How many of the 6 left?", "All 6 left.", False),
        ("Who chaired it?", "It was chaired by Putin.", True),
        ("Who chaired it?", "It was chaired by the president.", False),
        ("Where is Petra?", "Petra lies in Jordan.", True),
        ("أين تقع البتراء؟", "تقع البتراء جنوب الأردن.", True),
        ("Why was it closed?", "It was closed because of the war.", True),
        ("لماذا أُغلقت القناة؟", "أُغلقت القناة بسبب الحرب.", True),
        ("Why was it closed?", "It was closed in June.", False),
        ("What did he say?", "He said that 6 members left in 2013.", False),
    ],
)
def test_a_sentence_offers_what_is_new_and_of_the_kind(
    question: str, sentence: str, offered: bool
) -> None:
    assert offers(analyse_question(question), sentence) is offered


@given(st.text(), st.text())
def test_any_text_can_be_a_question_and_a_sentence(question: str, sentence: str) -> None:
    analysed = analyse_question(question)
    assert analysed.kind in AnswerKind
    assert offers(analysed, sentence) in (True, False)
