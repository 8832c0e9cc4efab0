"""Overviews of saved searches: a time enters, planned alerts leave, then each one's content.

A digest is due at seven in the morning where the homes are: every day, or on Mondays. A due time
is a row that comes once and says how far its planning is, so that whoever calls, and however
often, plans for each person once; a site that was down catches up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from monolith.accounts.models import User
from monolith.alerts import matching
from monolith.alerts.models import Alert, Change, Digest, Kind, What
from monolith.alerts.planning import wanting
from monolith.alerts.waiting import PATIENCE
from monolith.interests import criteria
from monolith.interests.models import Frequency, SavedSearch
from monolith.listings.cards import COLUMNS, Card, as_card, dollars
from monolith.listings.models import FOR_SALE, Listing

HOUR = time(7)
PERIODS = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
# People in one transaction; a task is over within seconds however many there are.
AT_ONCE = 200
# Homes of one search that a mail lists; the rest are behind its link.
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    card: Card
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a digest says about one search."""

    search: SavedSearch
    link: str
    entries: list[Entry]

    @property
    def listed(self) -> list[Entry]:
        return self.entries[:LONGEST]

    @property
    def further(self) -> int:
        return max(0, len(self.entries) - LONGEST)


def latest_slot(frequency: str, at: datetime) -> datetime:
    """Return when the digest that is current at that time was due."""
    local = at.astimezone(ZoneInfo(settings.ALERTS_TIME_ZONE))
    day = local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, HOUR, local.tzinfo)


def due(frequency: str, at: datetime) -> Digest:
    """Return the digest that is current at that time, as somebody else may have opened it."""
    slot = latest_slot(frequency, at)
    former = Digest.objects.filter(frequency=frequency, slot__lt=slot).order_by("slot").last()
    since = former.slot if former else slot - PERIODS[Frequency(frequency)]
    digest, _ = Digest.objects.get_or_create(
        frequency=frequency, slot=slot, defaults={"since": since}
    )
    return digest


def unfinished() -> list[int]:
    """Open what is due by now and return the numbers of the digests that are still to plan."""
    # A moment late, so that what happened just before is committed.
    at = timezone.now() - PATIENCE
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
    people = list(_people_after(digest)[:AT_ONCE])
    found = {search.account_id for search, _ in _pairs(digest, _searches(digest, people))}
    new = [Alert(account_id=pk, kind=Kind.DIGEST, digest=digest) for pk in sorted(found)]
    alerts = Alert.objects.bulk_create(new)
    if people:
        digest.planned_up_to = people[-1]
    else:
        digest.finished_at = timezone.now()
    digest.save(update_fields=["planned_up_to", "finished_at"])
    return [alert.pk for alert in alerts]


def sections(digest: Digest, account_id: int) -> list[Section]:
    """Return what there is to tell the person now, search by search; each home once."""
    searches = _searches(digest, [account_id])
    found: dict[SavedSearch, list[int]] = {}
    seen: set[int] = set()
    for search, home_id in _pairs(digest, searches):
        if home_id not in seen:
            seen.add(home_id)
            found.setdefault(search, []).append(home_id)
    entries = dict(_entries(digest, seen))
    told = (
        Section(search, criteria.link(search.criteria), [entries[n] for n in homes if n in entries])
        for search, homes in found.items()
    )
    return [section for section in told if section.entries]


def _people_after(digest: Digest) -> "QuerySet[User, int]":
    asking = SavedSearch.objects.filter(frequency=digest.frequency).values("account_id")
    people = wanting(Kind.DIGEST).filter(pk__in=asking, pk__gt=digest.planned_up_to)
    return people.order_by("pk").values_list("pk", flat=True)


def _searches(digest: Digest, people: list[int]) -> QuerySet[SavedSearch]:
    asked = SavedSearch.objects.filter(frequency=digest.frequency, account_id__in=people)
    return asked.order_by("pk")


def _pairs(digest: Digest, searches: QuerySet[SavedSearch]) -> Iterator[tuple[SavedSearch, int]]:
    return matching.pairs(searches.iterator(), _changes(digest).values("listing_id"))


def _changes(digest: Digest) -> QuerySet[Change]:
    news = Change.objects.filter(what__in=[What.PUBLISHED, What.REDUCED])
    time_span = news.filter(happened_at__gt=digest.since, happened_at__lte=digest.slot)
    return time_span.filter(listing__status__in=FOR_SALE)


def _entries(digest: Digest, homes: set[int]) -> Iterator[tuple[int, Entry]]:
    rows = {row["id"]: row for row in Listing.objects.filter(pk__in=homes).values(*COLUMNS)}
    # Backwards, so that the first change of a home in this time is what counts.
    for change in _changes(digest).filter(listing_id__in=homes).order_by("-id"):
        row = rows[change.listing_id]
        if change.what == What.PUBLISHED:
            yield row["id"], Entry(as_card(row), "New")
        elif change.old_price and row["price"] < change.old_price:
            yield row["id"], Entry(as_card(row), f"Reduced from {dollars(change.old_price)}")
