"""Answers and articles to show: in both languages, with what is hard about each."""

from typing import Any

ARABIC_TEXT = (
    "🏛️ تلك هي «الخزنة»، أشهر معالم البتراء جنوبي الأردن، وارتفاعها نحو ٤٠ مترًا.\n\n"
    + "البتراء مدينة أثرية نحتها الأنباط في الصخر الوردي قبل أكثر من ألفي عام. " * 12
    + "\n\nوقد أدرجتها منظمة اليونسكو (UNESCO) في قائمة التراث العالمي عام 1985. "
    "𐤐𐤕𐤓𐤀 اسمها القديم. "
    "ويزورها كل عام نحو مليون سائح.\n\n" + "وتقع المدينة بين جبال الشراة ووادي عربة. " * 15
)
ENGLISH_TEXT = (
    "Petra was carved into rose-red rock by the Nabataeans.\n\n"
    + "The city lies between the Red Sea and the Dead Sea. " * 10
    + "\n\nIts most famous monument, the Treasury, was used as a tomb. It is 39 metres high."
)
ARTICLES: dict[str, dict[str, Any]] = {
    "petra-ar": {
        "id": "petra-ar",
        "title": "البتراء: مدينة الأنباط المنحوتة في الصخر الوردي",
        "language": "ar",
        "direction": "rtl",
        "text": ARABIC_TEXT,
        "url": "https://example.org/ar/petra-ar",
        "published": "2021-04-05",
        "metadata": {},
    },
    "petra-en": {
        "id": "petra-en",
        "title": "Petra, the rose-red city",
        "language": "en",
        "direction": "ltr",
        "text": ENGLISH_TEXT,
        "url": "javascript:alert(1)",
        "published": None,
        "metadata": {},
    },
}


def place(article_id: str, quote: str) -> dict[str, Any]:
    """A quote and where it stands, counted in code points as the server counts."""
    article = ARTICLES[article_id]
    start = article["text"].index(quote)
    return {
        "article_id": article_id,
        "title": article["title"],
        "url": article["url"],
        "language": article["language"],
        "direction": article["direction"],
        "start": start,
        "end": start + len(quote),
        "score": 0.9,
    }


def citation(marker: int, article_id: str, quote: str) -> dict[str, Any]:
    return {"marker": marker, **place(article_id, quote), "quote": quote}


def passage(article_id: str, text: str) -> dict[str, Any]:
    return {**place(article_id, text), "text": text}


def sentence(text: str, *citations: int, problem: str | None = None) -> dict[str, Any]:
    supported = bool(citations) and problem is None
    return {
        "text": text,
        "citations": list(citations),
        "supported": supported,
        "problem": problem,
    }


def answer(**changes: Any) -> dict[str, Any]:
    """An answer as the server writes it."""
    whole: dict[str, Any] = {
        "id": "a1",
        "question": "?",
        "rewritten": None,
        "language": "en",
        "status": "answered",
        "answer": "",
        "sentences": [],
        "citations": [],
        "confidence": 0.9,
        "model": "scripted",
        "degraded": False,
        "usage": None,
        "timings_ms": {"total": 1.0},
    }
    return whole | changes


TREASURY_AR = "تلك هي «الخزنة»، أشهر معالم البتراء جنوبي الأردن، وارتفاعها نحو ٤٠ مترًا."
LISTED_AR = "وقد أدرجتها منظمة اليونسكو (UNESCO) في قائمة التراث العالمي عام 1985."
VISITORS_AR = "ويزورها كل عام نحو مليون سائح."
TOMB_EN = "Its most famous monument, the Treasury, was used as a tomb."

ARABIC = answer(
    id="ar1",
    language="ar",
    answer=(
        "ارتفاع «الخزنة» في البتراء نحو ٤٠ مترًا. [1]\n\n"
        "- **أُدرجت** في قائمة UNESCO للتراث العالمي عام 1985. [2]\n"
        "- يزورها خمسة ملايين سائح كل عام.\n\n"
        "وقد استُعملت قبرًا في زمن الأنباط (ترجمة). [3]"
    ),
    sentences=[
        sentence("ارتفاع «الخزنة» في البتراء نحو ٤٠ مترًا.", 1),
        sentence("**أُدرجت** في قائمة UNESCO للتراث العالمي عام 1985.", 2),
        sentence("يزورها خمسة ملايين سائح كل عام.", problem="number"),
        sentence("وقد استُعملت قبرًا في زمن الأنباط (ترجمة).", 3),
    ],
    citations=[
        citation(1, "petra-ar", TREASURY_AR),
        citation(2, "petra-ar", LISTED_AR),
        citation(3, "petra-en", TOMB_EN),
    ],
)
ENGLISH = answer(
    id="en1",
    answer=(
        "The Treasury at Petra was used as a *tomb*. [1] It is the tallest monument in Asia. "
        f"The answer in another language: {LISTED_AR} [2]"
    ),
    sentences=[
        sentence("The Treasury at Petra was used as a *tomb*.", 1),
        sentence("It is the tallest monument in Asia.", problem="not_stated"),
        sentence(LISTED_AR, 2),
    ],
    citations=[citation(1, "petra-en", TOMB_EN), citation(2, "petra-ar", LISTED_AR)],
)
ABSTAINED = answer(
    id="no1",
    language="ar",
    status="abstained",
    answer="لم أجد في المقالات جوابًا عن هذا السؤال.",
    related=[passage("petra-ar", VISITORS_AR), passage("petra-en", TOMB_EN)],
    confidence=0.1,
)
