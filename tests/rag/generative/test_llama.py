"""The whole path with a real model on a real server: whatever it says, some things hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from embeddings.calibrated import CalibratedEncoder
from rag.llm import Deadlines, ModelConfig
from rag.messages import abstention
from rag.service import Service
from rag.settings import load_settings
from rag.types import Filters
from server.app import create_app
from tests.fakes import open_engine
from tests.llm.llama import Llama
from tests.llm.service import answerer, asking, assert_exact, read
from tests.server.language_model.served import Served, Slots
from tests.server.running import serving

pytestmark = pytest.mark.slow

ASKED_EN = "When was the Suez Canal opened?"
ASKED_AR = "متى افتُتحت قناة السويس؟"
ARTICLES = ["suez-canal-en", "rosetta-stone-en", "suez-canal-ar"]
LONGEST_ANSWER = 32


@pytest.fixture(scope="module")
def service(
    llama: Llama, encoder: CalibratedEncoder, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Finds more passages than the model's context has room for."""
    engine = open_engine(tmp_path_factory.mktemp("collection"), encoder, tokens=256)
    paths = [path for name in ARTICLES for path in (root / "seeds").glob(f"*/{name}.*")]
    assert len(engine.ingester.ingest([*map(str, paths)]).added) == len(ARTICLES)
    model = ModelConfig(llama.model, llama.url, None, 0.0, LONGEST_ANSWER, llama.context_tokens)
    client = asking(model, deadlines=Deadlines(total=240.0, first_token=120.0, stall=60.0))
    writer = answerer(client, engine, max_output_tokens=LONGEST_ANSWER)
    service = engine.service(top_k=50, answerer=writer)
    yield service
    service.close()


@pytest.fixture(scope="module")
def served(service: Service) -> Iterator[Served]:
    slots = Slots(service)
    with serving(create_app(load_settings(), cast(Any, slots))) as address:
        yield Served(address, slots)


def _assert_whole(service: Service, got: dict[str, Any], model: str) -> None:
    """What holds of every answer on the wire."""
    assert got["model"] in (model, "extractive")
    assert got["degraded"] == (got["model"] == "extractive")
    assert got["language"] == "en"
    for citation in got["citations"]:
        text = service.article(citation["article_id"]).text
        assert citation["quote"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in got["answer"]
    markers = [citation["marker"] for citation in got["citations"]]
    assert markers == list(range(1, len(markers) + 1))
    if got["status"] == "answered":
        assert markers
    else:
        assert got["answer"] == abstention("en")


def test_a_real_model_s_answer_comes_in_order_with_exact_quotes_and_is_counted(
    served: Served, service: Service, llama: Llama
) -> None:
    events = served.post("/v1/ask", {"question": ASKED_EN, "stream": True}).events

    assert [event.id for event in events] == [str(n) for n in range(1, len(events) + 1)]
    assert (events[0].name, events[-1].name) == ("passages", "done")
    assert {event.name for event in events[1:-1]} <= {"delta", "citation"}
    done = events[-1].data
    _assert_whole(service, done, llama.model)
    text = "".join(event.data["text"] for event in events if event.name == "delta")
    assert text
    if text == done["answer"]:
        told = [event.data for event in events if event.name == "citation"]
        assert told == done["citations"]
    else:
        assert done["model"] == "extractive" or done["status"] == "abstained"
    assert served.slots.running == 0

    usage = done["usage"]
    assert usage is not None, "it was refused, or broken off"
    assert usage["calls"] == 1
    assert 500 < usage["prompt_tokens"] <= Llama.context_tokens - LONGEST_ANSWER
    assert 0 < usage["completion_tokens"] <= LONGEST_ANSWER


def test_a_prompt_in_arabic_fits_too_and_is_answered_all_the_same(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """The model knows no Arabic, so its tokenizer spends most on it."""
    told = read(service, ASKED_AR, filters=Filters(languages=("ar",)))

    assert not any("refused" in record.getMessage() for record in caplog.records)
    assert told.answer.language == "ar"
    assert_exact(told.answer.citations, [service.article(name) for name in ARTICLES])
