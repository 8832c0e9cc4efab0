"""One connection to the mail server, kept between letters: it is opened once and used again.

Only SMTP is kept, which can be asked whether the server is still there: whoever takes the
connection has heard it a moment ago. It belongs to the process that opened it, and to one letter
at a time.
"""

import os
import time
from collections.abc import Callable
from smtplib import SMTP, SMTPException
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

# Servers hang up on who says nothing for some minutes, and tire of one who goes on for ever.
IDLE_S = 30.0
MOST_LETTERS = 100
_OK = 250


class Kept:
    """Empty at first; holds one connection, or none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._server: EmailBackend | None = None
        self._process = self._letters = 0
        self._used_at = 0.0

    def take(self) -> Any:
        """Return an open connection. Raises what opening one does."""
        fresh = get_connection()
        # Taken out while it is used: nobody else speaks on it meanwhile.
        server, self._server = self._server, None
        if server is not None:
            if self._is_good(server) and _leads_to(server) == _leads_to(fresh):
                return server
            drop(server)
        self._letters = 0
        fresh.open()
        return fresh

    def give(self, server: Any) -> None:
        """Keep it for the next letter, or close it."""
        self._letters += 1
        if not isinstance(server, EmailBackend) or self._letters >= MOST_LETTERS:
            server.close()
            return
        self.close()
        self._server, self._process, self._used_at = server, os.getpid(), self._clock()

    def close(self) -> None:
        """Give up what is kept."""
        server, self._server = self._server, None
        if server is not None:
            drop(server)

    def _is_good(self, server: EmailBackend) -> bool:
        # After a fork it is the parent's, who goes on to speak on it.
        is_mine = self._process == os.getpid()
        return is_mine and self._clock() - self._used_at < IDLE_S and _answers(server)


def drop(server: Any) -> None:
    """Hang up without a word, as nobody may be there to hear it."""
    if isinstance(server, EmailBackend):
        connection, server.connection = server.connection, None
        if isinstance(connection, SMTP):
            connection.close()
    else:
        server.close()


def _leads_to(server: Any) -> tuple[Any, ...]:
    return tuple(getattr(server, name, None) for name in ("host", "port", "username"))


def _answers(server: EmailBackend) -> bool:
    connection = server.connection
    try:
        return connection is not None and connection.noop()[0] == _OK
    except (OSError, SMTPException):
        return False
