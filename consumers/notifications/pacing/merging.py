"""Several price drops make one letter: the last one's, down from where the first one began."""

from django.db.models import Max

from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, What
from consumers.notifications.sending.review import CHANGED_AGAIN

_MERGED = (State.DROPPED, CHANGED_AGAIN)


def old_price(notification: Notification, change: Change) -> int | None:
    """Return the price before all the drops that the person was not told of."""
    if change.what != What.REDUCED:
        return change.old_price
    others = Notification.objects.filter(
        account_id=notification.account_id,
        listing_id=notification.listing_id,
        channel=notification.channel,
    ).exclude(pk=notification.pk)
    told, merged = [], []
    for row in others:
        if row.sent_at is not None:
            told.append(row.event_id)
        elif row.state == State.PLANNED or (row.state, row.reason) == _MERGED:
            merged.append(row.event_id)
    if not merged:
        return change.old_price
    drops = Change.objects.filter(
        pk__in=merged, what=What.REDUCED, happened_at__lt=change.happened_at
    )
    if last := Change.objects.filter(pk__in=told).aggregate(at=Max("happened_at"))["at"]:
        drops = drops.filter(happened_at__gt=last)
    first = drops.order_by("happened_at").first()
    return first.old_price if first else change.old_price
