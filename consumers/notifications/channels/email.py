"""Letters as mails, by whatever backend Django's mail settings name: SMTP, or a provider's.

Enters: a letter. Leaves: a mail of plain text and HTML. Of SMTP's answers those that begin with a
5 are final, some tell of the server's own trouble, and others may be better later; a connection
that breaks off tells nothing. What an API answers is read by `providers`; the connection is one of
`kept`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from anymail.exceptions import AnymailError
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from consumers.notifications.channels import lookups, providers
from consumers.notifications.channels.kept import Kept, drop
from consumers.notifications.channels.port import (
    ChannelAway,
    ChannelError,
    Deliver,
    Fate,
    Letter,
    Refused,
    Unclear,
)

_GOES_AWAY, _FINAL = 421, 500
# It is the server that is full, shut or ill, for every mail (RFC 3463).
_ITS_OWN = re.compile(r"4\.3\.\d")
# Of the enhanced codes (RFC 3463, RFC 7505) those that blame the recipient's address: there is no
# such mailbox, it is none, it moved, or its domain takes no mails. A plain 550 does not tell that
# from a sender who may not send, and then nobody would get mails any more.
_NOBODYS = re.compile(r"5\.1\.(1|3|6|10)(?!\d)")
# Providers that carry no metadata.
_BY_TAG = {f"anymail.backends.{name}.EmailBackend" for name in ("mailersend", "postal")}


class EmailChannel:
    needs_address = True
    disturbs = True
    is_repeatable = False

    def __init__(self) -> None:
        self.kept = Kept()

    @property
    def can_tell(self) -> bool:
        return lookups.is_there()

    def told(self, letter_id: str) -> Fate:
        return lookups.fate_of(letter_id)

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        try:
            server = self.kept.take()
        except (OSError, SMTPException) as error:
            raise ChannelAway(f"The mail server does not answer: {error}") from error
        except (ImproperlyConfigured, ImportError) as error:
            # Of whoever set it up so, who reads it in `status`.
            raise ChannelAway(f"Mails are not set up: {error}") from error
        is_clean = True

        def deliver(letter: Letter) -> None:
            nonlocal is_clean
            is_clean = False
            _deliver(server, letter)
            is_clean = True

        try:
            yield deliver
        finally:
            # Amid a letter that did not end well nobody knows what the server waits for.
            (self.kept.give if is_clean else drop)(server)


def _deliver(server: Any, letter: Letter) -> None:
    mail = _mail(letter)
    try:
        validate_email(letter.to)
        server.send_messages([mail])
    except SMTPRecipientsRefused as error:
        # There is one.
        ((code, said),) = error.recipients.values()
        raise _refused(error, letter, code, said) from error
    except SMTPResponseException as error:
        raise _refused(error, letter, error.smtp_code, error.smtp_error) from error
    except AnymailError as error:
        # Some of them are an OSError or a ValueError too, so they stand before those.
        raise providers.told(error) from error
    except (OSError, SMTPException) as error:
        raise Unclear(f"The mail server broke off: {error}") from error
    except (ValueError, ValidationError) as error:
        # An address or a header that no mail may have.
        raise Refused(f"No mail can be made of it: {error}", is_final=True) from error
    if providers.has_failed(mail):
        raise Refused("The provider said that it failed.", is_final=True)


def _refused(error: Exception, letter: Letter, code: int, said: bytes | str) -> ChannelError:
    is_final = code >= _FINAL
    text = said if isinstance(said, str) else said.decode(errors="replace")
    # Servers like to repeat the address, which is kept nowhere in the clear.
    told = str(error).replace(letter.to, "the address")
    if code == _GOES_AWAY or (not is_final and _ITS_OWN.match(text)):
        return ChannelAway(told)
    return Refused(told, is_final=is_final, is_nobodys=is_final and bool(_NOBODYS.match(text)))


def _mail(letter: Letter) -> AnymailMessage:
    mail = AnymailMessage(
        letter.subject,
        letter.text,
        settings.NOTIFICATIONS.sender,
        [letter.to],
        headers=dict(letter.headers),
        **_name_of(letter),
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    return mail


def _name_of(letter: Letter) -> dict[str, Any]:
    """Return what a provider's reports give back; a server by SMTP never sees it."""
    if settings.EMAIL_BACKEND in _BY_TAG:
        return {"tags": [letter.id]}
    return {"metadata": {"notification": letter.id}}
