"""No link gets through, however the text is cut, and whatever is no link stays as it is."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.generative.links import LinkFilter, without_links
from rag.verification import MarkerStream

ALLOWED = (
    "تتخذ المنظمة من جنيف مقرًا لها، وموقعها (https://www.icrc.org/ar/contact?lang=ar).\n"
    "Write to mailto:press@icrc.org, or see https://blogs.icrc.org/alinsani/."
)
_PIECES = ["<", ">", "b>", "]", "(", ")", "!", "[", ":", "/", "://", "//evil.example/q", "http",
           "www", ".", "x/y", "mailto", "javascript", "data", "«", "قال", "a", " ", "\n", '"', "'",
           "#", "\\", "<img src=", "[1]", "【1†مصدر】", "]:", "](", "[a]: ", "![a](", "&sol;",
           "\u202a", "\u00a0", "1", "-", "`", "> "]  # fmt: skip
hostile = st.lists(st.sampled_from(_PIECES), max_size=16).map("".join)


def _pieces(chunks: list[str], allowed: str = "") -> list[str]:
    links = LinkFilter(allowed)
    return [*map(links.feed, chunks), links.close()]


def _leads_elsewhere(text: str) -> list[str]:
    """The links, images and tags that a Markdown reader makes of a text, local ones apart."""
    found = []
    for token in MarkdownIt("commonmark").parse(text):
        for part in (token, *(token.children or ())):
            target = str(part.attrs.get("href") or part.attrs.get("src") or "")
            if re.match(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", target, re.IGNORECASE):
                found.append(target)
            if part.type.startswith("html"):
                found.append(part.content)
    return found


@settings(max_examples=500)
@given(hostile, st.data())
def test_any_cut_gives_what_one_piece_gives(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = without_links(text, ALLOWED)
    assert "".join(_pieces(chunks, ALLOWED)) == whole
    assert "".join(_pieces(list(text), ALLOWED)) == whole


@settings(max_examples=500)
@given(hostile)
def test_a_markdown_reader_finds_no_way_out_of_what_is_left(text: str) -> None:
    assert _leads_elsewhere(without_links(text, "")) == []


@settings(max_examples=500)
@given(hostile)
def test_what_is_taken_out_never_leaves_another_link(text: str) -> None:
    left = without_links(text, "")
    assert without_links(left, "") == left
    assert not re.search(r"[a-z]://|\bwww\.", left, re.IGNORECASE)


def test_the_markdown_reader_of_these_tests_sees_links() -> None:
    assert _leads_elsewhere("[a](//evil.example) ![b][c]\n\n[c]: http://x.example") == [
        "//evil.example",
        "http://x.example",
    ]
    assert _leads_elsewhere("x <img src=y>") == ["<img src=y>"]


@given(st.text("ابتثقو مًُ،؛؟.()«»-–٣٤٥\n…%", max_size=60))
def test_arabic_text_goes_out_at_once_and_as_it_is(text: str) -> None:
    links = LinkFilter("")
    for char in text:
        assert links.feed(char) == char
    assert links.close() == ""


@pytest.mark.parametrize(
    "text",
    [
        "افتُتحت قناة السويس عام 1869 [1]، وأُممت عام 1956 [2].",
        "The canal opened in 1869 [1, 2], and reopened in 1975【3†source】.",
        "نعم![1] هذا صحيح [^1]: القناة بلا أهوسة [٢].",
        "[1]: المقال الأول عن القناة\n[2]: Reuters, 5 June\n[3]: 10:30",
        "كما ورد [1](انظر أدناه)، و[2](see below), [3](1.5) [4](ibid.) [5](see/read on)",
        "Note: the ratio is 3:5, and 3 < 5, a <5 and x << y > z, «س<ص».",
        "JavaScript: the good parts. metadata:x/y awww.cute data: 5/6 and/or e.g. TCP/IP",
        "Wow! She said: yes! [really] (no) ![",
        "1. نقطة أولى\n2. نقطة ثانية\n- **مهم**: وقف إطلاق النار",
        "icrc.org and press@icrc.org",
    ],
)
def test_what_is_no_link_stays_as_it_is(text: str) -> None:
    assert "".join(_pieces(list(text))) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See https://evil.example/?q=secret.", "See ."),
        ("انظر https://evil.example/؟سر، ثم عد.", "انظر ؟سر، ثم عد."),
        ("(HTTP://evil.example)", "()"),
        ("«ftp://evil.example/x»؛", "«»؛"),
        ("['ws://evil.example/x']", "['']"),
        ("wss://a.example file:///etc/passwd my-app+x://y", "  "),
        ("www.evil.example/سؤال", ""),
        ("راجع موقعwww.evil.example الآن", "راجع موقع الآن"),
        ("بhttps://evil.example/قناة_السويس الآن", "ب الآن"),
        ("2https://evil.example", "2"),
        ("mailto:a@evil.example?body=سر!", "!"),
        ("javascript:alert(1) x", ") x"),
        ("DATA:text/html;base64,AAAA", ""),
        ("**https://evil.example**", "****"),
        ("“https://evil.example”", "“”"),
        ("https://evil.example[1].", "[1]."),
        ("https://evil.example¹", "¹"),
        ("http://¹evil.example", "¹evil.example"),
        ("<https://evil.example>", ""),
        ("http:\u2066//evil.example", ""),
        ("http:<b>//evil.example/x", ""),
    ],
)
def test_an_address_goes(text: str, left: str) -> None:
    assert "".join(_pieces(list(text))) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('قبل <img src="https://evil.example/?q=سر"> بعد', "قبل  بعد"),
        ('<a href="//evil.example">هنا</a>', "هنا"),
        ("<script>x()</script>", "x()"),
        ("a <!-- x --> b", "a  b"),
        ("<<b>img src=//evil.example> x", "< x"),
        ("\u202a<\u202aimg src=//evil.example>", ""),
        ("لا نهاية <iframe src=//evil.example", "لا نهاية "),
        ("<img " + "x" * 5_000 + "> بعد", " بعد"),
    ],
    ids=lambda text: text[:20],
)
def test_a_tag_goes_through_its_end(text: str, left: str) -> None:
    assert "".join(_pieces(list(text))) == left


@pytest.mark.parametrize(
    "text",
    [
        "موقعها https://www.icrc.org/ar/contact?lang=ar.",
        "موقعها https://www.icrc.org، أو www.icrc.org/",
        "See (https://blogs.icrc.org/alinsani), or mailto:press@icrc.org.",
    ],
)
def test_an_address_that_the_passages_state_is_kept(text: str) -> None:
    assert "".join(_pieces(list(text), ALLOWED)) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://www.icrc.org/?q=سر", ""),
        ("https://www.icrc.org.evil.example", ""),
        ("https://www.icrc.org@evil.example", ""),
        ("https://www.icrc.or", ""),
        ("[هنا](https://www.icrc.org)", "[هنا]"),
    ],
)
def test_what_only_begins_like_an_address_of_the_passages_goes(text: str, left: str) -> None:
    assert without_links(text, ALLOWED) == left


def test_only_what_may_become_a_link_waits() -> None:
    links = LinkFilter("")
    assert links.feed("فتحت القناة Sue") == "فتحت القناة "
    assert links.feed("z ") == "Suez "
    assert links.feed("h") == ""
    assert links.feed("ttp") == ""
    assert links.feed(" is old: ") == "http is old: "
    assert links.feed("[1") == "["
    assert links.feed("]") == "1]"
    assert links.feed("(") == ""
    assert links.feed("أدناه ") == ""
    assert links.feed("ف") == "(أدناه ف"
    assert links.feed(" 3 <") == " 3 "
    assert links.feed(" 5 !") == "< 5 "
    assert links.feed("[2") == ""
    assert links.feed("] ") == "![2] "
    assert links.close() == ""


def test_a_long_word_does_not_wait_for_its_end() -> None:
    assert len("".join(_pieces(["h" * 1_000])[:-1])) > 900
    assert without_links("h" * 1_000 + "://evil.example", "").strip("h") == ""


def test_markers_are_read_as_if_the_links_had_never_been_there() -> None:
    text = "افتُتحت [1](https://evil.example) عام 1869 ![2](x.png) [1, 2]https://evil.example【1†x】"
    plain = "افتُتحت [1] عام 1869 [2] [1, 2]【1†x】"
    assert MarkerStream([1, 2]).feed(without_links(text, "")) == MarkerStream([1, 2]).feed(plain)


_REPEATED = ["[", "<", "h", "](", "![", "]:", "](x/y]", "]( ", "http://", "www.", "data:", "<b>",
             "[a](", ":/", "mailto:.", "!", "](x/y "]  # fmt: skip


@pytest.mark.parametrize("piece", _REPEATED)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.perf_counter()
    _pieces(list(text))
    LinkFilter(text)
    assert time.perf_counter() - started < 5
