"""Enquiries of a buyer and of a visitor, posts whose mails are sent, and nobody counted yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry
from monolith.listings.models import Listing

Post = Callable[..., Any]
VISITOR: dict[str, Any] = {"name": "Vera Visitor", "email": "vera@example.org"}
FILLED = {**VISITOR, "message": "Is the porch new?"}


@pytest.fixture(autouse=True)
def nobody_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def enquiry(buyer: User, listing: Listing) -> Enquiry:
    return services.send(listing.pk, message="Is the porch new?", account_id=buyer.pk)


@pytest.fixture
def visitors(listing: Listing) -> Enquiry:
    return services.send(listing.pk, message="May I come by?", **VISITOR)


@pytest.fixture
def post(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Post:
    """Return a post that commits, so that its mails are sent."""

    def send(client: Client, url: str, data: dict[str, str] | None = None) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {})

    return send
