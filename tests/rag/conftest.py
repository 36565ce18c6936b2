"""The real model server, one for all tests of the engine."""

from tests.llm.llama import llama as llama  # a fixture
