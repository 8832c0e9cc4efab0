"""Overviews: planned for whoever asks for them, and written with what is true then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cdc.contracts.handled_by import Given, Stamp
from consumers.notifications.deciding import digests
from consumers.notifications.ledger.models import Choice, FeedItem, Notification, State
from consumers.notifications.models import Change, Digest, Home, OptOut, SavedSearch
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, html_of, outcome
from tests.consumers.notifications.telling import OURS

pytestmark = pytest.mark.usefixtures("all_read")

SLOT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def digest(stamp: Stamp = OURS, frequency: str = "daily") -> Digest:
    return Digest.objects.create(
        event_id=f"due-{frequency}",
        frequency=frequency,
        slot=SLOT,
        since=SLOT - timedelta(days=1),
        handled_by=stamp.text(),
    )


def asks(number: int, account: int, frequency: str = "daily", **criteria: object) -> None:
    SavedSearch.objects.create(
        pk=number,
        account_id=account,
        criteria=criteria,
        frequency=frequency,
        version=1,
        since=SLOT - timedelta(days=9),
    )


def another(world: World, number: int, what: str, minutes_ago: int, **facts: object) -> Home:
    """Let there be one more home, to which something happened."""
    values = {field.name: getattr(world.home, field.name) for field in Home._meta.fields}
    home = Home.objects.create(**{**values, "id": number, **facts})
    Change.objects.create(
        event_id=f"change-{number}",
        listing_id=number,
        version=1,
        what=what,
        old_price=250_000 if what == "reduced" else None,
        new_price=home.price,
        happened_at=SLOT - timedelta(minutes=minutes_ago),
    )
    return home


def test_everybody_who_asks_for_it_and_is_the_services_is_planned_for_once() -> None:
    asks(1, 1)
    asks(2, 1, price_max=100)
    asks(3, 2, "weekly")
    asks(4, 3)
    asks(5, 4)
    OptOut.objects.create(account_id=3, kind="digest", since=SLOT)

    assert [each.account_id for each in digests.plan(digest())] == [1, 4]
    of_four = Stamp.of({"digest": Given(accounts=frozenset({4}))})
    Digest.objects.all().delete()
    assert [each.account_id for each in digests.plan(digest(of_four))] == [4]
    assert digests.plan(Digest(event_id="x", frequency="daily", slot=SLOT, since=SLOT)) == []


# A Sunday on which clocks go forward in New York: seven in the morning there.
SUNDAY = datetime(2099, 3, 8, 11, tzinfo=UTC)
PEOPLE = ("", "America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago")


def leaving(frequency: str) -> list[Notification]:
    """Plan overviews of that Sunday for people all over the world; the first chose no zone."""
    for number, zone in enumerate(PEOPLE, start=1):
        asks(number, number, frequency)
        if zone:
            Rhythm.objects.create(account_id=number, zone=zone)
    due = Digest.objects.create(
        event_id=f"sunday-{frequency}",
        frequency=frequency,
        slot=SUNDAY,
        since=SUNDAY - timedelta(days=1),
        handled_by=OURS.text(),
    )
    return Notification.objects.bulk_create(digests.plan(due))


def hours_later(planned: list[Notification]) -> list[float]:
    rows = Notification.objects.filter(pk__in=[each.pk for each in planned])
    return [(row.due_at - SUNDAY) / timedelta(hours=1) for row in rows.order_by("account_id")]


def test_an_overview_leaves_at_the_persons_own_next_morning() -> None:
    # In the middle of the ocean, seven has just struck, or will in an hour.
    assert hours_later(leaving("daily")) == [0, 3, 19, 6, 7]


def test_a_weekly_one_leaves_on_the_persons_own_monday() -> None:
    assert hours_later(leaving("weekly")) == [24, 27, 19, 6, 31]


def test_who_was_not_planned_for_by_their_morning_hears_soon() -> None:
    asks(1, 1)
    (planned,) = digests.plan(digest())

    assert timedelta() < planned.due_at - timezone.now() < timedelta(minutes=1)


def test_who_moves_hears_at_their_morning_there_and_once() -> None:
    planned = leaving("daily")
    Rhythm.objects.filter(pk=3).update(zone="America/New_York")
    digests.follow_clock(3)
    # Told once more, as by a replay: the cause and the person are who they were.
    told = Digest.objects.get(event_id="sunday-daily")
    Notification.objects.bulk_create(digests.plan(told), ignore_conflicts=True)

    assert hours_later(planned) == [0, 3, 0, 6, 7]
    assert Notification.objects.count() == len(planned)
    # What was put off for another reason waits on.
    Notification.objects.filter(account_id=2).update(is_held=True)
    Rhythm.objects.filter(pk=2).update(zone="America/New_York")
    digests.follow_clock(2)
    assert hours_later(planned) == [0, 3, 0, 6, 7]
    Notification.objects.filter(account_id=3).update(state=State.SENDING)
    Rhythm.objects.filter(pk=3).update(zone="Europe/Berlin")
    digests.follow_clock(3)
    assert hours_later(planned) == [0, 3, 0, 6, 7]


def test_what_happens_after_the_due_time_is_for_the_next_one_whenever_it_leaves(
    world: World,
) -> None:
    world.change.delete()
    another(world, 21, "published", 1, title="Just before")
    another(world, 22, "published", 0, title="Just then")
    another(world, 23, "published", -1, title="Just after")
    asks(1, 1)
    following = Digest(frequency="daily", slot=SLOT + timedelta(days=1), since=SLOT)

    for due, titles in ((digest(), ["Just before", "Just then"]), (following, ["Just after"])):
        (section,) = digests.sections(due, 1)
        assert [entry.home.title for entry in section.entries] == titles


def test_an_overview_tells_each_home_once_and_only_what_is_true_now(world: World) -> None:
    another(world, 21, "published", 60, title="New one", price=100_000)
    another(world, 22, "reduced", 60, title="Cheaper one", price=240_000)
    another(world, 23, "reduced", 60, title="Dearer again", price=260_000)
    another(world, 24, "published", 60, title="Sold one", status="sold")
    another(world, 25, "published", 60 * 30, title="Older one")
    asks(1, 1, price_max=150_000)
    asks(2, 1)
    # What was sold is no news to anybody.
    asks(3, 1, status="any")

    told = digests.sections(digest(), 1)

    assert [(each.asked, [(e.home.title, e.note) for e in each.entries]) for each in told] == [
        ("Price to $150,000", [("New one", "New")]),
        ("All homes for sale", [("Cheaper one", "Reduced from $250,000")]),
    ]


def test_a_letter_with_nothing_to_say_is_dropped_and_another_lists_the_homes(world: World) -> None:
    another(world, 21, "published", 60, title="New <one>")
    asks(1, 1)
    asks(2, 2, price_max=1)
    for number in (1, 2):
        world.person(number)
    planned = digests.plan(digest())
    Notification.objects.bulk_create(planned)
    Notification.objects.update(due_at=timezone.now())

    for each in planned:
        delivery.look(each.pk)

    assert [outcome(each)[0] for each in planned] == [State.SENT, State.DROPPED]
    assert outcome(planned[1])[1] == "Nothing of it was left to tell."
    (sent,) = mail.outbox
    assert sent.subject == "1 home for your saved searches"
    assert "- New: New <one>, $185,000" in sent.body
    assert "New &lt;one&gt;" in html_of(sent)


def test_an_overview_waits_for_a_home_whose_row_is_late(world: World) -> None:
    home = another(world, 21, "reduced", 60)
    Change.objects.filter(listing_id=home.pk).update(version=home.version + 1)
    asks(1, 1)
    world.person(1)
    (planned,) = Notification.objects.bulk_create(digests.plan(digest()))
    Notification.objects.update(due_at=timezone.now())

    delivery.look(planned.pk)
    assert outcome(planned) == (State.PLANNED, "A home is not known yet as it became.")

    Home.objects.filter(pk=home.pk).update(version=home.version + 1)
    Notification.objects.update(due_at=timezone.now())
    delivery.look(planned.pk)
    assert outcome(planned)[0] == State.SENT


def test_an_overview_comes_by_each_channel_that_somebody_chose(world: World) -> None:
    another(world, 21, "published", 60)
    asks(1, 1)
    Choice.objects.create(account_id=1, kind="digest", channel="email", is_wanted=False)
    Choice.objects.create(account_id=1, kind="digest", channel="feed", is_wanted=True)
    (planned,) = Notification.objects.bulk_create(digests.plan(digest()))
    Notification.objects.update(due_at=timezone.now())

    delivery.look(planned.pk)

    item = FeedItem.objects.get()
    assert (item.account_id, item.subject) == (1, "1 home for your saved searches")
    assert (item.path, mail.outbox) == ("/search", [])


def test_a_long_list_ends_with_a_number(world: World) -> None:
    for number in range(100, 123):
        another(world, number, "published", 60)
    asks(1, 1)

    (section,) = digests.sections(digest(), 1)

    assert (len(section.listed), section.further) == (20, 3)
