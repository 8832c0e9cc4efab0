"""The signed links that end a kind of mail: a subscription enters, a token leaves and comes back.

They hold as long as the site's secret does: whoever digs out an old mail may still unsubscribe.
A token says whose subscription it is and proves that we wrote it; no log-in is asked.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from monolith.alerts.models import Alert, Kind
from monolith.errors import LinkNotValid

_signer = Signer(salt="alerts.unsubscribe")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of alert, or one saved search, of one account."""

    account_id: int
    kind: str = ""
    search_id: int = 0


def of(alert: Alert) -> Subscription:
    """Return what ends mails like this one: the search that asked for it, or its kind."""
    if alert.kind == Kind.MATCH and alert.saved_search_id:
        return Subscription(alert.account_id, search_id=alert.saved_search_id)
    return Subscription(alert.account_id, kind=alert.kind)


def address(subscription: Subscription) -> str:
    return settings.SITE_URL + reverse("alerts:unsubscribe", args=[token(subscription)])


def token(subscription: Subscription) -> str:
    return _signer.sign(f"{subscription.account_id}.{subscription.kind or subscription.search_id}")


def read(text: str) -> Subscription:
    """Return what ``text`` was signed for; raises ``LinkNotValid`` when we did not sign it."""
    try:
        account_id, _, what = _signer.unsign(text).partition(".")
    except BadSignature:
        raise LinkNotValid from None
    if what in Kind.values:
        return Subscription(int(account_id), kind=what)
    return Subscription(int(account_id), search_id=int(what))
