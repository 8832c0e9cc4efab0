"""Overviews of saved searches: a due time enters, planned letters leave; and what one says.

Everybody with a search of that frequency is planned for at once, for their own next morning. A
letter says what happened up to the due time, whenever it leaves: the next one goes on from there,
whoever sends it and wherever the person's clock is by then. How the homes are is looked up when
the letter is written, so that it is true then; a letter with nothing to say is dropped.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from cdc.contracts.notification_ids import id_of
from consumers.notifications import matching
from consumers.notifications.deciding import wishes
from consumers.notifications.errors import NotNow
from consumers.notifications.ledger.models import Kind, Notification, State
from consumers.notifications.models import Change, Digest, Frequency, Home, SavedSearch, What
from consumers.notifications.pacing import hours, pace
from consumers.notifications.sending import wording

# When an overview leaves, on the person's own clock.
MORNING = time(7)
_MONDAY = 0
# Homes of one search that a letter lists; the rest are behind its link.
LONGEST = 20
# So long, what happened just before the slot may still be on its way.
_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """A home in an overview, and why it is there."""

    home: Home
    note: str

    @property
    def price(self) -> str:
        return wording.dollars(self.home.price)

    @property
    def facts(self) -> str:
        return ", ".join(wording.facts(self.home))

    @property
    def place(self) -> str:
        return wording.place(self.home)

    @property
    def path(self) -> str:
        return wording.path(self.home)


@dataclass(frozen=True, slots=True)
class Section:
    """What an overview says about one search."""

    asked: str
    path: str
    entries: list[Entry]

    @property
    def listed(self) -> list[Entry]:
        return self.entries[:LONGEST]

    @property
    def further(self) -> int:
        return max(0, len(self.entries) - LONGEST)


def plan(digest: Digest, people: Iterable[int] | None = None) -> list[Notification]:
    """Return the letters to plan for everybody, or for some, of the service's; nothing is saved."""
    found = asking(digest, people)
    stamp, zones = Stamp.parse(digest.handled_by), pace.zones_of(found)
    # There are many people, and few zones.
    due_in = cache(lambda zone: _due_at(digest, zone))
    return [
        Notification(
            id=id_of(digest.event_id, person, Kind.DIGEST, channel),
            event_id=digest.event_id,
            account_id=person,
            kind=Kind.DIGEST,
            channel=channel,
            due_at=due_in(zones[person]),
        )
        for channel, wants in wishes.of(found).items()
        for person in sorted(found)
        if wants(person, Kind.DIGEST) and stamp.handles(Kind.DIGEST, person)
    ]


def asking(digest: Digest, people: Iterable[int] | None = None) -> set[int]:
    """Return who of all, or of some, has a search of that frequency."""
    searches = SavedSearch.objects.filter(frequency=digest.frequency)
    if people is not None:
        searches = searches.filter(account_id__in=people)
    return set(searches.values_list("account_id", flat=True))


def follow_clock(account_id: int) -> None:
    """Have what waits for a person's morning wait for it where their clock is now."""
    waiting = Notification.objects.filter(
        account_id=account_id,
        kind=Kind.DIGEST,
        state=State.PLANNED,
        is_held=False,
        due_at__gt=timezone.now(),
    )
    zone = pace.zone_of(account_id)
    for row in waiting:
        if digest := Digest.objects.filter(pk=row.event_id).first():
            waiting.filter(pk=row.pk).update(due_at=_due_at(digest, zone))


def sections(digest: Digest, account_id: int) -> list[Section]:
    """Return what there is to tell the person now, search by search; each home once."""
    news = dict(_news(digest))
    searches = SavedSearch.objects.filter(account_id=account_id, frequency=digest.frequency)
    told = (_section(search.criteria, news) for search in searches.order_by("pk"))
    return [section for section in told if section.entries]


def _due_at(digest: Digest, zone: ZoneInfo) -> datetime:
    """Return the person's first morning from the due time on, or soon when that is over."""
    weekday = _MONDAY if digest.frequency == Frequency.WEEKLY else None
    morning = hours.first_from(digest.slot, zone, MORNING, weekday)
    return max(morning, timezone.now() + _GRACE)


def _section(criteria: Mapping[str, object], news: dict[int, Entry]) -> Section:
    fitting = [number for number, each in news.items() if matching.fits(criteria, each.home)]
    # Taken out, so that a home is told of once.
    entries = [news.pop(number) for number in fitting]
    return Section(wording.asked(criteria), wording.search_path(criteria), entries)


def _news(digest: Digest) -> Iterator[tuple[int, Entry]]:
    """Give each home that is for sale with the first that happened to it in the time."""
    told = Change.objects.filter(what__in=[What.PUBLISHED, What.REDUCED])
    changes = told.filter(happened_at__gt=digest.since, happened_at__lte=digest.slot)
    first: dict[int, Change] = {}
    for change in changes.order_by("happened_at", "event_id"):
        first.setdefault(change.listing_id, change)
    for home in Home.objects.filter(pk__in=first).order_by("pk"):
        change = first[home.pk]
        if home.version < change.version:
            # Rows come by another topic than what happened, and may be late.
            raise NotNow("A home is not known yet as it became.")
        if home.is_for_sale and (note := _note(change, home)):
            yield home.pk, Entry(home, note)


def _note(change: Change, home: Home) -> str:
    if change.what == What.PUBLISHED:
        return "New"
    if change.old_price and home.price < change.old_price:
        return f"Reduced from {wording.dollars(change.old_price)}"
    return ""
