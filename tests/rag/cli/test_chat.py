"""`dalil chat`: what it remembers, what it shows, and how it ends."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli.main import app
from rag.errors import EmptyIndexError, LlmTimeoutError, QuestionError
from rag.types import Turn
from tests.rag.cli.conftest import Engine
from tests.server.fakes import ANSWERABLE_AR, ANSWERABLE_EN, FailingService, FakeService

PROMPT = "؟ "
ROOT = Path(__file__).parents[3]
WITH_A_SLOW_ENGINE = """
import sys
from types import SimpleNamespace
from tests.server.fakes import FakeService, Pace
service = FakeService(Pace(between={between}))
sys.modules["rag.compose"] = SimpleNamespace(open_service=lambda *_: service)
from rag.cli.main import main
main()
"""


def _chat(*lines: str, options: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(app, ["chat", *options], input="\n".join(lines))


def test_each_question_is_answered_with_its_sources(engine: Engine) -> None:
    result = _chat(ANSWERABLE_AR, ANSWERABLE_EN)

    assert (result.exit_code, result.stderr) == (0, "")
    assert "«افتُتحت قناة السويس في 17 نوفمبر 1869.»" in result.stdout
    assert "“The Suez Canal was opened on 17 November 1869.”" in result.stdout
    assert "المصادر" in result.stdout
    assert "Sources" in result.stdout
    assert engine.service.closed


def test_what_was_said_before_is_the_history(engine: Engine) -> None:
    result = _chat(ANSWERABLE_AR, "", "ومتى؟")

    said = FakeService().ask(ANSWERABLE_AR).answer
    assert engine.service.history == (Turn("user", ANSWERABLE_AR), Turn("assistant", said))
    assert f"ومتى؟ ({ANSWERABLE_AR})" in result.stdout


def test_new_forgets_what_was_said(engine: Engine) -> None:
    _chat(ANSWERABLE_AR, "/new", ANSWERABLE_EN)

    assert engine.service.history == ()


def test_only_the_last_twenty_turns_are_kept(engine: Engine) -> None:
    _chat(*[f"قناة السويس {n}" for n in range(15)])

    assert len(engine.service.history) == 20
    assert engine.service.history[0] == Turn("user", "قناة السويس 4")


@pytest.mark.parametrize("error", [QuestionError("no words"), LlmTimeoutError("no words")])
def test_a_question_that_fails_does_not_end_the_conversation(
    engine: Engine, error: Exception
) -> None:
    engine.service = FailingService(error)
    result = _chat("؟", "؟")

    assert result.exit_code == 0
    assert result.stderr == "dalil: no words\n" * 2


def test_what_would_fail_each_question_ends_it(engine: Engine) -> None:
    engine.service = FailingService(EmptyIndexError("nothing has been ingested yet"))
    result = _chat("متى؟", "متى؟")

    assert (result.exit_code, result.stderr) == (1, "dalil: nothing has been ingested yet\n")


@pytest.mark.usefixtures("engine")
def test_a_command_that_does_not_exist_is_said_to() -> None:
    result = _chat("/exit")

    assert result.stderr == "dalil: there is no such command; /new starts over, Ctrl-D leaves\n"
    assert result.stdout == ""


def test_the_options_of_ask_hold_for_each_question(engine: Engine) -> None:
    options = ("--language", "en", "--answer-language", "en")
    result = _chat(ANSWERABLE_AR, options=options)

    assert engine.service.filters.languages == ("en",)
    assert result.stdout.startswith("I found no answer.")


# On a real terminal.


class Terminal:
    """A process on a pseudo-terminal of its own."""

    def __init__(self, cwd: Path, *arguments: str, between: float = 0.0) -> None:
        """Its stderr is dropped where it is not asked for questions: a bar of progress is there."""
        self._ours, theirs = pty.openpty()
        script = WITH_A_SLOW_ENGINE.format(between=between)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DALIL_")}
        environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "60"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=cwd,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if arguments[0] == "chat" else subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: _control_terminal(theirs),
        )
        os.close(theirs)
        self.output = ""
        self._seen = 0
        self._decoder = getincrementaldecoder("utf-8")()

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        """Wait until this is there, after what was waited for before."""
        deadline = time.monotonic() + seconds
        while (at := self.output.find(text, self._seen)) < 0:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.output!r}"
            self._read()
        self._seen = at + len(text)

    def ends(self, seconds: float = 30.0) -> int:
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"it goes on: {self.output!r}"
        return self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=30)
        os.close(self._ours)

    def _read(self) -> bool:
        """Take what is there; False once the process has gone."""
        if select.select([self._ours], [], [], 0.1)[0]:
            try:
                data = os.read(self._ours, 65_536)
            except OSError:  # Linux says so where the other end is closed.
                return False
            self.output += self._decoder.decode(data)
            return bool(data)
        return True


def _control_terminal(fd: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_on_a_terminal_it_greets_answers_and_ends_with_ctrl_d(
    tmp_path: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(tmp_path, "chat")
    terminals.append(terminal)
    terminal.wait_for("Ctrl-D leaves")
    terminal.wait_for(PROMPT)
    terminal.type(f"{ANSWERABLE_AR}\n")
    terminal.wait_for("90%")
    terminal.wait_for(PROMPT)
    terminal.type("/new\n")
    terminal.wait_for("A new conversation.")
    terminal.wait_for(PROMPT)
    terminal.type("\x04")

    assert terminal.ends() == 0
    assert "Traceback" not in terminal.output


def test_ctrl_c_ends_an_answer_and_not_the_conversation(
    tmp_path: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(tmp_path, "chat", between=1.0)
    terminals.append(terminal)
    terminal.wait_for("Ctrl-D leaves")
    terminal.wait_for(PROMPT)
    terminal.type(f"{ANSWERABLE_EN}\n")
    terminal.wait_for("The Suez")
    terminal.type("\x03")
    terminal.wait_for("dalil: interrupted")
    terminal.wait_for(PROMPT)
    terminal.type("\x04")

    assert terminal.ends() == 0
    assert "Traceback" not in terminal.output


def test_ask_shows_the_text_as_it_comes_on_a_terminal(
    tmp_path: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(tmp_path, "ask", ANSWERABLE_EN, between=0.5)
    terminals.append(terminal)
    terminal.wait_for("The Suez")
    assert "1869" not in terminal.output

    terminal.process.send_signal(signal.SIGINT)
    assert terminal.ends() == 130
    assert terminal.output.endswith("\r\n")


def test_json_is_whole_and_alone_on_a_terminal_too(
    tmp_path: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(tmp_path, "ask", ANSWERABLE_EN, "--json")
    terminals.append(terminal)

    assert terminal.ends() == 0
    assert terminal.output.startswith('{"id": ')
    assert "\x1b" not in terminal.output
