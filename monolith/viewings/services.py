"""The only code that books, confirms, declines, cancels and ends a viewing.

Enters: what one of the two people decided, or that the home is gone. Leaves: the row and a domain
event in the outbox, committed together, and a mail to each of them after that, unless the event's
stamp gives it to a service.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cdc.contracts.events import (
    DomainEvent,
    ViewingBooked,
    ViewingCancelled,
    ViewingConfirmed,
    ViewingDeclined,
    ViewingDone,
)
from cdc.outbox.publish import publish
from monolith.accounts.models import User
from monolith.alerts import told
from monolith.errors import (
    HomeNotForSale,
    HourNotOffered,
    HourTaken,
    TooManyViewings,
    ViewingStepNotAllowed,
)
from monolith.listings.models import Listing
from monolith.versions import save
from monolith.viewings import hours
from monolith.viewings.models import OPEN, Status, Viewing

# What the stamps call the mails about it.
KIND = "viewing"
# The life of a viewing.
NEXT = {
    Status.REQUESTED: (Status.CONFIRMED, Status.DECLINED, Status.CANCELLED),
    Status.CONFIRMED: (Status.DONE, Status.CANCELLED),
    Status.DONE: (),
    Status.DECLINED: (),
    Status.CANCELLED: (),
}
# One person may not take all of an agent's hours.
MAX_OPEN = 5


def free_hours(agent_id: int, now: datetime) -> list[datetime]:
    """Return the offered hours that the agent has left."""
    taken = Viewing.objects.filter(agent_id=agent_id, status__in=OPEN, starts_at__gt=now)
    starts = set(taken.values_list("starts_at", flat=True))
    return [start for start in hours.offered(now) if start not in starts]


@transaction.atomic
def book(
    listing_id: int, account_id: int, starts_at: datetime, now: datetime | None = None
) -> Viewing:
    """Ask the home's agent for an hour, which is then taken for everybody else.

    Raises ``HomeNotForSale``, ``HourNotOffered``, ``TooManyViewings``, or ``HourTaken``, also
    when somebody else takes the hour at the very same moment.
    """
    now = now or timezone.now()
    if starts_at not in hours.offered(now):
        raise HourNotOffered
    # Locked, or it could be sold at this moment and keep the viewing.
    listings = Listing.objects.for_sale().select_for_update(of=("self",), no_key=True)
    listing = listings.select_related("agent").filter(pk=listing_id).first()
    if listing is None:
        raise HomeNotForSale
    _check_limit(account_id, now)
    facts: dict[str, Any] = {"agent": listing.agent, "account_id": account_id}
    try:
        with transaction.atomic():
            viewing = Viewing.objects.create(listing=listing, starts_at=starts_at, **facts)
    except IntegrityError as error:
        raise HourTaken from error
    _tell(viewing, ViewingBooked)
    return viewing


def confirm(viewing_id: int) -> Viewing:
    return _step(viewing_id, Status.CONFIRMED, ViewingConfirmed)


def decline(viewing_id: int) -> Viewing:
    return _step(viewing_id, Status.DECLINED, ViewingDeclined)


def cancel(viewing_id: int, *, by_agent: bool) -> Viewing:
    return _step(viewing_id, Status.CANCELLED, ViewingCancelled, by_agent=by_agent)


@transaction.atomic
def cancel_all(listing_id: int) -> None:
    """Cancel what is still to come in a home that is no longer for sale.

    The caller holds the listing's lock, so none is booked meanwhile.
    """
    ahead = Viewing.objects.filter(status__in=OPEN, starts_at__gt=timezone.now())
    locked = ahead.filter(listing_id=listing_id).select_for_update().order_by("pk")
    for viewing_id in list(locked.values_list("pk", flat=True)):
        cancel(viewing_id, by_agent=True)


def finish(viewing_id: int) -> Viewing:
    """Note that the home was seen; not before the hour has come."""
    return _step(viewing_id, Status.DONE, ViewingDone)


@transaction.atomic
def _step(
    viewing_id: int, status: Status, event: Callable[..., DomainEvent], **facts: Any
) -> Viewing:
    """Take the next step in the viewing's life. Raises ``ViewingStepNotAllowed``."""
    viewing = Viewing.objects.select_for_update().get(pk=viewing_id)
    is_too_early = status == Status.DONE and viewing.starts_at > timezone.now()
    is_too_late = status == Status.CONFIRMED and viewing.starts_at <= timezone.now()
    if status not in NEXT[Status(viewing.status)] or is_too_early or is_too_late:
        raise ViewingStepNotAllowed(viewing.get_status_display(), status.label)
    viewing.status = status
    save(viewing, "status")
    _tell(viewing, event, **facts)
    return viewing


def _check_limit(account_id: int, now: datetime) -> None:
    # Locked, so that one person's bookings queue and the limit holds.
    User.objects.select_for_update(no_key=True).get(pk=account_id)
    ahead = Viewing.objects.filter(account_id=account_id, status__in=OPEN, starts_at__gt=now)
    if ahead.count() >= MAX_OPEN:
        raise TooManyViewings(MAX_OPEN)


def _tell(viewing: Viewing, event: Callable[..., DomainEvent], **facts: Any) -> None:
    happened = event(
        viewing_id=viewing.pk,
        listing_id=viewing.listing_id,
        agent_id=viewing.agent_id,
        account_id=viewing.account_id,
        starts_at=viewing.starts_at.isoformat(),
        **facts,
    )
    row = publish(happened, aggregate_version=viewing.version)
    told.tell(row, KIND, (viewing.agent_id, viewing.account_id))
