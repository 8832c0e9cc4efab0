"""No page asks the database more often because there is more to show.

Every address that shows a page is asked in a small world and in a larger one; new ones are found
by themselves.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monolith.enquiries import services as enquiries
from monolith.interests import services as interests
from monolith.listings.models import Listing, PriceChange
from monolith.photos.models import Photo
from monolith.purchases.models import Offer
from monolith.viewings.models import Viewing
from tests.monolith.addresses import walk
from tests.monolith.fuzz.attacks import attacker
from tests.monolith.permissions import ROWS, path_of
from tests.monolith.world import World

pytestmark = pytest.mark.django_db

MOST = {"listings:page": 9, "search:page": 7, "search:api": 7}
# What a page may ask at most that has no figure of its own.
ANY = 24
# The quick run asks every third page, and those with a figure of their own.
EVERY = [3, pytest.param(1, marks=pytest.mark.stack)]


@pytest.mark.parametrize("every", EVERY)
def test_no_page_asks_more_because_there_is_more_to_show(world: World, every: int) -> None:
    paths = pages(world, every)
    for _ in range(2):
        add_one_of_each(world)
    for asked in paths.values():
        count(world, *asked)
    few = {name: count(world, *asked) for name, asked in paths.items()}
    for _ in range(10):
        add_one_of_each(world)
    many = {name: count(world, *asked) for name, asked in paths.items()}

    assert {name: (few[name], many[name]) for name in paths if many[name] > few[name]} == {}
    assert {name: n for name, n in many.items() if n > MOST.get(name, ANY)} == {}


def pages(world: World, every: int) -> dict[str, tuple[str, str]]:
    """Return who asks for which path, by the name of the address."""
    known = [address for address in walk() if address.name in ROWS]
    named = [address for address in known if address.name in MOST]
    asked = {a.name: (attacker(a), path_of(a, world)) for a in [*known[::every], *named]}
    home = Listing.objects.get(pk=world.numbers["listing_id"])
    return {**asked, "listings:page": ("user", home.get_absolute_url())}


def count(world: World, role: str, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        world.ask(role, "GET", path)
    return sum("SAVEPOINT" not in query["sql"] for query in asked)


def add_one_of_each(world: World) -> None:
    user, home = world.people["user"], Listing.objects.get(pk=world.numbers["listing_id"])
    home.pk = None
    home.save()
    day = timezone.localdate() + timedelta(days=7)
    at = timezone.now() + timedelta(days=1, hours=home.pk)
    interests.add_favourite(user.pk, home.pk)
    interests.create_search(user.pk, name="More", frequency="none", criteria={"beds_min": home.pk})
    enquiries.send(home.pk, message="And this one?", account_id=user.pk)
    Offer.objects.create(listing=home, buyer=user, amount=95_000, expires_on=day)
    Viewing.objects.create(listing=home, agent=home.agent, account=user, starts_at=at)
    first = world.numbers["listing_id"]
    PriceChange.objects.create(listing_id=first, old_price=home.pk, new_price=home.pk + 1)
    Photo.objects.create(listing_id=first, digest=f"{home.pk:032x}", width=800, height=600)
