"""One mail at the mail server: given by whoever has claimed it, or what failed is told.

Enters: a mail, and a claim that is made only while the server answers, so that one that is away
costs nothing; nor does one that says amid the mail that it is shut or ill. Leaves: the mail at the
server, or an error by which its row knows whether it may be tried again.
"""

import re
from collections.abc import Callable
from contextlib import closing
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMessage, get_connection

_GOES_AWAY = 421
# It is the server that is full, shut or ill, for every mail (RFC 3463).
_ITS_OWN = re.compile(rb"4\.3\.\d")


class ServerAway(Exception):
    """Nothing was claimed, and nothing sent."""


class ServerLeft(ServerAway):
    """It takes no mails now, as it said after the claim; this one neither."""


class MailRefused(Exception):
    """A clear refusal: it did not arrive, and may be tried again."""


class MailUnclear(Exception):
    """The server broke off: it may have arrived."""


def give(mail: EmailMessage, claim: Callable[[], object]) -> bool:
    """Send the mail if ``claim`` gives it to the caller; tell whether it did.

    Raises ``ServerAway`` before the claim; ``ServerLeft``, ``MailRefused`` or ``MailUnclear`` after
    it.
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
    except SMTPRecipientsRefused as error:
        # There is one.
        ((code, said),) = error.recipients.values()
        raise _refused(error, code, said) from error
    except SMTPResponseException as error:
        raise _refused(error, error.smtp_code, error.smtp_error) from error
    except (OSError, SMTPException) as error:
        raise MailUnclear(str(error)) from error


def _refused(error: Exception, code: int, said: bytes | str) -> Exception:
    text = said.encode() if isinstance(said, str) else said
    is_away = code == _GOES_AWAY or _ITS_OWN.match(text)
    return ServerLeft(str(error)) if is_away else MailRefused(str(error))
