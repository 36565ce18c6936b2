"""Rules about the widget's own files; no browser is needed for them."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser.widget.scripted import WIDGET

MODULES = sorted(WIDGET.glob("*.js"))
MOST_BYTES = 25 * 1024
LONGEST_FILE = 260
# What makes nodes, styles or code of text.
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
    r"|srcdoc|\beval\b|new Function|setAttribute\(\s*[\"'](?:on|style)|<style|localStorage"
)

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)


def strings() -> dict[str, dict[str, str]]:
    """The two tables of words, by language."""
    source = (WIDGET / "strings.js").read_text("utf-8")
    tables = re.findall(r"^  (ar|en): \{\n(.*?)^  \},", source, re.MULTILINE | re.DOTALL)
    line = re.compile(r'^    (\w+): "(.*)",$', re.MULTILINE)
    return {language: dict(line.findall(table)) for language, table in tables}


def test_the_widget_is_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in MODULES}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


@each_module
def test_no_text_is_ever_made_into_markup_or_code(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text("utf-8")) == []


@each_module
def test_a_module_says_what_it_is_for_and_is_short_enough_to_read(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= LONGEST_FILE


def test_both_languages_have_the_same_strings() -> None:
    tables = strings()
    assert len(tables["en"]) > 50
    assert list(tables["ar"]) == list(tables["en"])


def test_strings_have_the_same_places_to_fill_in_and_none_is_empty() -> None:
    tables = strings()
    for key, english in tables["en"].items():
        arabic = tables["ar"][key]
        assert english
        assert arabic
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", arabic))
        assert re.search("[\u0600-\u06ff]", arabic)
        assert not re.search("[\u0600-\u06ff]", english)


def test_every_string_that_is_asked_for_is_there() -> None:
    asked = {
        key
        for path in MODULES
        for key in re.findall(r"(?:say|hint)\(\"(\w+)\"", path.read_text("utf-8"))
    }
    assert asked - strings()["en"].keys() == set()
