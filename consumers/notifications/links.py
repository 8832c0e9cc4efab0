"""The signed links that end a kind of letter: a subscription enters, a token leaves and comes back.

They hold as long as the service's secret does: whoever digs out an old mail may still unsubscribe.
A token says whose subscription it is and proves that we wrote it; no log-in is asked.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer

from consumers.notifications.ledger.models import SWITCHABLE, Kind

# Two parts behind the slash: the monolith's own links have one, and go on to work.
PATH = "/unsubscribe/n/"
PREFERENCES = "/notifications/"


class LinkNotValid(ValueError):
    """We did not sign this."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of letter of one account."""

    account_id: int
    kind: str


def address(subscription: Subscription) -> str:
    return f"{settings.NOTIFICATIONS.site_url}{PATH}{token(subscription)}"


def token(subscription: Subscription) -> str:
    return _signer().sign(f"{subscription.account_id}.{subscription.kind}")


def read(text: str) -> Subscription:
    """Return what ``text`` was signed for. Raises ``LinkNotValid``."""
    try:
        account_id, _, kind = _signer().unsign(text).partition(".")
        if Kind(kind) in SWITCHABLE:
            return Subscription(int(account_id), kind)
        raise LinkNotValid
    except (BadSignature, ValueError):
        raise LinkNotValid from None


def _signer() -> Signer:
    return Signer(salt="notifications.unsubscribe")
