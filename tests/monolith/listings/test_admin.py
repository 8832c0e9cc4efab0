"""The admin: staff may put anything right, singly or in bulk."""

import pytest
from django.test import Client

from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
CHANGELIST = "/admin/listings/listing/"


def test_staff_find_a_listing(admin_client: Client, listing: Listing) -> None:
    page = admin_client.get(CHANGELIST, {"q": "plain", "status__exact": "active"})
    assert listing.title in page.content.decode()


def test_a_bulk_action_changes_the_rows_and_their_versions(
    admin_client: Client, make_listing: MakeListing
) -> None:
    homes = [make_listing(), make_listing(status="draft", listed_at=None)]
    chosen = [home.pk for home in homes]
    admin_client.post(CHANGELIST, {"action": "mark_sold", "_selected_action": chosen})
    found = Listing.objects.order_by("pk").values_list("status", "version")
    assert list(found) == [("sold", 2), ("draft", 1)]


def test_homes_leave_the_market_and_come_back_but_no_draft_does(
    admin_client: Client, make_listing: MakeListing
) -> None:
    homes = [make_listing(), make_listing(status="draft", listed_at=None, title="")]
    chosen = [home.pk for home in homes]
    for action, status in (("mark_withdrawn", "withdrawn"), ("mark_active", "active")):
        admin_client.post(CHANGELIST, {"action": action, "_selected_action": chosen})
        found = Listing.objects.order_by("pk").values_list("status", flat=True)
        assert list(found) == [status, "draft"]
    # A draft without a title is found by its address.
    assert "101 Ash Street" in admin_client.get(CHANGELIST).content.decode()


def test_one_listing_opens_with_its_price_history(admin_client: Client, listing: Listing) -> None:
    page = admin_client.get(f"{CHANGELIST}{listing.pk}/change/")
    assert page.status_code == 200


def test_staff_find_reduced_homes_and_those_without_an_agency(
    admin_client: Client, make_listing: MakeListing
) -> None:
    services.reprice(make_listing(title="Cheaper").pk, 90_000)
    make_listing(title="As before")
    asked = {"reduced_at__isempty": "0", "agent__agency__isnull": "True"}
    page = admin_client.get(CHANGELIST, asked).content.decode()
    assert "Cheaper" in page
    assert "As before" not in page
