"""A viewing for tomorrow at ten, and one of yesterday."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from monolith.accounts.models import User
from monolith.listings.models import Listing
from monolith.viewings import hours, services
from monolith.viewings.models import Viewing


@pytest.fixture
def free() -> list[datetime]:
    return list(hours.offered(timezone.now()))


@pytest.fixture
def viewing(buyer: User, listing: Listing, free: list[datetime]) -> Viewing:
    return services.book(listing.pk, buyer.pk, free[0])


@pytest.fixture
def past(buyer: User, agent: User, listing: Listing) -> Viewing:
    """Return a confirmed viewing of yesterday."""
    when = timezone.now() - timedelta(days=1)
    return Viewing.objects.create(
        listing=listing, agent=agent, account=buyer, starts_at=when, status="confirmed"
    )
