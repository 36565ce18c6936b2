"""A BEIR-style folder of ten documents: five stories, each in Arabic and in English."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    ("suez-en", "The Suez Canal", "The Suez Canal was opened in 1869. It joins two seas."),
    ("petra-en", "Petra", "Petra is a city of stone in Jordan. The Nabataeans built it."),
    ("aral-en", "The Aral Sea", "The Aral Sea lost its water to cotton fields."),
    ("battuta-en", "Ibn Battuta", "Ibn Battuta set out from Tangier to see the world."),
    ("buran-en", "Buran", "The roof of the hangar fell and destroyed the shuttle."),
    ("suez-ar", "قناة السويس", "افتُتحت قناة السويس عام 1869. وهي تصل بين بحرين."),
    ("petra-ar", "البتراء", "البتراء مدينة من حجر في الأردن. وقد بناها الأنباط."),
    ("aral-ar", "بحر آرال", "فقد بحر آرال مياهه بسبب حقول القطن."),
    ("battuta-ar", "ابن بطوطة", "انطلق ابن بطوطة من طنجة ليرى العالم."),
    ("buran-ar", "بوران", "انهار سقف الحظيرة ودمّر المكوك الفضائي."),
)
QUERIES: Mapping[str, str] = {
    "1": "Who built Petra, the city of stone?",
    "2": "Where did Ibn Battuta set out from?",
    "3": "لماذا فقد بحر آرال مياهه؟",
    "4": "What was never judged?",
}
HEADER = "query-id\tcorpus-id\tscore"
QRELS = ("1\tpetra-en\t2", "2\tbattuta-en\t1", "2\tsuez-en\t0", "3\taral-ar\t1")


def write_beir(
    folder: Path,
    *,
    queries: Mapping[str, str] = QUERIES,
    qrels: Sequence[str] = (HEADER, *QRELS),
    qrels_name: str = "qrels/test.tsv",
) -> Path:
    """Write the folder, and give it back."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = ({"_id": i, "title": title, "text": text} for i, title, text in DOCUMENTS)
    write_lines(folder / "corpus.jsonl", map(to_line, documents))
    asked = ({"_id": query_id, "text": text} for query_id, text in queries.items())
    write_lines(folder / "queries.jsonl", map(to_line, asked))
    (folder / qrels_name).parent.mkdir(exist_ok=True)
    write_lines(folder / qrels_name, qrels)
    return folder


def to_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
