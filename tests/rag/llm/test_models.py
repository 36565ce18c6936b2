"""Sizes, token counts and prices that are known without asking anybody."""

import pytest

from rag.llm import gateway
from rag.llm.models import DEFAULT_CONTEXT_TOKENS, price
from tests.llm.llama import Llama
from tests.rag.llm.conftest import client, config

ARABIC = "افتُتحت قناة السويس في 17 نوفمبر 1869، ويبلغ طول القناة اليوم 193 كيلومترًا. " * 10
ENGLISH = "The Suez Canal was opened on 17 November 1869. It is 193 km long today. " * 10


@pytest.mark.parametrize(
    ("model", "setting", "tokens"),
    [
        ("openai/gpt-4o", None, 128_000),
        ("gpt-4o", None, 128_000),
        ("anthropic/claude-sonnet-4-5", None, 200_000),
        ("openai/my-own-model", None, DEFAULT_CONTEXT_TOKENS),
        ("openai/my-own-model", 4096, 4096),
        ("openai/gpt-4o", 4096, 4096),
    ],
)
def test_the_context_is_the_setting_else_the_table_else_the_default(
    model: str, setting: int | None, tokens: int
) -> None:
    assert client(config(model=model, context_tokens=setting)).context_tokens() == tokens


def test_the_context_is_that_of_the_smallest_model() -> None:
    models = [config(model="openai/gpt-4o"), config(model="openai/own", context_tokens=2048)]
    assert client(*models).context_tokens() == 2048


@pytest.mark.parametrize("text", [ARABIC, ENGLISH])
def test_tokens_of_an_openai_model_are_exact(text: str) -> None:
    exact = gateway.load().token_counter(model="gpt-4o", text=text)
    assert client(config(model="openai/gpt-4o")).count_tokens(text) == exact
    assert client(config(model="openai/gpt-4.1-mini")).count_tokens(text) == exact


@pytest.mark.parametrize("text", [ARABIC, ENGLISH])
def test_tokens_are_those_of_the_model_that_spends_most(text: str) -> None:
    known, unknown = config(model="openai/gpt-4o"), config(model="openai/own")
    both = client(known, unknown).count_tokens(text)
    assert both == client(unknown).count_tokens(text) > client(known).count_tokens(text)


def test_no_text_has_no_tokens() -> None:
    assert client(config()).count_tokens("") == 0


def test_a_price_is_of_prompt_and_answer() -> None:
    usage = gateway.load().Usage(prompt_tokens=10_000, completion_tokens=1000)
    # 10,000 tokens at $2.50 and 1,000 at $10 a million
    assert price("openai/gpt-4o", usage) == pytest.approx(0.025 + 0.010)


@pytest.mark.parametrize("model", ["openai/my-own-model", "ollama/never-pulled", "x"])
def test_a_model_without_a_price_is_not_free(model: str) -> None:
    assert price(model, gateway.load().Usage(prompt_tokens=1, completion_tokens=1)) is None


@pytest.mark.slow
@pytest.mark.parametrize("text", [ARABIC, ENGLISH], ids=["ar", "en"])
def test_the_estimate_is_not_below_what_a_model_without_arabic_spends(
    llama: Llama, text: str
) -> None:
    assert client(config(model=llama.model)).count_tokens(text) >= llama.count_tokens(text)
