"""Forget a person: the ledger's part of the answer to a request to erase."""

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Choice, FeedItem, Intervention, Notification
from consumers.notifications.pacing.models import Rhythm


def forget(account_id: int) -> int:
    """Remove all rows of somebody, and let none come; return how many went."""
    erased.bury(account_id)
    everywhere = (Notification, Choice, FeedItem, Intervention, Suppression, Rhythm)
    return sum(model.objects.filter(account_id=account_id).delete()[0] for model in everywhere)
