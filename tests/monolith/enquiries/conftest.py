"""Enquiries of a buyer and of a visitor."""

from typing import Any

import pytest

from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry
from monolith.listings.models import Listing

VISITOR: dict[str, Any] = {"name": "Vera Visitor", "email": "vera@example.org"}
FILLED = {**VISITOR, "message": "Is the porch new?"}


@pytest.fixture
def enquiry(buyer: User, listing: Listing) -> Enquiry:
    return services.send(listing.pk, message="Is the porch new?", account_id=buyer.pk)


@pytest.fixture
def visitors(listing: Listing) -> Enquiry:
    return services.send(listing.pk, message="May I come by?", **VISITOR)
