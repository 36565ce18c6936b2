"""What is remembered of questions that come again, and what is not."""

import threading
from pathlib import Path

import pytest

from rag.repeated import Repeated, normal_form
from rag.types import Filters
from tests.fakes import ARTICLES, Engine, FakeEncoder, article, calibrated, open_engine


def test_vowel_marks_and_spaces_do_not_make_another_question() -> None:
    assert normal_form(" مَتَى افتُتحت  القناة؟") == normal_form("متى افتتحت القناة؟")
    assert normal_form("When  was\nit?") == normal_form("When was it?")


@pytest.mark.parametrize(
    ("one", "other"),
    [("متى فتحت القناة؟", "متى افتتحت القناة؟"), ("أين علي؟", "اين على؟"), ("Who?", "who?")],
)
def test_other_letters_make_another_question(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_what_was_worked_out_is_not_worked_out_again() -> None:
    calls: list[str] = []
    repeated: Repeated[str, str] = Repeated()

    def work_out() -> str:
        calls.append("called")
        return "value"

    assert [repeated.get("a", work_out) for _ in range(3)] == ["value"] * 3
    assert calls == ["called"]


def test_an_error_is_not_remembered() -> None:
    repeated: Repeated[str, int] = Repeated()
    with pytest.raises(ZeroDivisionError):
        repeated.get("a", lambda: 1 // 0)
    assert repeated.get("a", lambda: 2) == 2


def test_only_the_latest_512_are_kept() -> None:
    repeated: Repeated[int, int] = Repeated()
    for key in range(513):
        repeated.get(key, lambda key=key: key)  # type: ignore[misc]
    assert repeated.get(512, lambda: -1) == 512
    assert repeated.get(0, lambda: -1) == -1


def test_of_several_only_those_that_are_not_known_are_worked_out() -> None:
    repeated: Repeated[int, str] = Repeated()
    asked: list[list[int]] = []

    def work_out(keys: list[int]) -> dict[int, str]:
        asked.append(keys)
        return {key: f"value {key}" for key in keys if key != 3}

    assert repeated.get_many([1, 2], work_out) == {1: "value 1", 2: "value 2"}
    assert repeated.get_many([2, 3, 4], work_out) == {2: "value 2", 4: "value 4"}
    assert repeated.get_many([1, 4], work_out) == {1: "value 1", 4: "value 4"}
    assert asked == [[1, 2], [3, 4]]


def test_threads_share_what_is_remembered() -> None:
    repeated: Repeated[int, int] = Repeated()
    wrong: list[int] = []

    def ask() -> None:
        for key in range(700):
            if repeated.get(key, lambda key=key: key) != key:  # type: ignore[misc]
                wrong.append(key)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def engine(tmp_path: Path, fake: FakeEncoder) -> Engine:
    engine = open_engine(tmp_path, calibrated(fake))
    engine.ingester.add(ARTICLES)
    return engine


def test_a_question_that_comes_again_is_not_encoded_again(
    engine: Engine, fake: FakeEncoder
) -> None:
    service = engine.service()
    first = service.search("When was the canal opened?")
    encoded = len(fake.encoded)
    assert service.search("When  was the canal opened?").passages == first.passages
    assert len(fake.encoded) == encoded


def test_an_article_that_is_added_is_found_by_a_question_that_was_asked_before(
    engine: Engine,
) -> None:
    service = engine.service()
    before = service.search("canal", top_k=50).passages
    engine.ingester.add([article("another", "Another canal was dug in 1914.")])
    after = service.search("canal", top_k=50).passages
    assert {p.article_id for p in after} - {p.article_id for p in before} == {"another"}


def test_other_filters_and_another_top_k_are_another_question(engine: Engine) -> None:
    service = engine.service()
    assert len(service.search("canal", top_k=1).passages) == 1
    assert len(service.search("canal", top_k=50).passages) > 1
    arabic = service.search("canal", top_k=50, filters=Filters(languages=("ar",))).passages
    assert {passage.language for passage in arabic} == {"ar"}
