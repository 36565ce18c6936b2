"""`dalil ask` on a terminal, where the text is shown while a model writes it."""

import signal
from pathlib import Path

import pytest

from tests.llm.replies import cut_after, failure, hang_after
from tests.llm.scripted import ScriptedLlm
from tests.llm.service import MODEL
from tests.rag.cli.language_model.terminal import on_a_terminal

pytestmark = pytest.mark.slow

ASKED_EN = "When was the Suez Canal opened?"
OPENED_EN = "The Suez Canal was opened on 17 November 1869"
WITH_A_FAKE_ENCODER = """
import rag.compose
from tests.fakes import fake_encoder
rag.compose.open_encoder = lambda *_: fake_encoder()
from rag.cli.main import main
main()
"""


def test_ask_shows_the_text_on_a_terminal_while_the_model_writes(
    llm: ScriptedLlm, environment: dict[str, str], tmp_path: Path
) -> None:
    llm.script(hang_after(f"{OPENED_EN} [1]. ", "It is 193 km", " long"))
    settings = environment | {"DALIL_LLM_STALL_SECONDS": "60"}
    command = (WITH_A_FAKE_ENCODER, "ask", ASKED_EN)
    with on_a_terminal(*command, cwd=tmp_path, environment=settings) as terminal:
        terminal.wait_for("193 km")
        assert llm.open_calls == 1
        terminal.process.send_signal(signal.SIGINT)
        code, errors = terminal.ends()

    assert (code, errors) == (130, ["dalil: interrupted"])
    assert llm.wait_until(lambda: llm.open_calls == 0)


def test_an_answer_that_breaks_off_on_a_terminal_says_so_and_ends_with_1(
    llm: ScriptedLlm, environment: dict[str, str], tmp_path: Path
) -> None:
    llm.script(cut_after(f"{OPENED_EN} [1]. ", "It is 193 km", " long"))
    command = (WITH_A_FAKE_ENCODER, "ask", ASKED_EN)
    with on_a_terminal(*command, cwd=tmp_path, environment=environment) as terminal:
        terminal.wait_for("193 km")
        code, errors = terminal.ends()

    assert (code, errors[-1]) == (1, f"dalil: {MODEL}: the answer broke off; ask again")
    assert len(llm.requests) == 1


def test_what_is_logged_does_not_get_between_the_lines_of_a_command(
    llm: ScriptedLlm, environment: dict[str, str], tmp_path: Path
) -> None:
    llm.script(failure(401))
    command = (WITH_A_FAKE_ENCODER, "ask", ASKED_EN, "--json")
    with on_a_terminal(*command, cwd=tmp_path, environment=environment) as terminal:
        terminal.wait_for("}\r\n")
        code, errors = terminal.ends()

    assert code == 0
    assert [line for line in errors if not line.startswith("dalil: ")] == []
