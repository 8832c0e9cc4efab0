"""Whoever hears of a cause hears it from exactly one side, however the flags move meanwhile.

Both sides are the real ones: the monolith's planning, and the stamp in the outbox, by which a
service goes. What they are held against is the flag as a provider answered at the cause.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from openfeature.evaluation_context import EvaluationContext
from pytest_django.fixtures import Settings

from cdc.contracts.handled_by import Stamp
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import digests, planning
from monolith.alerts.models import Change, Digest
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings import services
from monolith.listings.models import Listing
from strangler import declared
from strangler.audience import Audience, audience
from strangler.provider import FileProvider
from strangler.publication import published
from strangler.snapshot import Snapshot

FLAGS = declared.load(Path("strangler/flags.toml"))
KINDS = ("match", "price", "status", "digest")
PEOPLE = 6

# A flag moves: to a share, and to some who go first.
MOVES = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from([0, 10, 35, 60, 100]),
    st.sets(st.integers(0, PEOPLE - 1), max_size=2),
)
DEEDS = st.one_of(
    MOVES.map(lambda move: ("move", *move)),
    st.sampled_from([("reprice",), ("status",), ("digest",), ("plan",)]),
)

# A person, and a kind.
Mail = tuple[int, str]


@dataclass
class Site:
    """A home that six people care about in different ways, and flags that move."""

    settings: Settings
    folder: Path
    home: Listing
    people: list[User] = field(default_factory=list)
    reached: dict[str, Audience] = field(default_factory=dict)
    # Of each event, who was the service's for each kind when it was caused.
    given: dict[UUID | None, set[Mail]] = field(default_factory=dict)
    # Of each event, who was to hear of it when it was planned, from whichever side.
    hearing: dict[UUID | None, set[Mail]] = field(default_factory=dict)
    days: Iterator[int] = field(default_factory=lambda: count(1))

    def open(self) -> None:
        for number in range(PEOPLE):
            name = f"p{number}"
            facts = {"email": f"{name}@example.org", "confirmed_at": timezone.now()}
            self.people.append(User.objects.create(username=name, **facts))
        for person in self.people[:4]:
            Favourite.objects.create(account=person, listing=self.home)
        for person in self.people[2:]:
            for frequency in ("instant", "daily"):
                SavedSearch.objects.create(
                    account=person, name="x", frequency=frequency, criteria={}
                )
        self._publish()

    def move(self, kind: str, percent: int, first: set[int]) -> None:
        users = [self.people[number].pk for number in first]
        self.reached[f"alerts-{kind}"] = audience(percent, users=users)
        self._publish()

    def reprice(self) -> None:
        services.reprice(self.home.pk, self._fresh().price - 100)

    def status(self) -> None:
        next_status = {"active": "pending", "pending": "withdrawn", "withdrawn": "active"}
        services.change_status(self.home.pk, next_status[self._fresh().status])

    def digest(self) -> None:
        digests.due("daily", timezone.now() + timedelta(days=next(self.days)))

    def plan(self) -> None:
        for change in Change.objects.exclude(event_id__in=self.hearing):
            self.hearing[change.event_id] = hearing_of(change)
            planning.plan(change.pk)
        for digest in Digest.objects.filter(finished_at=None):
            self.hearing[digest.event_id] = overviews_of(digest)
            while not digests.is_finished(digest.pk):
                digests.plan(digest.pk)

    def note(self) -> None:
        """Keep what a provider says now of each event that was just caused."""
        provider = FileProvider(self.settings.STRANGLER_FLAGS_FILE)
        now = {
            (person.pk, kind)
            for person in self.people
            for kind in KINDS
            if provider.resolve_boolean_details(
                f"alerts-{kind}", False, EvaluationContext(f"u:{person.pk}")
            ).value
        }
        for event_id in OutboxEvent.objects.values_list("pk", flat=True):
            self.given.setdefault(event_id, now)

    def _publish(self) -> None:
        # A file of another name is read at once, and one of the same name a moment later.
        file = self.folder / f"flags-{uuid4()}.json"
        file.write_text(published(FLAGS, [], Snapshot(1, flags=self.reached)))
        self.settings.STRANGLER_FLAGS_FILE = str(file)

    def _fresh(self) -> Listing:
        home: Listing = Listing.objects.get(pk=self.home.pk)
        return home


def hearing_of(change: Change) -> set[Mail]:
    """Return who is to hear of the change and in which kind of mail, from whichever side."""
    return {(alert.account_id, str(alert.kind)) for alert in planning.decided(change)}


def overviews_of(digest: Digest) -> set[Mail]:
    people = list(User.objects.values_list("pk", flat=True))
    found = digests.pairs(digest, digests.searches(digest, people))
    return {(search.account_id, "digest") for search, _ in found}


@pytest.mark.django_db
@given(st.lists(DEEDS, min_size=3, max_size=9))
@examples(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_person_hears_of_each_cause_from_exactly_one_side(
    settings: Settings, tmp_path: Path, listing: Listing, deeds: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        site = Site(settings, tmp_path, listing)
        site.open()
        for name, *words in (*deeds, ("plan",)):
            getattr(site, name)(*words)
            site.note()
        causes: list[Change | Digest] = [*Change.objects.all(), *Digest.objects.all()]
        for cause in causes:
            told = OutboxEvent.objects.get(pk=str(cause.event_id)).handled_by
            hearing, stamp = site.hearing[cause.event_id], Stamp.parse(told)
            alerts = cause.alert_set.filter(event_id=cause.event_id)
            ours = set(alerts.values_list("account_id", "kind"))
            theirs = {mail for mail in hearing if stamp.handles(mail[1], mail[0])}
            assert cause.handled_by == told
            assert ours | theirs == hearing
            assert not ours & theirs
            assert theirs == hearing & site.given[cause.event_id]
        transaction.set_rollback(True)
