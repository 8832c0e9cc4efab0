"""`load_stock`: fills an empty site once, the same way each time."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from monolith.accounts.models import User
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db


def load(*options: str) -> str:
    output = StringIO()
    call_command("load_stock", *options, stdout=output)
    return output.getvalue()


def snapshot() -> list[tuple[object, ...]]:
    rows = Listing.objects.order_by("id").values_list("id", "title", "price", "status", "listed_at")
    return list(rows)


def test_a_part_of_the_stock_is_loaded_with_progress() -> None:
    said = load("--limit", "300", "--with-progress")
    assert "300 of 300 listings" in said
    assert Listing.objects.count() == 300
    assert set(Listing.objects.values_list("status", flat=True)) >= {"active", "sold", "pending"}


def test_prices_went_from_one_to_the_next_up_to_todays() -> None:
    load("--limit", "300")
    lengths = set()
    for home in Listing.objects.prefetch_related("price_changes"):
        changes = list(home.price_changes.all())[::-1]
        lengths.add(len(changes))
        prices = [change.new_price for change in changes]
        assert [change.old_price for change in changes[1:]] == prices[:-1]
        assert all(home.listed_at < change.changed_at for change in changes)
        last = changes[-1] if changes else None
        is_reduced = last is not None and last.new_price < last.old_price
        shown = (last.old_price, last.changed_at) if last and is_reduced else (None, None)
        assert (home.previous_price, home.reduced_at) == shown
        assert not prices or prices[-1] == home.price
    assert lengths >= {0, 1, 2, 3}


def test_a_second_run_changes_nothing_and_says_so() -> None:
    load("--limit", "20")
    before = snapshot()
    assert "exist already" in load("--limit", "40")
    assert snapshot() == before


def test_the_same_stock_is_made_each_time() -> None:
    load("--limit", "20")
    first = snapshot()
    Listing.objects.all().delete()
    load("--limit", "20")
    assert snapshot() == first


def test_the_next_listing_gets_the_next_number(make_listing: MakeListing) -> None:
    load("--limit", "20")
    assert make_listing().pk == 21


def test_loaded_listings_take_changes_from_the_services() -> None:
    load("--limit", "20")
    listing = Listing.objects.for_sale().first()
    assert services.reprice(listing.pk, listing.price + 1).version == 2


def test_demo_accounts_come_only_when_asked_for() -> None:
    load("--limit", "20")
    assert authenticate(username="agent", password="agent") is None
    said = load("--demo-accounts")
    assert "agent / agent" in said
    agent = User.objects.get(username="agent")
    assert agent.check_password("agent")
    assert sorted(group.name for group in agent.groups.all()) == ["agents", "pilot"]
    assert agent.agency is not None
    assert agent.agency.slug == "maumee-homes"
    assert not User.objects.filter(confirmed_at=None).exists()
    assert User.objects.get(username="staff").is_superuser
    assert not User.objects.get(username="user").is_staff


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="1 or more"):
        load("--limit", "0")


def test_a_missing_table_is_told_in_one_line() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE listings_listing RENAME TO listings_listing_away")
    with pytest.raises(CommandError, match="run `manage.py migrate`"), transaction.atomic():
        load()
