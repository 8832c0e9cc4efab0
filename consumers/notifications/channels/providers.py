"""What a provider's refusal means: an error of django-anymail enters, one of the port leaves.

Final is what blames the mail. Of a yes that cannot be read, and of a gateway that waited in vain
for its provider, nobody knows. Whatever else it says, it is down or does not know us any more, and
took nothing, so that letters wait for it until they are old.
"""

from datetime import timedelta

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.utils import timezone
from requests import ConnectTimeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from consumers.notifications.channels.pauses import pause_in
from consumers.notifications.channels.port import (
    ChannelAway,
    ChannelError,
    Refused,
    TooFast,
    Unclear,
)

_BLAMES_THE_MAIL = {400, 406, 413, 422}
_TELLS_NOTHING = {*range(200, 300), 504}
_TOO_FAST = 429


def told(error: AnymailError) -> ChannelError:
    """Return what happened to the mail, in the port's words."""
    if isinstance(error, AnymailRecipientsRefused):
        return Refused("The provider refused the address.", is_final=True)
    if not isinstance(error, AnymailAPIError):
        return Refused(f"No mail can be made of it: {type(error).__name__}", is_final=True)
    status = error.status_code
    if status is None:
        if _never_connected(error.__cause__):
            return ChannelAway("The mails' provider does not answer.")
        return Unclear("The mails' provider broke off.")
    said = f"The mails' provider answered {status}."
    if status == _TOO_FAST:
        return TooFast(said, _pause(error))
    if status in _BLAMES_THE_MAIL:
        return Refused(said, is_final=True)
    return Unclear(said) if status in _TELLS_NOTHING else ChannelAway(said)


def has_failed(mail: AnymailMessage) -> bool:
    """Say whether the provider said no, in words that django-anymail makes no error of."""
    told = mail.anymail_status
    return told.status == {"failed"} or getattr(told.esp_response, "status_code", 0) >= 400


def _pause(error: AnymailAPIError) -> timedelta | None:
    headers = getattr(error.response, "headers", {})
    return pause_in(headers.get("Retry-After"), timezone.now())


def _never_connected(cause: BaseException | None) -> bool:
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    early = NewConnectionError, ConnectTimeoutError
    return isinstance(cause, ConnectTimeout) or isinstance(reason, early)
