"""What of a listing's life is worth an alert: a signal enters, a change to look at leaves.

The change keeps the stamp of its event, which says for whom a service writes the mails about it
and for whom this site does: decided in the transaction of the listing's own change, and nothing
later asks again. Digests are decided in `digests.due`.
"""

from functools import partial
from typing import Any

from django.db import transaction

from cdc.contracts.events import ListingPublished, ListingRepriced, ListingStatusChanged
from cdc.outbox.models import OutboxEvent
from monolith.alerts import tasks
from monolith.alerts.models import Change, What
from monolith.alerts.planning import is_given_away
from monolith.alerts.queueing import queue
from monolith.listings.models import FOR_SALE, Listing, Status
from monolith.listings.signals import happened


def connect() -> None:
    happened.connect(_published, sender=ListingPublished)
    happened.connect(_repriced, sender=ListingRepriced)
    happened.connect(_moved, sender=ListingStatusChanged)


def _published(event: ListingPublished, row: OutboxEvent, **_: Any) -> None:
    _record(row, event.listing_id, What.PUBLISHED)


def _repriced(event: ListingRepriced, row: OutboxEvent, **_: Any) -> None:
    if event.new_price < event.old_price and _is_for_sale(event.listing_id):
        _record(
            row,
            event.listing_id,
            What.REDUCED,
            old_price=event.old_price,
            new_price=event.new_price,
        )


def _moved(event: ListingStatusChanged, row: OutboxEvent, **_: Any) -> None:
    # Nobody could keep or find a draft, so giving it up is no news.
    if event.old_status != Status.DRAFT:
        is_back = event.old_status == Status.WITHDRAWN
        what = What.PUBLISHED if is_back else What.MOVED
        _record(row, event.listing_id, what, new_status=event.new_status)


def _record(row: OutboxEvent, listing_id: int, what: What, **facts: Any) -> None:
    # Its moment too is the event's, so that both sides have it in the same overview.
    facts |= {
        "event_id": row.pk,
        "handled_by": row.handled_by,
        "happened_at": row.occurred_at,
    }
    change = Change(listing_id=listing_id, what=what, **facts)
    # All matches would be looked for, only to be left out. The row is what overviews look back to.
    if is_given_away(change):
        change.handled_at = change.happened_at
    change.save(force_insert=True)
    if change.handled_at is None:
        transaction.on_commit(partial(queue, tasks.match, change.pk), robust=True)


def _is_for_sale(listing_id: int) -> bool:
    return Listing.objects.filter(pk=listing_id, status__in=FOR_SALE).exists()
