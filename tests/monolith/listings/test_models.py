"""The table's own promises: they hold for whoever writes, the services or a bare statement."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from monolith.listings.models import Listing
from tests.monolith.conftest import LISTED_AT, MakeListing

pytestmark = pytest.mark.django_db


def test_the_version_rises_on_save_on_bulk_updates_and_on_raw_statements(
    listing: Listing,
) -> None:
    listing.save()
    Listing.objects.update(beds=4)
    Listing.objects.bulk_update([listing], ["price"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE listings_listing SET version = 1")
    listing.refresh_from_db()
    assert listing.version == 5


def test_a_listing_starts_with_version_one(listing: Listing) -> None:
    listing.refresh_from_db()
    assert listing.version == 1


@pytest.mark.parametrize(
    "wrong", [{"price": 0}, {"status": "lost"}, {"status": "sold", "listed_at": None}]
)
def test_the_table_refuses_what_no_listing_is(
    make_listing: MakeListing, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        make_listing(**wrong)


def test_the_listing_time_is_kept_to_the_second(make_listing: MakeListing) -> None:
    listing = make_listing(listed_at=LISTED_AT + timedelta(microseconds=400_000))
    listing.refresh_from_db()
    assert listing.listed_at == LISTED_AT
