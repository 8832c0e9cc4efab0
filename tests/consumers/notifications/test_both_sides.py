"""Monolith and service beside one another: what the one leaves out the other plans, and no more.

Both are the real ones, and so is what goes between them: rows as they are captured, events as they
stand in the outbox, the stamp that came with them. People change their minds between the causes,
and flags move.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cdc.contracts.codec import decode
from cdc.contracts.handled_by import BUCKETS, Given, Stamp
from cdc.contracts.tables import (
    ACCOUNTS,
    ALERTS,
    FAVOURITES,
    LISTINGS,
    OPT_OUTS,
    SAVED_SEARCHES,
    CapturedTable,
)
from cdc.outbox.models import OutboxEvent
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import told_event, told_row
from monolith.accounts.models import User
from monolith.alerts import planning
from monolith.alerts.models import Change, OptOut
from monolith.enquiries import services as enquiries
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings import services
from monolith.listings.models import FOR_SALE, Listing
from monolith.viewings import services as viewings
from monolith.viewings.hours import offered
from tests.monolith import stamps

TABLES = (ACCOUNTS, OPT_OUTS, SAVED_SEARCHES, LISTINGS, FAVOURITES, ALERTS)
KINDS = ("match", "price", "status")
PEOPLE = 4
SEARCHES: tuple[dict[str, Any], ...] = ({}, {"q": "porch"}, {"price_max": 119_000}, {"beds_min": 9})

SOMEBODY = st.integers(0, PEOPLE - 1)
GIVEN = st.tuples(st.sets(SOMEBODY), st.booleans())
# What changes between two causes: whose a kind is, or what somebody wants.
TURNS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(KINDS), GIVEN),
    st.tuples(st.just("keep"), SOMEBODY),
    st.tuples(st.just("ask"), SOMEBODY, st.sampled_from(SEARCHES)),
    st.tuples(st.just("refuse"), SOMEBODY, st.sampled_from(KINDS)),
    st.tuples(st.just("leave"), SOMEBODY),
)
CAUSES = st.one_of(
    st.just(("reprice",)),
    st.tuples(st.just("sell"), st.sampled_from(["active", "pending", "withdrawn"])),
)

# A person, a kind, and the saved search that asked.
Mail = tuple[int, str, int | None]


class BothSides:
    """A home, four people, and the two sides that may write to them."""

    def __init__(self) -> None:
        agent = User.objects.create(username="a", email="a@example.org")
        agent.groups.add(Group.objects.get_or_create(name="agents")[0])
        facts = {"title": "Plain home", "description": "With a porch.", "price": 120_000}
        self.home = Listing.objects.create(
            agent=agent, status="active", listed_at=timezone.now(), **facts, **_PLACE
        )
        self.people = [
            User.objects.create(
                username=f"p{number}", email=f"p{number}@example.org", confirmed_at=timezone.now()
            )
            for number in range(PEOPLE)
        ]
        self.line: Line[Any] = Line(notifications)
        self._told: dict[tuple[str, int], int] = {}
        self._heard: set[str] = set()
        self._settled: set[int] = set()
        self._lsn = 0
        for number, criteria in enumerate(SEARCHES):
            self.ask(number, criteria)
        for number in (0, 2):
            self.keep(number)

    def move(self, kind: str, given: tuple[set[int], bool]) -> None:
        first, is_everybody = given
        accounts = frozenset(self.people[number].pk for number in first)
        stamps.GIVEN[kind] = Given(((0, BUCKETS),) if is_everybody else (), accounts)

    def keep(self, number: int) -> None:
        whose = {"account": self.people[number], "listing": self.home}
        if not Favourite.objects.filter(**whose).delete()[0]:
            Favourite.objects.create(**whose)

    def ask(self, number: int, criteria: dict[str, Any]) -> None:
        facts = {"name": "Mine", "frequency": "instant", "criteria": criteria}
        SavedSearch.objects.create(account=self.people[number], **facts)

    def refuse(self, number: int, kind: str) -> None:
        whose = {"account": self.people[number], "kind": kind}
        if not OptOut.objects.filter(**whose).delete()[0]:
            OptOut.objects.create(**whose)

    def leave(self, number: int) -> None:
        User.objects.filter(pk=self.people[number].pk).update(is_active=False)

    def reprice(self) -> None:
        home = Listing.objects.get(pk=self.home.pk)
        # Of a home that nobody can buy the monolith tells no price, and the service drops it late.
        if home.status in FOR_SALE:
            services.reprice(home.pk, home.price - 500)

    def sell(self, status: str) -> None:
        if status in services.NEXT[Listing.objects.get(pk=self.home.pk).status]:
            services.change_status(self.home.pk, status)

    def settle(self) -> Iterator[tuple[UUID | None, set[Mail]]]:
        """Let both sides plan; yield each new cause with all the mails that it is worth."""
        yield from self.plan()
        self.tell()

    def plan(self) -> Iterator[tuple[UUID | None, set[Mail]]]:
        """Let the monolith plan; yield the same."""
        for change in Change.objects.exclude(pk__in=self._settled).order_by("id"):
            self._settled.add(change.pk)
            yield change.event_id, {_mail(each) for each in planning.decided(change)}
            planning.plan(change.pk)

    def tell(self) -> None:
        """Let the service know all that there is."""
        for table in TABLES:
            self._tell_rows(table)
        self.tell_news()

    def tell_news(self) -> None:
        """Let it know what happened."""
        for row in OutboxEvent.objects.exclude(pk__in=self._heard).order_by("occurred_at"):
            self._heard.add(str(row.pk))
            event = decode(row.event_type, bytes(row.payload))
            at, stamp = row.occurred_at.timestamp(), Stamp.parse(row.handled_by)
            self.line.tell(told_event(event, row.aggregate_version, str(row.pk), at, stamp))
        self.line.run()
        assert not self.line.all_parked()

    def _tell_rows(self, table: CapturedTable) -> None:
        now = {row["id"]: row for row in _rows(table)}
        for key, row in now.items():
            if self._told.get((table.name, key)) != row["version"]:
                self._tell_row(table, row, is_gone=False)
        for name, key in list(self._told):
            if name == table.name and key not in now:
                self._tell_row(table, dict.fromkeys(table.columns) | {"id": key}, is_gone=True)

    def _tell_row(self, table: CapturedTable, row: dict[str, Any], *, is_gone: bool) -> None:
        self._lsn += 1
        place = table.name, row["id"]
        self.line.tell(*told_row(table, row, "d" if is_gone else "u", self._lsn, time.time()))
        if is_gone:
            del self._told[place]
        else:
            self._told[place] = row["version"]


_PLACE: dict[str, Any] = {
    "address": "101 Ash Street", "neighbourhood": "Westgate", "zip_code": "43606", "beds": 3,
    "baths": 1, "half_baths": 0, "living_area": 1200, "lot_size": 5000, "stories": "one",
    "wall": "brick", "garage": "none", "year_built": 1950, "latitude": 41.6, "longitude": -83.6,
}  # fmt: skip


def _rows(table: CapturedTable) -> Iterator[dict[str, Any]]:
    """Give the table's rows as their records hold them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY id")
        for values in cursor.fetchall():
            yield dict(zip(table.columns, map(_captured, values), strict=True))


def _captured(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    return json.dumps(value) if isinstance(value, dict) else value


def _mail(alert: Any) -> Mail:
    return alert.account_id, str(alert.kind), alert.saved_search_id


@pytest.mark.django_db
@given(st.tuples(*(GIVEN for _ in KINDS)), st.lists(st.tuples(TURNS, CAUSES), max_size=6))
@examples(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_mail_is_planned_by_one_side_and_none_by_both(
    settings: Settings, start: tuple[Any, ...], deeds: list[tuple[tuple[Any, ...], ...]]
) -> None:
    settings.OUTBOX_STAMP = "tests.monolith.stamps.stamp"
    stamps.GIVEN.clear()
    with transaction.atomic():
        world = BothSides()
        assert not list(world.settle())
        for kind, whose in zip(KINDS, start, strict=True):
            world.move(kind, whose)
        for name, *words in (("reprice",), *chain.from_iterable(deeds)):
            getattr(world, name)(*words)
            for event_id, worth in list(world.settle()):
                cause = Change.objects.get(event_id=event_id)
                ours = {_mail(alert) for alert in cause.alert_set.all()}
                reachable = User.objects.filter(is_active=True).values_list("pk", flat=True)
                planned = Notification.objects.filter(event_id=str(event_id), channel="email")
                theirs = {_mail(each) for each in planned if each.account_id in set(reachable)}
                assert ours | theirs == worth
                assert not ours & theirs
        world.line.close()
        stamps.GIVEN.clear()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("given_ones", [(), ("agent",), ("buyer",), ("agent", "buyer")])
def test_a_message_reaches_each_side_from_one_side(
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    given_ones: tuple[str, ...],
) -> None:
    settings.OUTBOX_STAMP = "tests.monolith.stamps.stamp"
    world = BothSides()
    people = {"agent": world.home.agent, "buyer": world.people[0]}
    accounts = frozenset(people[name].pk for name in given_ones)
    stamps.GIVEN.update(dict.fromkeys(("enquiry", "viewing"), Given(accounts=accounts)))

    with django_capture_on_commit_callbacks(execute=True):
        buyer = people["buyer"].pk
        enquiry = enquiries.send(world.home.pk, message="Is it new?", account_id=buyer)
        enquiries.reply(enquiry.pk, people["agent"].pk, "It is.")
        viewing = viewings.book(world.home.pk, buyer, next(iter(offered(timezone.now()))))
    # Only while it stands so is a viewing told of.
    with django_capture_on_commit_callbacks(execute=True):
        viewings.confirm(viewing.pk)
    world.tell()

    told = Counter(sent.to[0] for sent in mail.outbox)
    for planned in Notification.objects.all():
        told[User.objects.get(pk=planned.account_id).email] += 1
    # Both hear of all four, but for the answer, which the agent gave.
    assert told == {people["agent"].email: 3, people["buyer"].email: 4}
    theirs = sum({"agent": 3, "buyer": 4}[name] for name in given_ones)
    assert (len(mail.outbox), Notification.objects.count()) == (7 - theirs, theirs)
    world.line.close()
    stamps.GIVEN.clear()
