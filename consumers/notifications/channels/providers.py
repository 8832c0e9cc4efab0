"""What a provider's refusal means: an error of django-anymail enters, one of the port leaves.

Final is what blames the mail. A provider that is down, in a hurry, or does not know us any more
took nothing, so that letters wait for it until they are old.
"""

from datetime import timedelta

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
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
_TOOK_NOTHING = {401, 402, 403, 503}
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
    if status in _TOOK_NOTHING:
        return ChannelAway(said)
    return Refused(said, is_final=status in _BLAMES_THE_MAIL)


def _pause(error: AnymailAPIError) -> timedelta | None:
    headers = getattr(error.response, "headers", {})
    return pause_in(headers.get("Retry-After"), timezone.now())


def _never_connected(cause: BaseException | None) -> bool:
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    early = NewConnectionError, ConnectTimeoutError
    return isinstance(cause, ConnectTimeout) or isinstance(reason, early)
