from rag.loading.pdf_lines import Line
from rag.loading.pdf_paragraphs import join_pages

WIDTH = 400.0


def _line(text: str, y: float, right: float = WIDTH, **fields: bool) -> Line:
    return Line(text, 0.0, right, y, y + 10, **fields)


def test_full_lines_are_joined_and_a_line_that_ends_early_ends_its_paragraph() -> None:
    page = [
        _line("The park opened on Monday and many", 100),
        _line("people came to see it.", 88, right=250),
        _line("The mayor spoke for an hour and the", 76),
        _line("children played.", 64, right=180),
    ]
    assert join_pages([page]) == (
        "The park opened on Monday and many people came to see it.\n\n"
        "The mayor spoke for an hour and the children played."
    )


def test_arabic_lines_end_at_the_left() -> None:
    page = [
        Line("افتتحت بلدية صيدا حديقة عامة على شاطئ", 0, 400, 100, 110, rtl=True),
        Line("البحر أمس.", 300, 400, 88, 98, rtl=True),
        Line("وقال رئيس البلدية إن الدخول إليها مجاني", 0, 400, 76, 86, rtl=True),
        Line("للجميع.", 330, 400, 64, 74, rtl=True),
    ]
    assert join_pages([page]).split("\n\n") == [
        "افتتحت بلدية صيدا حديقة عامة على شاطئ البحر أمس.",
        "وقال رئيس البلدية إن الدخول إليها مجاني للجميع.",
    ]


def test_a_wider_gap_and_a_larger_size_part_paragraphs() -> None:
    page = [
        Line("A new park", 0, WIDTH, 120, 136),
        _line("The park opened on Monday and many", 100),
        _line("people came to see the place and all", 88),
        _line("The mayor spoke for an hour and then", 60),
        _line("everybody went home to the old town", 48),
    ]
    assert len(join_pages([page]).split("\n\n")) == 3


def test_an_indented_line_begins_a_paragraph_and_a_hanging_one_does_not() -> None:
    page = [
        _line("The park opened on Monday and many", 100),
        Line("people came. The mayor spoke for an", 30, WIDTH, 88, 98),
        _line("hour and the children played there a", 76),
    ]
    assert len(join_pages([page]).split("\n\n")) == 2
    item = [_line("• The park opened on Monday and a", 100)]
    item += [Line("lot of people came to see it there", 30, WIDTH, y, y + 10) for y in (88, 76)]
    assert len(join_pages([item]).split("\n\n")) == 1


def test_running_heads_feet_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            _line(f"The Shore, issue {number}", 700, right=120),
            _line(f"Text number {name} of the article", 600),
            _line("and its second line, a longer one.", 588),
            _line(f"- {number} -", 20, right=40),
        ]
        for number, name in ((1, "one"), (2, "two"), (3, "three"))
    ]
    text = join_pages(pages)
    assert "Shore" not in text
    assert "- 1 -" not in text
    assert text.count("second line") == 3


def test_a_year_or_a_sentence_at_the_edge_of_a_page_stays() -> None:
    assert join_pages([[_line("1992", 100, right=30)]]) == "1992"


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = [
        _line("The park opened on Monday and then", 100),
        _line("many people of the town came to", 88),
    ]
    second = [
        _line("see it and to hear the mayor speak", 700),
        _line("for an hour.", 688, right=120),
    ]
    assert "\n" not in join_pages([first, second])


def test_a_hyphenated_word_is_joined() -> None:
    page = [_line("The organi", 100, hyphenated=True), _line("sation met.", 88)]
    assert join_pages([page]) == "The organisation met."
