"""The signed links that end letters like one: a subscription enters, a token leaves and comes back.

They hold as long as the service's secret does: whoever digs out an old mail may still unsubscribe.
A token says whose subscription it is and proves that we wrote it; no log-in is asked.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer

from consumers.notifications.ledger.models import SWITCHABLE, Kind, Notification

# Two parts behind the slash: the monolith's own links have one, and go on to work.
PATH = "/unsubscribe/n/"
PREFERENCES = "/notifications/"


class LinkNotValid(ValueError):
    """We did not sign this."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of letter of one account, or what one saved search of theirs tells at once."""

    account_id: int
    kind: str
    saved_search_id: int | None = None


def of(notification: Notification) -> Subscription:
    """Return what ends letters like this one: the search that asked for it, or its kind."""
    return Subscription(
        notification.account_id, notification.kind, notification.saved_search_id or None
    )


def address(subscription: Subscription) -> str:
    return f"{settings.NOTIFICATIONS.site_url}{PATH}{token(subscription)}"


def token(subscription: Subscription) -> str:
    of_search = f".{subscription.saved_search_id}" if subscription.saved_search_id else ""
    return _signer().sign(f"{subscription.account_id}.{subscription.kind}{of_search}")


def read(text: str) -> Subscription:
    """Return what ``text`` was signed for. Raises ``LinkNotValid``."""
    try:
        account_id, kind, *search = _signer().unsign(text).split(".")
        if Kind(kind) in SWITCHABLE:
            return Subscription(int(account_id), kind, *map(int, search))
        raise LinkNotValid
    except (BadSignature, ValueError):
        raise LinkNotValid from None


def _signer() -> Signer:
    return Signer(salt="notifications.unsubscribe")
