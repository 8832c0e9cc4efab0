"""Stamps by the flags: who is named, how often the database is asked, and what a file may do."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from cdc.contracts.events import EVENTS, ListingRepriced, ListingViewed
from cdc.contracts.examples import example
from cdc.contracts.handled_by import Stamp, bucket
from monolith import handing_over
from monolith.accounts.models import PILOT, User
from monolith.alerts.models import OptOut
from monolith.handing_over import GROUPS_HOLD, KINDS, MOST_NAMED, TEXTS_HOLD, Stamper
from monolith.interests.models import Favourite
from monolith.listings.models import Listing
from strangler import declared
from strangler.adapter.reach import Reach
from strangler.audience import audience
from strangler.publication import published
from strangler.snapshot import Snapshot

REPRICED = ListingRepriced(7, 100, 90)
FLAGS = declared.load(Path("strangler/flags.toml"))


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_kind_has_a_flag_that_is_off() -> None:
    names = {flag.id for flag in FLAGS if flag.owner == "notifications"}

    assert names == {f"alerts-{kind}" for kinds in KINDS.values() for kind in kinds}
    assert not any(flag.start.percent for flag in FLAGS)


def test_an_event_names_the_kinds_that_it_may_lead_to() -> None:
    stamper = Stamper(lambda: {flag.id: Reach(((0, 5000),)) for flag in FLAGS})

    for name in EVENTS:
        told = Stamp.parse(stamper.text(example(name)))
        assert set(told.given) == set(KINDS.get(EVENTS[name], ()))
    assert stamper.text(example(ListingViewed.__name__)) == ""


def test_a_share_and_those_who_go_first_are_in_the_stamp() -> None:
    share = ((bucket(3), bucket(3) + 1),)
    reached = {"alerts-price": Reach(share, users=("4", "not-a-number"))}

    stamp = Stamp.parse(Stamper(lambda: reached).text(REPRICED))

    assert stamp.handles("price", 3)
    assert stamp.handles("price", 4)
    assert not stamp.handles("match", 3)


@pytest.mark.django_db
def test_groups_and_staff_are_told_by_number(agent: User, buyer: User) -> None:
    staff = User.objects.create(username="s", email="s@example.com", is_staff=True)
    buyer.groups.add(Group.objects.get_or_create(name=PILOT)[0])
    reached = {"alerts-price": Reach(groups=(PILOT,), staff=True)}

    told = Stamp.parse(Stamper(lambda: reached).text(REPRICED)).given["price"].accounts

    assert {staff.pk, buyer.pk} <= told
    assert agent.pk not in told
    assert handing_over.members(["agents"], staff=False) >= {agent.pk}


@pytest.mark.django_db
def test_a_group_of_too_many_is_left_to_the_share() -> None:
    crowd, _ = Group.objects.get_or_create(name="crowd")
    people = [User(username=f"c{n}", email=f"c{n}@example.com") for n in range(MOST_NAMED + 1)]
    crowd.user_set.set(User.objects.bulk_create(people))

    assert handing_over.members(["crowd"], staff=False) == frozenset()


@pytest.mark.django_db
def test_a_thousand_events_ask_the_database_once(
    buyer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clock = Clock()
    stamper = Stamper(lambda: {"alerts-price": Reach(groups=(PILOT,))}, clock)

    with django_assert_num_queries(1):
        for _ in range(1000):
            clock.now += GROUPS_HOLD / 1001
            stamper.text(REPRICED)
    buyer.groups.add(Group.objects.get_or_create(name=PILOT)[0])
    clock.now += GROUPS_HOLD
    assert Stamp.parse(stamper.text(REPRICED)).handles("price", buyer.pk)


def test_a_flag_that_moves_is_felt_within_a_quarter_of_a_second() -> None:
    clock, reached = Clock(), dict[str, Reach]()
    stamper = Stamper(lambda: reached, clock)
    assert stamper.text(REPRICED) == ""
    reached["alerts-price"] = Reach(((0, 10_000),))
    clock.now += TEXTS_HOLD

    assert Stamp.parse(stamper.text(REPRICED)).handles("price", 1)


@pytest.mark.django_db
def test_the_sites_stamp_goes_by_the_agents_file(
    settings: Settings, tmp_path: Path, listing: Listing, buyer: User, agent: User
) -> None:
    settings.STRANGLER_FLAGS_FILE = ""
    assert handing_over.stamp(REPRICED) == ""
    settings.STRANGLER_FLAGS_FILE = str(tmp_path / "flags.json")
    assert handing_over.stamp(REPRICED) == ""
    another = tmp_path / "others.json"
    moved = Snapshot(1, flags={"alerts-price": audience(100)})
    another.write_text(published(FLAGS, [], moved))
    settings.STRANGLER_FLAGS_FILE = str(another)

    higher = ListingRepriced(listing.pk, 90, 100)
    assert handing_over.stamp(higher) == '{"price":{"buckets":[[0,10000]]}}'

    # Matches are the monolith's: it is told who kept the home, and wanted to hear.
    for person in (buyer, agent):
        User.objects.filter(pk=person.pk).update(confirmed_at=timezone.now())
        Favourite.objects.create(account=person, listing=listing)
    OptOut.objects.create(account=agent, kind="price")
    lower = Stamp.parse(handing_over.stamp(ListingRepriced(listing.pk, 100, 90)))
    assert lower.kept == frozenset({buyer.pk})
