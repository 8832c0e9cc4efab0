"""For whom a service sends the mails: an event enters, the stamp that travels with it leaves.

Decided here once, in the transaction that causes the mails, for whoever will be found to hear of
it: by the flags `alerts-<kind>` as the strangler publishes them, by the rule and the buckets that
routes go by. The mails' own code reads the stamp and nothing else. Asked for every event, so
texts are kept for a moment, and who is in a group for longer. Who keeps a home is asked for each
change of one while favourites are one side's and matches the other's.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from django.conf import settings
from django.db.models import Q

from cdc.contracts import events
from cdc.contracts.events import DomainEvent
from cdc.contracts.handled_by import Given, Stamp
from monolith.accounts.models import AGENTS, User
from monolith.alerts.keepers import with_keepers
from strangler.adapter.reach import PublishedReach, Reach

# The kinds of mail that an event may lead to.
KINDS: dict[type[DomainEvent], tuple[str, ...]] = {
    events.ListingPublished: ("match", "status"),
    events.ListingRepriced: ("match", "price"),
    events.ListingStatusChanged: ("match", "status"),
    events.DigestDue: ("digest",),
    events.EnquirySent: ("enquiry",),
    events.EnquiryAnswered: ("enquiry",),
    events.ViewingBooked: ("viewing",),
    events.ViewingConfirmed: ("viewing",),
    events.ViewingDeclined: ("viewing",),
    events.ViewingCancelled: ("viewing",),
}
# A flag that moves is felt after this time, in seconds, and whoever joins a group after that.
TEXTS_HOLD = 0.25
GROUPS_HOLD = 30.0
# Whoever goes first is named in every event; more than so many are no small group.
MOST_NAMED = 1000

_Group = tuple[tuple[str, ...], bool]


class Stamper:
    """Writes stamps by the flags' reach; everybody is the monolith's until there is a good file."""

    def __init__(
        self,
        reach: Callable[[], Mapping[str, Reach]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reach = reach
        self._monotonic = monotonic
        self._texts: dict[tuple[str, ...], str] = {}
        self._texts_end = float("-inf")
        self._members: dict[_Group, frozenset[int]] = {}
        self._members_end = float("-inf")

    def text(self, event: DomainEvent) -> str:
        """Return the stamp of the event, as its header has it."""
        kinds = KINDS.get(type(event))
        if kinds is None:
            return ""
        if self._monotonic() >= self._texts_end:
            self._renew()
        return self._texts[kinds]

    def _renew(self) -> None:
        now = self._monotonic()
        if now >= self._members_end:
            self._members, self._members_end = {}, now + GROUPS_HOLD
        reach, every = self._reach(), {kind for kinds in KINDS.values() for kind in kinds}
        given = {kind: self._given(reach.get(f"alerts-{kind}", Reach())) for kind in every}
        self._texts = {kinds: _text(given, kinds) for kinds in set(KINDS.values())}
        self._texts_end = now + TEXTS_HOLD

    def _given(self, reach: Reach) -> Given:
        named = {int(user) for user in reach.users if user.isdecimal()}
        if reach.groups or reach.staff:
            named |= self._members_of((reach.groups, reach.staff))
        return Given(reach.buckets, frozenset(named))

    def _members_of(self, group: _Group) -> frozenset[int]:
        if group not in self._members:
            self._members[group] = members(*group)
        return self._members[group]


def stamp(event: DomainEvent) -> str:
    """Return the event's stamp by this site's flags; ``OUTBOX_STAMP`` names this function."""
    file = settings.STRANGLER_FLAGS_FILE
    return with_keepers(_stamper(file).text(event), event) if file else ""


def members(groups: Iterable[str], staff: bool) -> frozenset[int]:
    """Return who is in the groups, as the identity cookie tells it; of too many, nobody."""
    chosen = Q(groups__name__in=groups)
    if AGENTS in groups:
        chosen |= Q(is_agency_admin=True)
    if staff:
        chosen |= Q(is_staff=True)
    found = User.objects.filter(chosen).order_by("pk").values_list("pk", flat=True)
    ids = frozenset(found.distinct()[: MOST_NAMED + 1])
    return ids if len(ids) <= MOST_NAMED else frozenset()


@cache
def _stamper(file: str) -> Stamper:
    return Stamper(PublishedReach(file).every)


def _text(given: dict[str, Given], kinds: tuple[str, ...]) -> str:
    return Stamp.of({kind: given[kind] for kind in kinds}).text()
