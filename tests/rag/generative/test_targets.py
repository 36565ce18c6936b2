"""Markdown targets go with their titles; text that only stands in their place stays."""

import pytest

from rag.generative.targets import TargetStage


def _left(text: str) -> str:
    stage = TargetStage()
    return "".join([*map(stage.feed, text), stage.close()])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[هنا](https://evil.example)", "[هنا]"),
        ('![خريطة](//evil.example/x "عنوان") بعد', "[خريطة] بعد"),
        ("[a](x.png 'b') [c](/d (e)) f", "[a] [c] f"),
        ("[a]( <x> )", "[a]"),
        ("[a](<\\//evil.example/?q=in words>) b", "[a]words>) b"),
        ("[a](//evil.example in words)", "[a]in words)"),
        ("[a](b(c/d)e) f", "[a] f"),
        ("[a](#b) [c](mailto:d) [e](f:)", "[a] [c] [e]"),
        ("[a](&sol;&sol;evil&period;example)", "[a]"),
        ("[a](//evil.example?q=b\u00a0c)", "[a]"),
        ("[a](\n//evil.example\n)", "[a]"),
        ("[a](b.c)(d.e)", "[a]"),
        ("[[a](b](//evil.example) c", "[[a](b] c"),
        ("[[a](x/b](//evil.example) c)", "[[a]c)"),
        ("[a](//evil.example/q", "[a]"),
        ('[a](//evil.example "لا نهاية\nسطر', "[a]\nسطر"),
        ("[1](https://evil.example)[2]", "[1][2]"),
    ],
)
def test_the_target_of_a_link_goes(text: str, left: str) -> None:
    assert _left(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[a]: https://evil.example", "[a]"),
        ("[a]: //evil.example/x 'عنوان'\nبعد", "[a]\nبعد"),
        ("> - [a]: //evil.example\n", "> - [a]\n"),
        ("[a]:\n//evil.example\nb", "[a]\nb"),
        ("[a]: //x\n//evil.example\n", "[a]\n//evil.example\n"),
        ("[a]: b]: //evil.example", "[a]: b]"),
    ],
)
def test_the_target_of_a_definition_goes_with_its_colon(text: str, left: str) -> None:
    assert _left(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "[1](see below) [2](انظر أدناه) [3]()",
        "[1](e.g. this) [2](ص. 5) [3](و/أو كليهما) [4](١٬٥٠٠)",
        "[1] (a/b) and (c/d)",
        "[1]: 164.5\n[2]:\n\nx/y\n",
        "كما في [1]: نعم، 10:30.",
        "نعم![1] ![2]: لا ![3] (x)",
        "!! ![ !] !",
        "[a](لا نهاية",
        "![" + "ب" * 300 + "]",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert _left(text) == text


def test_an_image_waits_only_as_long_as_a_name_may_be() -> None:
    stage = TargetStage()
    assert stage.feed("!") == ""
    assert stage.feed("[خريطة") == ""
    assert stage.feed(" " * 300).startswith("![خريطة")
