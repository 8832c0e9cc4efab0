"""Whose account ends is named by no stamp of what alerts come from, and others still are."""

import pytest
from django.utils import timezone

from cdc.contracts.handled_by import Given, Stamp
from monolith.accounts.models import User
from monolith.alerts import own_data
from monolith.alerts.models import Change, Digest
from monolith.listings.models import Listing

pytestmark = pytest.mark.django_db


def test_who_went_first_is_taken_out_of_the_stamps(buyer: User, listing: Listing) -> None:
    other = buyer.pk + 1
    stamp = Stamp.of({"price": Given(accounts=frozenset({buyer.pk, other}))}).text()
    now = timezone.now()
    change = Change.objects.create(listing=listing, what="reduced", handled_by=stamp)
    digest = Digest.objects.create(frequency="daily", slot=now, since=now, handled_by=stamp)

    own_data.forget(buyer)

    for cause in (change, digest):
        cause.refresh_from_db()
        assert buyer.pk not in cause.stamp.named()
        assert cause.stamp.handles("price", other)
