from datetime import date

import pytest

from rag.loading.document import UnreadableError
from rag.loading.frontmatter import is_web_url, read_front_matter


def _read(*lines: str) -> str:
    return "---\n" + "\n".join(lines) + "\n---\nنص المقال.\n"


def test_known_keys_are_read_and_the_block_leaves_the_text() -> None:
    document = read_front_matter(
        _read(
            "id: summit-1",
            "title: 'القمة: البداية'",
            "language: AR-sy",
            "published: 2021-09-15",
            "source: تاس",
            "url: https://example.org/a?b=1",
        )
    )
    assert document.text == "نص المقال.\n"
    assert (document.id, document.title, document.language) == ("summit-1", "القمة: البداية", "ar")
    assert (document.published, document.source) == (date(2021, 9, 15), "تاس")
    assert document.url == "https://example.org/a?b=1"
    assert document.metadata == {}


def test_other_keys_with_single_values_or_flat_lists_become_metadata() -> None:
    document = read_front_matter(
        _read("author: سلمى", "views: 007", "tags: [قمة, أمن]", "nested: {a: [1]}", "empty:")
    )
    assert document.metadata == {"author": "سلمى", "views": "007", "tags": "قمة, أمن"}


@pytest.mark.parametrize("title", ["no", "2021", "1.0", "null"])
def test_a_title_is_never_taken_for_another_type(title: str) -> None:
    assert read_front_matter(_read(f"title: {title}")).title == title


@pytest.mark.parametrize(
    "text",
    [
        "نص بلا شيء",
        "---\nسطر بين خطين\n---\nنص",
        "---\ntitle: لا نهاية له\nنص",
        "----\na: b\n---\n",
    ],
)
def test_a_text_that_only_has_rules_of_dashes_is_left_alone(text: str) -> None:
    assert read_front_matter(text).text == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("id: ../etc/passwd", "id is '../etc/passwd'"),
        ("id: قمة", "id is 'قمة'"),
        (f"id: {'a' * 129}", "id is"),
        ("published: قريباً", "published is 'قريباً'"),
        ("published: 2021-13-45", "published is '2021-13-45'"),
        ("language: العربية", "language is 'العربية'"),
        ("url: javascript:alert(1)", "url is 'javascript:alert"),
        ("title: [a", "line 3"),
        ("title: a\n  b: c", "line 3"),
    ],
)
def test_a_bad_value_is_refused_by_key_and_value(line: str, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_front_matter(_read(line))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_entities_that_multiply_and_brackets_without_end_do_no_harm() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert set(read_front_matter(_read(*levels)).metadata) == {"a0"}
    with pytest.raises(UnreadableError):
        read_front_matter(_read("a: " + "[" * 20_000))


@pytest.mark.parametrize("url", ["ftp://a.b", "//a.b", "https://", "http://[", "https://a b", "a"])
def test_only_web_addresses_are_urls(url: str) -> None:
    assert not is_web_url(url)
