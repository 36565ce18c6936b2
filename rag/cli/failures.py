"""How the command fails: one line on stderr, and an exit code that tells whose fault it is.

2 is for what was typed or set, 130 for an interrupt, 1 for everything else. What is not
an error of ours or of usage is a bug, and keeps its traceback.
"""

import sys
from typing import Any, NoReturn

from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from rag.errors import DalilError, InputError, LoadError, QuestionError, SettingsError

USAGE = 2
FAILED = 1
INTERRUPTED = 130

_CALLERS_FAULT = (SettingsError, InputError, LoadError, QuestionError)


class OneLineFailures(TyperGroup):
    """The group of all commands; it turns what they raise into a line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except DalilError as error:
            say(str(error))
            code = USAGE if isinstance(error, _CALLERS_FAULT) else FAILED
        except TyperException as error:
            if message := error.format_message():
                say(message)
            code = error.exit_code
        except (KeyboardInterrupt, Abort):
            code = INTERRUPTED
        if code == INTERRUPTED:
            say("interrupted")
        sys.exit(code)


def say(message: str) -> None:
    """One line on stderr, with nothing in it that could move the cursor."""
    printable = "".join(char if char.isprintable() else " " for char in message)
    print(f"dalil: {' '.join(printable.split())}", file=sys.stderr)
