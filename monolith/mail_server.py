"""One mail at the mail server: given by whoever has claimed it, or what failed is told.

Enters: a mail, and a claim that is made only while the server answers, so that one that is away
costs nothing. Leaves: the mail at the server, or an error by which its row knows whether it may be
tried again.
"""

from collections.abc import Callable
from contextlib import closing
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMessage, get_connection


class ServerAway(Exception):
    """Nothing was claimed, and nothing sent."""


class MailRefused(Exception):
    """A clear refusal: it did not arrive, and may be tried again."""


class MailUnclear(Exception):
    """The server broke off: it may have arrived."""


def give(mail: EmailMessage, claim: Callable[[], object]) -> bool:
    """Send the mail if ``claim`` gives it to the caller; tell whether it did.

    Raises ``ServerAway`` before the claim, ``MailRefused`` or ``MailUnclear`` after it.
    """
    server = get_connection()
    try:
        server.open()
    except (OSError, SMTPException) as error:
        raise ServerAway(str(error)) from error
    with closing(server):
        if not claim():
            return False
        _send(mail, server)
    return True


def _send(mail: EmailMessage, server: Any) -> None:
    try:
        server.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        raise MailRefused(str(error)) from error
    except (OSError, SMTPException) as error:
        raise MailUnclear(str(error)) from error
