"""Views are told loosely: a page is as right as ever when nobody takes them."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cdc.facts import sender
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


Dropped = Callable[[], int]


@pytest.fixture
def dropped(settings: Settings) -> Dropped:
    """Tell every view to a broker that is away; return how to ask how many were lost."""
    settings.LISTING_VIEWS_ONE_IN, settings.KAFKA_BOOTSTRAP = 1, NOBODY
    told = sender.of_process(NOBODY)
    before = told.dropped

    def count() -> int:
        told.close(0)
        return told.dropped - before

    return count


def look(client: Client, listing: Listing, browser: str = BROWSER, **headers: str) -> None:
    answer = client.get(listing.get_absolute_url(), headers={"User-Agent": browser, **headers})
    assert answer.status_code == 200


def test_a_page_is_right_while_the_broker_is_away_and_its_view_is_counted_as_dropped(
    client: Client, buyer_client: Client, listing: Listing, dropped: Dropped
) -> None:
    look(client, listing)
    look(buyer_client, listing)
    assert dropped() == 2


def test_bots_browsers_that_fetch_ahead_and_who_sells_are_not_counted(
    client: Client,
    agent_client: Client,
    admin_client: Client,
    listing: Listing,
    make_listing: MakeListing,
    dropped: Dropped,
) -> None:
    look(client, listing, "Mozilla/5.0 (compatible; Examplebot/2.1)")
    look(client, listing, "")
    look(client, listing, **{"Sec-Purpose": "prefetch;prerender"})
    look(agent_client, listing)
    look(admin_client, listing)
    look(agent_client, make_listing(status="draft", listed_at=None))
    client.head(listing.get_absolute_url(), headers={"User-Agent": BROWSER})
    assert dropped() == 0


def test_a_site_may_tell_none(
    client: Client, listing: Listing, dropped: Dropped, settings: Settings
) -> None:
    settings.LISTING_VIEWS_ONE_IN = 0
    look(client, listing)
    assert dropped() == 0
