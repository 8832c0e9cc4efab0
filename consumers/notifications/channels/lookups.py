"""Providers that can be asked what became of a mail: a notification's id enters, its fate leaves.

django-anymail sends and hears, and looks nothing up; each provider that can is one function here,
by its backend's name. Every mail carries its notification's id as metadata, by which it is found.
"""

from collections.abc import Callable

import httpx
from anymail.backends.postmark import EmailBackend as Postmark
from django.conf import settings

from consumers.notifications.channels.port import ChannelAway, Fate

_PATIENCE_S = 10


def _postmark(letter_id: str) -> Fate:
    server = Postmark()
    answer = httpx.get(
        f"{server.api_url}messages/outbound",
        params={"count": 1, "offset": 0, "metadata_notification": letter_id},
        headers={"Accept": "application/json", "X-Postmark-Server-Token": server.server_token},
        timeout=_PATIENCE_S,
    )
    answer.raise_for_status()
    return Fate.TAKEN if int(answer.json()["TotalCount"]) else Fate.NEVER_CAME


_LOOKUPS: dict[str, Callable[[str], Fate]] = {"anymail.backends.postmark.EmailBackend": _postmark}


def is_there() -> bool:
    """Say whether who takes our mails can be asked about them."""
    return settings.EMAIL_BACKEND in _LOOKUPS


def fate_of(letter_id: str) -> Fate:
    """Ask the provider. Raises ``ChannelAway``."""
    try:
        return _LOOKUPS[settings.EMAIL_BACKEND](letter_id)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ChannelAway(f"The mails' provider tells nothing: {type(error).__name__}") from error
