"""Where the log goes while a command runs.

What goes wrong on the way to an answer is logged as a warning. A server tells it at once;
other commands keep it until they have shown their answer, or it would get between its lines.
"""

import logging

from rag.cli.failures import say

_LOGGER = "dalil"
_EACH_CALL = "dalil.llm"
"""Each call that failed; that all of them have is logged by whoever asked."""


class KeptWarnings(logging.Handler):
    """Keeps messages until they are told. One for the life of a process."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(_EACH_CALL):
            self._kept.append(record.getMessage())

    def tell(self) -> None:
        """Say what has been kept, each message once."""
        for message in dict.fromkeys(self._kept):
            say(message)
        self._kept.clear()


_warnings = KeptWarnings()


def keep_warnings() -> None:
    """From now on warnings are kept."""
    _send_to(_warnings)


def tell_warnings() -> None:
    """Say what has been kept so far."""
    _warnings.tell()


def tell_at_once() -> None:
    """From now on everything from INFO on goes to stderr as it comes."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("dalil: %(levelname)s: %(message)s"))
    _send_to(handler)


def _send_to(handler: logging.Handler) -> None:
    logger = logging.getLogger(_LOGGER)
    logger.handlers = [handler]
    logger.propagate = False
