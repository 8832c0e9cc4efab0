"""Several price drops make one letter: the last one's, down from where the first one began."""

from django.db.models import Max, Q

from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, What
from consumers.notifications.review import CHANGED_AGAIN


def old_price(notification: Notification, change: Change) -> int | None:
    """Return the price before all the drops that the person was not told of."""
    if change.what != What.REDUCED:
        return change.old_price
    others = Notification.objects.filter(
        account_id=notification.account_id,
        listing_id=notification.listing_id,
        channel=notification.channel,
    ).exclude(pk=notification.pk)
    merged = others.filter(Q(state=State.DROPPED, reason=CHANGED_AGAIN) | Q(state=State.PLANNED))
    drops = Change.objects.filter(
        pk__in=merged.values("event_id"),
        what=What.REDUCED,
        happened_at__lt=change.happened_at,
    )
    told = Change.objects.filter(pk__in=others.exclude(sent_at=None).values("event_id"))
    if last := told.aggregate(at=Max("happened_at"))["at"]:
        drops = drops.filter(happened_at__gt=last)
    first = drops.order_by("happened_at").first()
    return first.old_price if first else change.old_price
