from rag.loading.markdown import read_markdown

ARTICLE = """---
source: جريدة الشاطئ
---
# افتتاح **الحديقة**

افتتحت [بلدية صيدا](https://example.org) حديقة *عامة*
على شاطئ <b>البحر</b>.

## ما فيها

- ملاعب للأطفال
- مكتبة:
  1. كتب
  2. مجلات

| اليوم | الزوار |
| --- | ---: |
| السبت | 120 |
| الأحد | 90 |

> قال المدير: «أهلاً بكم».

![صورة الحديقة](a.png)

```
open = 8
```

<div onclick="x()">إعلان</div>
<script>alert(1)</script>

---

سطر &amp; آخر \\*حرفياً\\* و`code`.
"""


def test_markdown_becomes_what_a_reader_sees() -> None:
    document = read_markdown(ARTICLE.encode())
    assert document.text.split("\n\n") == [
        "افتتاح الحديقة",
        "افتتحت بلدية صيدا حديقة عامة\nعلى شاطئ البحر.",
        "ما فيها",
        "- ملاعب للأطفال\n- مكتبة:\n1. كتب\n2. مجلات",
        "اليوم | الزوار\nالسبت | 120\nالأحد | 90",
        "قال المدير: «أهلاً بكم».",
        "صورة الحديقة",
        "open = 8",
        "سطر & آخر *حرفياً* وcode.",
    ]


def test_the_first_heading_is_the_title_where_none_is_stated() -> None:
    document = read_markdown(ARTICLE.encode())
    assert (document.title, document.source) == ("افتتاح الحديقة", "جريدة الشاطئ")
    stated = ARTICLE.replace("source:", "title: خبر\nsource:")
    assert read_markdown(stated.encode()).title == "خبر"
    assert read_markdown("## فقط\n\nنص".encode()).title is None


def test_a_list_that_starts_at_five_keeps_its_numbers() -> None:
    assert read_markdown("5. خمسة\n6. ستة\n".encode()).text == "5. خمسة\n6. ستة"


def test_deep_nesting_is_survived() -> None:
    assert read_markdown(b"> " * 20_000 + b"a\n\n" + b"[" * 5_000 + b"\n\nend").text.endswith("end")
