"""A viewing for tomorrow at ten, and clients whose mails are sent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from monolith.accounts.models import User
from monolith.listings.models import Listing
from monolith.viewings import hours, services
from monolith.viewings.models import Viewing

Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


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


@pytest.fixture
def post(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Post:
    """Return a post that commits, so that its mails are sent."""

    def send(client: Client, url: str, data: dict[str, str] | None = None) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {})

    return send
