"""Overviews of saved searches: a time enters, planned alerts leave; `overview` has the content.

A digest is due at seven in the morning where the homes are: every day, or on Sundays, a day before
the weekly ones leave, so that everybody's Monday is still to come, wherever a service finds them.
A due time is a row that comes once and says how far its planning is, so that whoever calls, and
however often, plans for each person once; a site that was down catches up. With the row its event
is published, and its stamp says for whom a service makes the overview.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cdc.contracts.events import DigestDue
from cdc.outbox.publish import publish
from monolith.accounts.models import User
from monolith.alerts import matching
from monolith.alerts.models import Alert, Change, Digest, Kind, What
from monolith.alerts.waiting import PATIENCE
from monolith.alerts.wishes import wanting
from monolith.clocks import CLOCK
from monolith.interests.models import Frequency, SavedSearch
from monolith.listings.models import FOR_SALE

HOUR = time(7)
PERIODS = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
_AHEAD = {Frequency.DAILY: timedelta(), Frequency.WEEKLY: timedelta(days=1)}
# People in one transaction; a task is over within seconds however many there are.
AT_ONCE = 200


def latest_slot(frequency: str, at: datetime) -> datetime:
    """Return when the digest that is current at that time was due."""
    local = at.astimezone(ZoneInfo(settings.ALERTS_TIME_ZONE))
    day = local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        day -= timedelta(days=(day.weekday() + 1) % 7)
    return datetime.combine(day, HOUR, local.tzinfo)


def departure(digest: Digest) -> datetime:
    """Return when this site's mails of the digest leave."""
    local = digest.slot.astimezone(ZoneInfo(settings.ALERTS_TIME_ZONE))
    ahead = _AHEAD[Frequency(digest.frequency)]
    # By the clock, of which a day may be longer than another.
    return datetime.combine(local.date() + ahead, local.time(), local.tzinfo)


def due(frequency: str, at: datetime) -> Digest:
    """Return the digest that is current at that time."""
    slot = latest_slot(frequency, at)
    # Weekly ones were due on Mondays once: what such a one told of is told.
    later = Digest.objects.filter(frequency=frequency, slot__gte=slot).order_by("slot").last()
    return later or opened(frequency, slot)


@transaction.atomic
def opened(frequency: str, slot: datetime) -> Digest:
    """Return the digest of that due time, as somebody else may have opened it."""
    former = Digest.objects.filter(frequency=frequency, slot__lt=slot).order_by("slot").last()
    since = former.slot if former else slot - PERIODS[Frequency(frequency)]
    digest, is_new = Digest.objects.get_or_create(
        frequency=frequency, slot=slot, defaults={"since": since}
    )
    if is_new:
        _tell(digest)
    return digest


def unfinished() -> list[int]:
    """Open what is due by now and return the numbers of the digests that are still to plan."""
    # A moment late, so that what happened just before is committed.
    at = CLOCK.earliest() - PATIENCE
    for frequency in PERIODS:
        due(frequency, at)
    return list(Digest.objects.filter(finished_at__isnull=True).values_list("pk", flat=True))


def is_finished(digest_id: int) -> bool:
    return not Digest.objects.filter(pk=digest_id, finished_at__isnull=True).exists()


@transaction.atomic
def plan(digest_id: int) -> list[int]:
    """Plan for the next people and return their alerts; call it until it is finished."""
    opened = Digest.objects.filter(pk=digest_id, finished_at__isnull=True)
    digest = opened.select_for_update().first()
    if digest is None:
        return []
    people, stamp = list(_people_after(digest)[:AT_ONCE]), digest.stamp
    ours = [pk for pk in people if not stamp.handles(Kind.DIGEST, pk)]
    found = {search.account_id for search, _ in pairs(digest, searches(digest, ours))}
    of = {"digest": digest, "due_at": max(departure(digest), timezone.now())}
    alerts = Alert.objects.bulk_create(
        Alert.about(digest.event_id, person, Kind.DIGEST, **of) for person in sorted(found)
    )
    if people:
        digest.planned_up_to = people[-1]
    else:
        digest.finished_at = timezone.now()
    digest.save(update_fields=["planned_up_to", "finished_at"])
    return [alert.pk for alert in alerts]


def searches(digest: Digest, people: list[int]) -> QuerySet[SavedSearch]:
    asked = SavedSearch.objects.filter(frequency=digest.frequency, account_id__in=people)
    return asked.order_by("pk")


def pairs(digest: Digest, asked: QuerySet[SavedSearch]) -> Iterator[tuple[SavedSearch, int]]:
    return matching.pairs(asked.iterator(), news(digest).values("listing_id"))


def news(digest: Digest) -> QuerySet[Change]:
    told = Change.objects.filter(what__in=[What.PUBLISHED, What.REDUCED])
    since = told.filter(happened_at__gt=digest.since, happened_at__lte=digest.slot)
    return since.filter(listing__status__in=FOR_SALE)


def _tell(digest: Digest) -> None:
    slot, since = (moment.astimezone(UTC).isoformat() for moment in (digest.slot, digest.since))
    event = DigestDue(digest.pk, frequency=str(digest.frequency), slot=slot, since=since)
    # It is opened once and for all: its first version is its last.
    row = publish(event, aggregate_version=1)
    digest.event_id, digest.handled_by = row.pk, row.handled_by
    digest.save(update_fields=["event_id", "handled_by"])


def _people_after(digest: Digest) -> "QuerySet[User, int]":
    asking = SavedSearch.objects.filter(frequency=digest.frequency).values("account_id")
    people = wanting(Kind.DIGEST).filter(pk__in=asking, pk__gt=digest.planned_up_to)
    return people.order_by("pk").values_list("pk", flat=True)
