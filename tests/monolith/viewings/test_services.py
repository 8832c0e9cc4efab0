"""The life of a viewing: its steps, its limits, what is told, and one hour for one person."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from cdc.contracts.events import ViewingBooked, ViewingCancelled
from monolith.accounts.models import User
from monolith.errors import (
    HomeNotForSale,
    HourNotOffered,
    HourTaken,
    TooManyViewings,
    ViewingError,
    ViewingStepNotAllowed,
)
from monolith.listings.models import Listing
from monolith.viewings import services
from monolith.viewings.models import Status, Viewing
from tests.monolith.conftest import Commit, Give, MakeListing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db
STEPS: dict[Status, Callable[[int], Viewing]] = {
    Status.CONFIRMED: services.confirm,
    Status.DECLINED: services.decline,
    Status.CANCELLED: lambda number: services.cancel(number, by_agent=True),
    Status.DONE: services.finish,
}


def test_a_viewing_is_told_from_its_booking_on(
    agent: User, buyer: User, listing: Listing, viewing: Viewing
) -> None:
    services.confirm(viewing.pk)
    services.cancel(viewing.pk, by_agent=False)
    (booked, first), (confirmed, second), (cancelled, third) = published("enquiry.events")
    assert isinstance(booked, ViewingBooked)
    assert (booked.viewing_id, booked.agent_id, booked.account_id) == (
        viewing.pk,
        agent.pk,
        buyer.pk,
    )
    assert datetime.fromisoformat(booked.starts_at) == viewing.starts_at
    assert type(confirmed).__name__ == "ViewingConfirmed"
    assert isinstance(cancelled, ViewingCancelled)
    assert (first, second, third, cancelled.by_agent) == (1, 2, 3, False)


def test_only_the_steps_of_its_life_are_taken(past: Viewing) -> None:
    taken = set()
    for old, new in product(Status, STEPS):
        # Ahead for what arranges a viewing, in the past for what ends it.
        ahead = timedelta(days=1 if new == Status.CONFIRMED else -1)
        Viewing.objects.update(status=old, starts_at=timezone.now() + ahead)
        with suppress(ViewingStepNotAllowed):
            assert STEPS[new](past.pk).status == new
            taken.add((old, new))
    assert taken == {(old, new) for old in Status for new in services.NEXT[old]}
    assert len(published("enquiry.events")) == len(taken)


def test_time_decides_too(viewing: Viewing) -> None:
    services.confirm(viewing.pk)
    with pytest.raises(ViewingStepNotAllowed, match="confirmed cannot become done now"):
        services.finish(viewing.pk)
    Viewing.objects.update(status="requested", starts_at=timezone.now())
    with pytest.raises(ViewingStepNotAllowed):
        services.confirm(viewing.pk)


def test_an_hour_is_taken_until_it_is_given_back(
    agent: User, other_agent: User, buyer: User, viewing: Viewing, make_listing: MakeListing
) -> None:
    hour = viewing.starts_at
    assert hour not in services.free_hours(agent.pk, timezone.now())
    assert hour in services.free_hours(other_agent.pk, timezone.now())
    with pytest.raises(HourTaken):
        services.book(make_listing().pk, buyer.pk, hour)
    services.book(make_listing(agent=other_agent).pk, buyer.pk, hour)
    services.decline(viewing.pk)
    assert hour in services.free_hours(agent.pk, timezone.now())
    services.book(viewing.listing_id, buyer.pk, hour)


def test_what_is_not_offered_is_not_booked(
    buyer: User, make_listing: MakeListing, listing: Listing, free: list[datetime]
) -> None:
    hour = timedelta(hours=1)
    for when in (free[0] - 24 * hour, free[0] + hour / 2, free[-1] + hour, free[0] - hour):
        with pytest.raises(HourNotOffered):
            services.book(listing.pk, buyer.pk, when)
    with pytest.raises(HomeNotForSale):
        services.book(make_listing(status="sold").pk, buyer.pk, free[0])
    for when in free[: services.MAX_OPEN]:
        services.book(listing.pk, buyer.pk, when)
    with pytest.raises(TooManyViewings, match="already have 5 viewings"):
        services.book(listing.pk, buyer.pk, free[-1])


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment_get_one_viewing(
    django_db_serialized_rollback: None, make_listing: MakeListing, free: list[datetime]
) -> None:
    listing, start = make_listing(), Barrier(2)
    people = [User.objects.create_user(f"b{n}", f"b{n}@example.org") for n in range(2)]
    refused: list[type[ViewingError]] = []

    def book(account_id: int) -> None:
        start.wait()
        try:
            services.book(listing.pk, account_id, free[0])
        except ViewingError as error:
            refused.append(type(error))
        finally:
            connection.close()

    threads = [Thread(target=book, args=(person.pk,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [HourTaken]
    assert Viewing.objects.count() == len(published("enquiry.events")) == 1


def test_whoever_is_the_services_gets_no_mail_from_here(
    agent: User, buyer: User, viewing: Viewing, give: Give, commit: Commit
) -> None:
    give("viewing", buyer)
    with commit():
        services.confirm(viewing.pk)
    assert [sent.to[0] for sent in mail.outbox] == ["ada@example.org"]
    give("viewing", agent, buyer)
    with commit():
        services.cancel(viewing.pk, by_agent=True)
    assert len(mail.outbox) == 1
