"""A home that nobody can buy any more is not shown any more, and both sides hear of it."""

from datetime import datetime

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from cdc.contracts.events import ViewingCancelled
from monolith.accounts.models import User
from monolith.listings import services as listings
from monolith.listings import staff
from monolith.listings.models import Listing, Status
from monolith.viewings import services
from monolith.viewings.models import Viewing
from tests.monolith.conftest import MakeListing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["sold", "withdrawn", "by staff"])
def test_what_is_to_come_is_cancelled_and_both_are_told(
    way: str,
    viewing: Viewing,
    buyer: User,
    free: list[datetime],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    second = services.confirm(services.book(viewing.listing_id, buyer.pk, free[1]).pk)
    told = len(published("enquiry.events"))
    with django_capture_on_commit_callbacks(execute=True):
        leave_the_market(viewing.listing, way)
    cancelled = [event for event, _ in published("enquiry.events")[told:]]
    assert all(isinstance(event, ViewingCancelled) for event in cancelled)
    assert [int(event.aggregate_id) for event in cancelled] == [viewing.pk, second.pk]
    assert set(Viewing.objects.values_list("status", flat=True)) == {"cancelled"}
    mails = [each for each in mail.outbox if "Viewing cancelled" in each.subject]
    assert sorted(each.to[0] for each in mails) == ["ada@example.org"] * 2 + ["bo@example.org"] * 2
    assert all("the home is no longer for sale" in str(each.body) for each in mails)


def test_the_past_and_other_homes_are_left_alone(
    past: Viewing, buyer: User, free: list[datetime], make_listing: MakeListing
) -> None:
    elsewhere = services.book(make_listing().pk, buyer.pk, free[0])
    listings.change_status(past.listing_id, Status.SOLD)
    for viewing, status in ((past, "confirmed"), (elsewhere, "requested")):
        viewing.refresh_from_db()
        assert viewing.status == status


def test_a_pending_sale_cancels_nothing(viewing: Viewing) -> None:
    listings.change_status(viewing.listing_id, Status.PENDING)
    viewing.refresh_from_db()
    assert viewing.status == "requested"


def leave_the_market(home: Listing, way: str) -> None:
    if way == "sold":
        listings.change_status(home.pk, Status.SOLD)
    elif way == "withdrawn":
        listings.withdraw(home.pk)
    else:
        staff.move_all(Listing.objects.filter(pk=home.pk), Status.SOLD)
